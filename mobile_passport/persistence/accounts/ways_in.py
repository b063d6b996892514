"""What lets somebody into one account at the moment: browsers that are signed in, and tokens of programs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mobile_passport.domain.account import SessionStage
from mobile_passport.persistence.accounts.account_tables import ApiTokenRow, SessionRow
from mobile_passport.persistence.accounts.sessions import digest_of

_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A browser that is signed in, or was asked for a code.

    Attributes
    ----------
    device
        Browser and kind of device, such as ``chrome phone``, as far as it told.
    is_this
        Whether it is the one that asks.
    """

    id: UUID
    stage: SessionStage
    device: str
    created_at: datetime
    last_seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenToken:
    """A token that a program can use.

    Attributes
    ----------
    prefix
        The first eight hexadecimal digits of its SHA-256: whoever finds a token can tell which it is.
    """

    prefix: str
    label: str
    created_at: datetime
    expires_at: datetime


class WaysIn:
    """The sessions and tokens of one account that have not ended, inside one transaction.

    Parameters
    ----------
    idle_since
        Sessions that were last used before have ended.
    """

    def __init__(self, session: Session, account_id: UUID, *, now: datetime, idle_since: datetime) -> None:
        self._session = session
        self._account_id = account_id
        self._now = now
        self._idle_since = idle_since

    def sessions(self, *, shown: str) -> tuple[OpenSession, ...]:
        """Return the sessions, the last used first.

        Parameters
        ----------
        shown
            Token of the session that asks.
        """
        return tuple(
            OpenSession(
                id=row.id,
                stage=SessionStage(row.stage),
                device=row.device,
                created_at=row.created_at,
                last_seen_at=row.last_seen_at,
                is_this=row.token_hash == digest_of(shown),
            )
            for row in self._session_rows()
        )

    def end_session(self, session_id: UUID) -> bool:
        """End one session; tells whether there was one."""
        return self._end(row for row in self._session_rows() if row.id == session_id) > 0

    def end_sessions(self, *, but: str = "") -> int:
        """End every session except that of a token, and return how many."""
        return self._end(row for row in self._session_rows() if row.token_hash != digest_of(but))

    def tokens(self) -> tuple[OpenToken, ...]:
        """Return the tokens, the newest first."""
        return tuple(
            OpenToken(
                prefix=row.token_hash.hex()[:_SHOWN],
                label=row.label,
                created_at=row.created_at,
                expires_at=row.expires_at,
            )
            for row in self._token_rows()
        )

    def revoke_token(self, prefix: str) -> tuple[str, ...]:
        """Revoke the token whose SHA-256 begins so, if that is one alone; returns the labels of all that do."""
        found = [row for row in self._token_rows() if row.token_hash.hex().startswith(prefix)]
        if len(found) == 1:
            self._end(found)
        return tuple(row.label for row in found)

    def _end(self, rows: Iterable[SessionRow | ApiTokenRow]) -> int:
        ended = list(rows)
        for row in ended:
            row.revoked_at = self._now
        self._session.flush()
        return len(ended)

    def _session_rows(self) -> Sequence[SessionRow]:
        query = (
            select(SessionRow)
            .where(
                SessionRow.account_id == self._account_id,
                SessionRow.revoked_at.is_(None),
                SessionRow.expires_at > self._now,
                SessionRow.last_seen_at > self._idle_since,
            )
            .order_by(SessionRow.last_seen_at.desc(), SessionRow.id)
        )
        return self._session.scalars(query).all()

    def _token_rows(self) -> Sequence[ApiTokenRow]:
        query = (
            select(ApiTokenRow)
            .where(
                ApiTokenRow.account_id == self._account_id,
                ApiTokenRow.revoked_at.is_(None),
                ApiTokenRow.expires_at > self._now,
            )
            .order_by(ApiTokenRow.created_at.desc(), ApiTokenRow.id)
        )
        return self._session.scalars(query).all()
