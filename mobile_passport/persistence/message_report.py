"""The texts of all messages, to be shown."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.message_tables import SmsIntentRow
from mobile_passport.persistence.messages import BODY_COLUMN, TO_COLUMN
from mobile_passport.persistence.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One message to show."""

    kind: str
    to: Secret[str]
    body: Secret[str]


def all_messages(session: Session, vault: Vault, *, kanim: str) -> tuple[Example, ...]:
    """Return every message with its text, in the order in which they are due."""
    query = select(SmsIntentRow).where(SmsIntentRow.kanim == kanim).order_by(SmsIntentRow.due_at, SmsIntentRow.id)
    return tuple(
        Example(
            kind=row.kind,
            to=Secret(vault.open(row.to_sealed, TO_COLUMN)),
            body=Secret(vault.open(row.body_sealed, BODY_COLUMN)),
        )
        for row in session.scalars(query)
    )
