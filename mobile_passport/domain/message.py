"""States of a message and of the attempts to send it, and which may follow which.

An *intent* is one text for one number, decided in the transaction that made it necessary. An *attempt* is one try to
hand it to a provider. No provider here has an idempotency key, so an attempt whose end nobody saw is `UNKNOWN`, never
simply tried again.
"""

from enum import StrEnum


class Channel(StrEnum):
    """By which way a message goes."""

    SMS = "sms"
    WHATSAPP = "whatsapp"


class IntentState(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    SENDING = "sending"
    """An attempt is under way, or its end is not known yet."""
    ACCEPTED = "accepted"
    """The provider has it; that is not yet "delivered"."""
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED_PERMANENT = "failed_permanent"
    EXPIRED = "expired"
    """Too late to be of use."""
    SUPERSEDED = "superseded"
    """What it says no longer holds."""
    OPTED_OUT = "opted_out"
    NEEDS_HUMAN = "needs_human"
    """Nobody can tell whether it was sent; a person calls."""


class AttemptState(StrEnum):
    """What is known about one try."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """Certainly not sent."""
    UNKNOWN = "unknown"
    RESOLVED_SENT = "resolved_sent"
    RESOLVED_NOT_SENT = "resolved_not_sent"
    RETURNED = "returned"
    """The provider took it, and then said for certain that it reached nobody on its channel."""


LIVE_ATTEMPT_STATES = frozenset(
    {AttemptState.OPEN, AttemptState.UNKNOWN, AttemptState.ACCEPTED, AttemptState.RESOLVED_SENT}
)
"""An attempt in one of these may have reached a handset: no second attempt may exist beside it."""

UNRESOLVED_ATTEMPT_STATES = frozenset({AttemptState.OPEN, AttemptState.UNKNOWN})

CALL_STATES = frozenset(
    {
        IntentState.UNDELIVERED,
        IntentState.FAILED_PERMANENT,
        IntentState.EXPIRED,
        IntentState.OPTED_OUT,
        IntentState.NEEDS_HUMAN,
    }
)
"""A person has to call, as long as what the message says still holds."""

_BY_RECEIPT = frozenset(
    {IntentState.ACCEPTED, IntentState.DELIVERED, IntentState.UNDELIVERED, IntentState.FAILED_PERMANENT}
)

INTENT_TRANSITIONS: dict[IntentState, frozenset[IntentState]] = {
    IntentState.PENDING: frozenset(
        # PENDING -> ACCEPTED and the like: proof that an earlier attempt arrived after all.
        {IntentState.SENDING, IntentState.EXPIRED, IntentState.SUPERSEDED, IntentState.OPTED_OUT, *_BY_RECEIPT}
    ),
    IntentState.SENDING: frozenset(
        {
            IntentState.PENDING,
            IntentState.EXPIRED,
            IntentState.OPTED_OUT,
            IntentState.NEEDS_HUMAN,
            *_BY_RECEIPT,
        }
    ),
    # ... -> PENDING: its attempt came back from WhatsApp; it goes by SMS.
    IntentState.ACCEPTED: _BY_RECEIPT | {IntentState.PENDING},
    # Receipts come in any order and more than once; the strongest one wins (see `RECEIPT_RANK`).
    IntentState.FAILED_PERMANENT: _BY_RECEIPT | {IntentState.PENDING},
    IntentState.UNDELIVERED: _BY_RECEIPT | {IntentState.PENDING},
    IntentState.DELIVERED: frozenset(),
    IntentState.NEEDS_HUMAN: _BY_RECEIPT,
    IntentState.EXPIRED: _BY_RECEIPT,
    IntentState.SUPERSEDED: frozenset(),
    IntentState.OPTED_OUT: frozenset(),
}


class ReceiptStatus(StrEnum):
    """What a provider reports about a message it accepted."""

    ACCEPTED = "accepted"
    SENDING = "sending"
    SENT = "sent"
    """Handed to the operator; not "delivered"."""
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"


def states_before(state: IntentState) -> tuple[IntentState, ...]:
    """States from which a message may come to ``state``; the guard of every change in the database."""
    return tuple(before for before, after in INTENT_TRANSITIONS.items() if state in after)


RECEIPT_RANK: dict[ReceiptStatus, int] = {status: rank for rank, status in enumerate(ReceiptStatus)}
"""Strength of a receipt. The state is that of the strongest one seen, so order and repetition do not matter."""

STATE_AFTER_RECEIPT: dict[ReceiptStatus, IntentState] = {
    ReceiptStatus.ACCEPTED: IntentState.ACCEPTED,
    ReceiptStatus.SENDING: IntentState.ACCEPTED,
    ReceiptStatus.SENT: IntentState.ACCEPTED,
    ReceiptStatus.CANCELLED: IntentState.FAILED_PERMANENT,
    ReceiptStatus.FAILED: IntentState.FAILED_PERMANENT,
    ReceiptStatus.UNDELIVERED: IntentState.UNDELIVERED,
    ReceiptStatus.DELIVERED: IntentState.DELIVERED,
}
