"""What providers still keep of messages to people who were erased here: asked to be forgotten until it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from mobile_passport.persistence.messages.message_tables import SmsAttemptRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A message in a provider's books.

    Attributes
    ----------
    asked_at
        Since when it is to be forgotten.
    """

    attempt_id: UUID
    provider: str
    sid: str
    asked_at: datetime


class MessageCopies:
    """Copies of one office's messages, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def ask(self, messages: Collection[UUID], *, now: datetime) -> None:
        """Ask for the copies of messages to be forgotten, as far as a provider has any or is yet found to have one."""
        self._session.execute(
            update(SmsAttemptRow)
            .where(
                SmsAttemptRow.intent_id.in_(messages),
                SmsAttemptRow.forget_asked_at.is_(None),
            )
            .values(forget_asked_at=now),
            execution_options={"synchronize_session": False},
        )

    def open(self) -> tuple[Copy, ...]:
        """Return the copies that are not forgotten yet, the longest asked for first."""
        query = select(SmsAttemptRow).where(self._is_open())
        return tuple(
            Copy(attempt_id=row.id, provider=row.provider, sid=row.sid, asked_at=row.forget_asked_at)
            for row in self._session.scalars(query.order_by(SmsAttemptRow.forget_asked_at, SmsAttemptRow.id))
            if row.sid is not None and row.forget_asked_at is not None
        )

    def count_open(self) -> int:
        """Count the copies that are not forgotten yet."""
        return self._session.scalar(select(func.count()).select_from(SmsAttemptRow).where(self._is_open())) or 0

    def note_forgotten(self, copy: Copy, *, now: datetime) -> None:
        """Note that the provider has a message no more."""
        self._session.execute(update(SmsAttemptRow).where(SmsAttemptRow.id == copy.attempt_id).values(forgotten_at=now))

    def _is_open(self) -> ColumnElement[bool]:
        return and_(
            SmsAttemptRow.kanim == self._kanim,
            SmsAttemptRow.sid.is_not(None),
            SmsAttemptRow.forget_asked_at.is_not(None),
            SmsAttemptRow.forgotten_at.is_(None),
        )
