"""Sessions of browsers and tokens of programs, found by the digest of what their holders show."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.account import SessionStage
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.accounts.account_tables import ApiTokenRow, InvitationRow, SessionRow

_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSession:
    """A session that has not ended."""

    id: UUID
    account_id: UUID
    stage: SessionStage
    last_seen_at: datetime


def new_secret() -> Secret[str]:
    """Return 256 random bits as text for a cookie, a link or a header."""
    return Secret(secrets.token_urlsafe(_SECRET_BYTES))


def digest_of(secret: str) -> bytes:
    """Return what is stored of a random secret; unlike a password, nobody can guess it from its digest."""
    return sha256(secret.encode()).digest()


class Sessions:
    """Sessions and tokens of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def open(
        self, account_id: UUID, *, stage: SessionStage, device: str, now: datetime, expires_at: datetime
    ) -> Secret[str]:
        """Begin a session; what is returned is nowhere else."""
        token = new_secret()
        self._session.add(
            SessionRow(
                kanim=self._kanim,
                account_id=account_id,
                token_hash=digest_of(token.reveal()),
                stage=stage,
                device=device,
                created_at=now,
                last_seen_at=now,
                expires_at=expires_at,
            )
        )
        self._session.flush()
        return token

    def find(self, token: str, *, now: datetime, idle_since: datetime) -> KnownSession | None:
        """Return the session of a token unless it expired, was not used for too long, or was revoked."""
        row = self._session.scalar(
            select(SessionRow).where(
                SessionRow.kanim == self._kanim,
                SessionRow.token_hash == digest_of(token),
                SessionRow.revoked_at.is_(None),
                SessionRow.expires_at > now,
                SessionRow.last_seen_at > idle_since,
            )
        )
        if row is None:
            return None
        return KnownSession(
            id=row.id, account_id=row.account_id, stage=SessionStage(row.stage), last_seen_at=row.last_seen_at
        )

    def account_of_digest(self, is_it: Callable[[bytes], bool], *, since: datetime) -> UUID | None:
        """Return whose session it was that has a certain digest, also when it has ended; the latest are tried first."""
        query = (
            select(SessionRow.token_hash, SessionRow.account_id)
            .where(SessionRow.kanim == self._kanim, SessionRow.created_at > since)
            .order_by(SessionRow.created_at.desc())
        )
        return next((account for digest, account in self._session.execute(query) if is_it(digest)), None)

    def touch(self, session_id: UUID, *, now: datetime) -> None:
        """Note that a session was used."""
        self._session.execute(update(SessionRow).where(SessionRow.id == session_id).values(last_seen_at=now))

    def revoke_token(self, token: str, *, now: datetime) -> None:
        """End the session of a token."""
        self._session.execute(
            update(SessionRow)
            .where(SessionRow.kanim == self._kanim, SessionRow.token_hash == digest_of(token))
            .values(revoked_at=now)
        )

    def revoke_all(self, account_id: UUID, *, now: datetime, tokens_too: bool) -> None:
        """End every session of an account, and what its programs use if told so."""
        for table in (SessionRow, ApiTokenRow) if tokens_too else (SessionRow,):
            self._session.execute(
                update(table)
                .where(table.kanim == self._kanim, table.account_id == account_id, table.revoked_at.is_(None))
                .values(revoked_at=now)
            )

    def add_token(self, account_id: UUID, *, label: str, now: datetime, expires_at: datetime) -> Secret[str]:
        """Make a token for programs; what is returned is nowhere else."""
        token = new_secret()
        values: dict[str, Any] = {"label": label, "created_at": now, "expires_at": expires_at}
        self._session.add(
            ApiTokenRow(kanim=self._kanim, account_id=account_id, token_hash=digest_of(token.reveal()), **values)
        )
        self._session.flush()
        return token

    def account_of_token(self, token: str, *, now: datetime) -> UUID | None:
        """Return whose token it is unless it expired or was revoked."""
        return self._session.scalar(
            select(ApiTokenRow.account_id).where(
                ApiTokenRow.kanim == self._kanim,
                ApiTokenRow.token_hash == digest_of(token),
                ApiTokenRow.revoked_at.is_(None),
                ApiTokenRow.expires_at > now,
            )
        )

    def invite(self, account_id: UUID, *, now: datetime, expires_at: datetime) -> Secret[str]:
        """Make a secret that sets the account's password once; older ones end."""
        self._session.execute(
            update(InvitationRow)
            .where(
                InvitationRow.kanim == self._kanim,
                InvitationRow.account_id == account_id,
                InvitationRow.used_at.is_(None),
            )
            .values(used_at=now)
        )
        secret = new_secret()
        self._session.add(
            InvitationRow(
                kanim=self._kanim,
                account_id=account_id,
                secret_hash=digest_of(secret.reveal()),
                created_at=now,
                expires_at=expires_at,
            )
        )
        self._session.flush()
        return secret

    def invited(self, secret: str, *, now: datetime) -> UUID | None:
        """Return whose invitation it is unless it was used or expired."""
        return self._session.scalar(
            select(InvitationRow.account_id).where(
                InvitationRow.kanim == self._kanim,
                InvitationRow.secret_hash == digest_of(secret),
                InvitationRow.used_at.is_(None),
                InvitationRow.expires_at > now,
            )
        )

    def use_invitation(self, secret: str, *, now: datetime) -> UUID | None:
        """Use an invitation up and return whose it is; of two who try at once, one gets it."""
        return self._session.scalar(
            update(InvitationRow)
            .where(
                InvitationRow.kanim == self._kanim,
                InvitationRow.secret_hash == digest_of(secret),
                InvitationRow.used_at.is_(None),
                InvitationRow.expires_at > now,
            )
            .values(used_at=now)
            .returning(InvitationRow.account_id)
        )
