"""Accounts and organisations of one office, inside one transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.access import Role
from mobile_passport.domain.account import Account, Organisation
from mobile_passport.domain.request import AskerKind
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.accounts.account_tables import AccountRow, OrganisationRow
from mobile_passport.persistence.privacy.vault import Vault

_NAME = "account.display_name"


class Accounts:
    """Accounts of one office. Everything that changes one locks its row."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim

    def add(
        self,
        login: str,
        *,
        display_name: Secret[str],
        role: Role,
        organisation_id: UUID | None,
        regency: str | None,
        team: str | None,
        now: datetime,
    ) -> Account:
        """Store an account without a password; the login has to be free."""
        row = AccountRow(
            kanim=self._kanim,
            login=login,
            display_name_sealed=self._vault.seal(display_name.reveal(), _NAME),
            role=role,
            organisation_id=organisation_id,
            regency=regency,
            team=team,
            is_active=True,
            created_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return self._account(row)

    def lock(self, account_id: UUID) -> None:
        """Make others who lock the account wait until the end of the transaction."""
        self._session.execute(select(AccountRow.id).where(AccountRow.id == account_id).with_for_update(key_share=True))

    def all(self) -> tuple[Account, ...]:
        """Return every account, by login."""
        rows = self._session.scalars(select(AccountRow).where(AccountRow.kanim == self._kanim))
        return tuple(sorted((self._account(row) for row in rows), key=lambda account: account.login))

    def named(self, login: str) -> Account | None:
        """Return the account with a login, whether it is active or not."""
        row = self._session.scalar(self._by_login(login))
        return self._account(row) if row else None

    def get(self, account_id: UUID) -> Account | None:
        """Return an account, whether it is active or not."""
        row = self._session.scalar(self._by_id(account_id))
        return self._account(row) if row else None

    def who_may_sign_in(self, account_id: UUID) -> Account | None:
        """Return an account unless it, or its organisation, was closed."""
        row = self._session.scalar(_open(self._by_id(account_id)))
        return self._account(row) if row else None

    def password_of(self, login: str) -> tuple[Account, str | None] | None:
        """Return an open account with what was stored of its password."""
        row = self._session.scalar(_open(self._by_login(login)))
        return (self._account(row), row.password_hash) if row else None

    def linked_with(self, subject: str) -> Account | None:
        """Return the open account of a person whom an identity provider vouches for."""
        row = self._session.scalar(
            _open(select(AccountRow).where(AccountRow.kanim == self._kanim, AccountRow.oidc_subject == subject))
        )
        return self._account(row) if row else None

    def link(self, login: str, subject: str) -> Account | None:
        """Link an open account with a person; ``None`` when there is none, or it is linked with another."""
        row = self._session.scalar(_open(self._by_login(login)).with_for_update(of=AccountRow))
        if row is None or row.oidc_subject is not None:
            return None
        row.oidc_subject = subject
        self._session.flush()
        return self._account(row)

    def set_password(self, account_id: UUID, password_hash: str, *, now: datetime | None) -> None:
        """Store a password's hash; without ``now`` the same password was hashed anew."""
        values: dict[str, Any] = {"password_hash": password_hash}
        if now:
            values["password_changed_at"] = now
        self._change(account_id, **values)

    def forget_password(self, account_id: UUID) -> None:
        """Leave the account without password and second factor, until its invitation is used."""
        self._change(
            account_id, password_hash=None, totp_secret_sealed=None, totp_confirmed_at=None, totp_last_step=None
        )

    def set_active(self, account_id: UUID, *, is_active: bool) -> None:
        """Open or close an account."""
        self._change(account_id, is_active=is_active)

    def set_rights(
        self, account_id: UUID, *, role: Role, organisation_id: UUID | None, regency: str | None, team: str | None
    ) -> None:
        """Give an account another role or another reach."""
        self._change(account_id, role=role, organisation_id=organisation_id, regency=regency, team=team)

    def _change(self, account_id: UUID, **values: Any) -> None:
        self._session.execute(
            update(AccountRow).where(AccountRow.kanim == self._kanim, AccountRow.id == account_id).values(**values)
        )

    def _by_login(self, login: str) -> Select[AccountRow]:
        return select(AccountRow).where(AccountRow.kanim == self._kanim, AccountRow.login == login)

    def _by_id(self, account_id: UUID) -> Select[AccountRow]:
        return select(AccountRow).where(AccountRow.kanim == self._kanim, AccountRow.id == account_id)

    def _account(self, row: AccountRow) -> Account:
        return Account(
            id=row.id,
            kanim=row.kanim,
            login=row.login,
            role=Role(row.role),
            organisation_id=row.organisation_id,
            regency=row.regency,
            team=row.team,
            is_active=row.is_active,
            has_password=row.password_hash is not None,
            has_second_factor=row.totp_confirmed_at is not None,
            created_at=row.created_at,
        )


class Organisations:
    """Organisations of one office."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def add(self, *, kind: AskerKind, name: str, regency: str, now: datetime) -> Organisation:
        """Store an organisation; kind and name together have to be new."""
        row = OrganisationRow(kanim=self._kanim, kind=kind, label=name, regency=regency, is_active=True, created_at=now)
        self._session.add(row)
        self._session.flush()
        return _organisation(row)

    def all(self) -> tuple[Organisation, ...]:
        """Return every organisation, by name."""
        rows = self._session.scalars(select(OrganisationRow).where(OrganisationRow.kanim == self._kanim))
        return tuple(sorted((_organisation(row) for row in rows), key=lambda found: (found.name, found.kind)))

    def get(self, organisation_id: UUID, *, lock: bool = False) -> Organisation | None:
        """Return an organisation, whether it is active or not."""
        query = select(OrganisationRow).where(
            OrganisationRow.kanim == self._kanim, OrganisationRow.id == organisation_id
        )
        row = self._session.scalar(query.with_for_update() if lock else query)
        return _organisation(row) if row else None

    def named(self, name: str, kind: AskerKind | None = None) -> tuple[Organisation, ...]:
        """Return the organisations of exactly that name, of one kind or of any."""
        query = select(OrganisationRow).where(OrganisationRow.kanim == self._kanim, OrganisationRow.label == name)
        if kind:
            query = query.where(OrganisationRow.kind == kind)
        return tuple(_organisation(row) for row in self._session.scalars(query))

    def change(self, organisation_id: UUID, *, name: str, regency: str, is_active: bool) -> None:
        """Correct what is known of an organisation, close it or open it again."""
        self._session.execute(
            update(OrganisationRow)
            .where(OrganisationRow.kanim == self._kanim, OrganisationRow.id == organisation_id)
            .values(label=name, regency=regency, is_active=is_active)
        )


def _open(query: Select[AccountRow]) -> Select[AccountRow]:
    return query.outerjoin(OrganisationRow, OrganisationRow.id == AccountRow.organisation_id).where(
        AccountRow.is_active, or_(OrganisationRow.id.is_(None), OrganisationRow.is_active)
    )


def _organisation(row: OrganisationRow) -> Organisation:
    return Organisation(
        id=row.id, kind=AskerKind(row.kind), name=row.label, regency=row.regency, is_active=row.is_active
    )
