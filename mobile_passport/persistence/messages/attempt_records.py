"""Waiting messages and tries to hand them over, as the sender sees them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mobile_passport.domain.message import AttemptState, Channel, IntentState
from mobile_passport.domain.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedMessage:
    """A message that may be due, opened.

    Attributes
    ----------
    channel
        The way it goes next.
    template
        What fills the gaps of its template on WhatsApp; ``None`` when it has none.
    """

    id: UUID
    kind: str
    to: Secret[str]
    body: Secret[str]
    marker: str
    channel: Channel
    template: Secret[str] | None
    segments: int
    due_at: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try, with what is needed to find out what became of it."""

    id: UUID
    intent_id: UUID
    provider: str
    channel: Channel
    state: AttemptState
    intent_state: IntentState
    is_current: bool
    started_at: datetime
    settled_at: datetime | None
    sid: str | None
    first_empty_at: datetime | None
    not_after: datetime
    to: Secret[str]
    body: Secret[str]
    marker: str
    receipt_status: str | None
    receipt_code: str | None
