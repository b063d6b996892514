"""The texts of all messages, to be shown."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.message_tables import SmsIntentRow
from mobile_passport.persistence.messages import opened
from mobile_passport.persistence.subject_keys import SubjectKeys
from mobile_passport.persistence.vault import ERASED, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One message to show."""

    kind: str
    to: Secret[str]
    body: Secret[str]


def all_messages(session: Session, vault: Vault, *, kanim: str) -> tuple[Example, ...]:
    """Return every message with its text, in the order in which they are due; erased ones are left out."""
    query = (
        select(SmsIntentRow)
        .where(SmsIntentRow.kanim == kanim, SmsIntentRow.to_sealed != ERASED)
        .order_by(SmsIntentRow.due_at, SmsIntentRow.id)
    )
    rows = session.scalars(query).all()
    seals = SubjectKeys(session, vault, kanim).seals_of_messages([row.id for row in rows])
    examples = []
    for row in rows:
        to, body = opened(row, seals[row.id])
        examples.append(Example(kind=row.kind, to=to, body=body))
    return tuple(examples)
