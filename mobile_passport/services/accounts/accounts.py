"""Accounts from invitation to closing. Nobody sets another person's password: an invitation lets them set their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Role
from mobile_passport.domain.account import Account, normal_login
from mobile_passport.domain.refusal import Conflict, NotFound, Refusal
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.accounts.accounts import Accounts, Organisations
from mobile_passport.persistence.accounts.sessions import Sessions
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.services.world import World


class LoginTaken(Conflict):
    """Another account has this login."""

    code = "login_taken"


class IncompleteRights(Refusal):
    """The role needs an organisation, a regency or a team that exists."""

    code = "incomplete_rights"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What an account may do, and how far it sees.

    Attributes
    ----------
    regency
        Kemendagri code without dots; a coordinator's is that of the organisation unless told otherwise.
    """

    role: Role
    organisation_id: UUID | None = None
    regency: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An account with the secret that sets its password once; the secret is stored nowhere."""

    account: Account
    secret: Secret[str]
    expires_at: datetime


def list_accounts(world: World) -> tuple[Account, ...]:
    """Return every account of the office, by login."""
    with world.database.reading() as session:
        return Accounts(session, world.vault, world.kanim).all()


def add_account(world: World, login: str, rights: Rights, *, display_name: str, actor: str, now: datetime) -> Invited:
    """Make an account and invite its owner.

    Raises
    ------
    InvalidLogin, LoginTaken, IncompleteRights
    """
    login = normal_login(login)
    with world.database.transaction() as session:
        accounts = Accounts(session, world.vault, world.kanim)
        if accounts.named(login):
            raise LoginTaken(f"the login {login} is taken; choose another")
        rights = _complete(session, world, rights)
        account = accounts.add(
            login,
            display_name=Secret(display_name or login),
            role=rights.role,
            organisation_id=rights.organisation_id,
            regency=rights.regency,
            team=rights.team,
            now=now,
        )
        _note(session, world, "add_account", account, actor=actor, now=now, detail=_told(rights))
        return _invite(session, world, account, now=now)


def set_rights(world: World, login: str, rights: Rights, *, actor: str, now: datetime) -> Account:
    """Give an account another role or another reach; its sessions and tokens end at once.

    Raises
    ------
    NotFound, IncompleteRights
    """
    with world.database.transaction() as session:
        account = _named(session, world, login)
        rights = _complete(session, world, rights)
        Accounts(session, world.vault, world.kanim).set_rights(
            account.id,
            role=rights.role,
            organisation_id=rights.organisation_id,
            regency=rights.regency,
            team=rights.team,
        )
        Sessions(session, world.kanim).revoke_all(account.id, now=now, tokens_too=True)
        _note(session, world, "set_rights", account, actor=actor, now=now, detail=_told(rights))
        return _named(session, world, login)


def disable_account(world: World, login: str, *, actor: str, now: datetime) -> None:
    """Close an account; its sessions and tokens end at once.

    Raises
    ------
    NotFound
    """
    with world.database.transaction() as session:
        account = _named(session, world, login)
        Accounts(session, world.vault, world.kanim).set_active(account.id, is_active=False)
        Sessions(session, world.kanim).revoke_all(account.id, now=now, tokens_too=True)
        _note(session, world, "disable_account", account, actor=actor, now=now)


def reset_account(world: World, login: str, *, actor: str, now: datetime) -> Invited:
    """Open an account again without password and second factor, and invite its owner; all sessions and tokens end.

    Raises
    ------
    NotFound
    """
    with world.database.transaction() as session:
        account = _named(session, world, login)
        accounts = Accounts(session, world.vault, world.kanim)
        accounts.forget_password(account.id)
        accounts.set_active(account.id, is_active=True)
        Sessions(session, world.kanim).revoke_all(account.id, now=now, tokens_too=True)
        _note(session, world, "reset_account", account, actor=actor, now=now)
        return _invite(session, world, account, now=now)


def issue_token(world: World, login: str, *, label: str, days: int | None, actor: str, now: datetime) -> Secret[str]:
    """Make a token with which a program acts for an account.

    Parameters
    ----------
    days
        How long it can be used; as the rules say by default.

    Raises
    ------
    NotFound
    """
    lifetime = timedelta(days=days or world.account_rules.invitation.api_token_days)
    with world.database.transaction() as session:
        account = _named(session, world, login)
        token = Sessions(session, world.kanim).add_token(account.id, label=label, now=now, expires_at=now + lifetime)
        _note(session, world, "issue_token", account, actor=actor, now=now, detail={"days": lifetime.days})
        return token


def _named(session: Session, world: World, login: str) -> Account:
    account = Accounts(session, world.vault, world.kanim).named(login.strip().casefold())
    if account is None:
        raise NotFound("no account has this login; list them with: mobile-passport user list")
    return account


def _complete(session: Session, world: World, rights: Rights) -> Rights:
    """Check that what the rights name exists, and add the regency of a coordinator's organisation."""
    organisation = None
    if rights.organisation_id is not None:
        organisation = Organisations(session, world.kanim).get(rights.organisation_id)
        if organisation is None:
            raise IncompleteRights("there is no such organisation")
    regency = rights.regency or (organisation.regency if organisation else None)
    if regency is not None and regency not in world.rulebook.area.regencies.codes:
        raise IncompleteRights(f"regency {regency} does not belong to this office; codes are in area.toml")
    if rights.team is not None and rights.team not in {team.id for team in world.rulebook.teams.teams}:
        raise IncompleteRights(f"there is no team {rights.team}; teams are in teams.toml")
    if rights.role is Role.COORDINATOR and organisation is None:
        raise IncompleteRights("a coordinator belongs to an organisation")
    if rights.role is Role.FIELD and rights.team is None:
        raise IncompleteRights("a field account belongs to a team")
    return Rights(role=rights.role, organisation_id=rights.organisation_id, regency=regency, team=rights.team)


def _invite(session: Session, world: World, account: Account, *, now: datetime) -> Invited:
    expires_at = now + timedelta(seconds=world.account_rules.invitation.lifetime_s)
    secret = Sessions(session, world.kanim).invite(account.id, now=now, expires_at=expires_at)
    return Invited(account=account, secret=secret, expires_at=expires_at)


def _told(rights: Rights) -> dict[str, str | int | None]:
    return {
        "role": rights.role.value,
        "organisation": str(rights.organisation_id) if rights.organisation_id else None,
        "regency": rights.regency,
        "team": rights.team,
    }


def _note(
    session: Session,
    world: World,
    action: str,
    account: Account,
    *,
    actor: str,
    now: datetime,
    detail: Mapping[str, str | int | None] | None = None,
) -> None:
    write_audit(
        session,
        kanim=world.kanim,
        at=now,
        actor=actor,
        action=action,
        subject=str(account.id),
        detail=dict(detail or {}),
    )
