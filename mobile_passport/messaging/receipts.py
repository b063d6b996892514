"""Reports of a provider, in whatever order and however often they come."""

import logging
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from mobile_passport.domain.message import (
    RECEIPT_RANK,
    STATE_AFTER_RECEIPT,
    UNRESOLVED_ATTEMPT_STATES,
    AttemptState,
    Channel,
    IntentState,
    ReceiptStatus,
)
from mobile_passport.messaging.channels import fall_back
from mobile_passport.messaging.delivery import COUNTED_AS_NOT_SENT, accept_late
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.provider import Callback, ForgedCallback, MalformedCallback, Receipt
from mobile_passport.persistence.messages.attempt_records import Attempt
from mobile_passport.persistence.messages.message_attempts import Attempts
from mobile_passport.persistence.messages.messages import Messages

log = logging.getLogger(__name__)


class ReceiptEffect(StrEnum):
    """What became of a callback."""

    TAKEN = "taken"
    KNOWN = "known"
    """Nothing that a stronger receipt has not said already."""
    FORGED = "forged"
    MALFORMED = "malformed"
    UNKNOWN_TOKEN = "unknown_token"  # noqa: S105 - a word, not a secret
    OTHER_MESSAGE = "other_message"
    """Signed, but about a message with another name than the attempt's: the sign of a double."""


def take_callbacks(desk: Desk, callbacks: Sequence[Callback]) -> tuple[ReceiptEffect, ...]:
    """Check callbacks and write down what they prove, in one transaction.

    A receipt proves that its attempt was sent, whatever was thought of it before. The message takes the state of the
    strongest receipt seen. One that came back from WhatsApp for certain goes by SMS.

    Returns
    -------
    tuple
        One effect a callback, in the same order.
    """
    receipts = [_read(desk, callback) for callback in callbacks]
    if not any(isinstance(one, Receipt) for one in receipts):
        return tuple(one for one in receipts if isinstance(one, ReceiptEffect))
    with desk.database.transaction() as session:
        now = desk.now(session)
        return tuple(_take(desk, session, one, now) if isinstance(one, Receipt) else one for one in receipts)


def _read(desk: Desk, callback: Callback) -> Receipt | ReceiptEffect:
    try:
        return desk.provider.read_callback(callback)
    except ForgedCallback:
        log.warning("callback with a wrong signature refused")
        return ReceiptEffect.FORGED
    except MalformedCallback:
        log.warning("signed callback cannot be read")
        return ReceiptEffect.MALFORMED


def _take(desk: Desk, session: Session, receipt: Receipt, now: datetime) -> ReceiptEffect:
    attempts, messages = desk.attempts(session), desk.messages(session)
    attempt = attempts.by_token(receipt.token)
    if attempt is None or attempt.provider != desk.provider.name:
        log.warning("callback for an attempt that is not ours")
        return ReceiptEffect.UNKNOWN_TOKEN
    if attempt.sid is not None and attempt.sid != receipt.sid:
        messages.note(attempt.intent_id, "duplicate", at=now, attempt_id=attempt.id, detail={"sid": receipt.sid})
        log.error("message was sent twice", extra={"intent_id": str(attempt.intent_id), "sid": receipt.sid})
        return ReceiptEffect.OTHER_MESSAGE
    if receipt.is_returned and attempt.channel is Channel.WHATSAPP:
        return _take_return(attempts, messages, receipt, attempt, now)
    if attempt.state in UNRESOLVED_ATTEMPT_STATES:
        attempts.close(attempt.id, AttemptState.RESOLVED_SENT, now=now, sid=receipt.sid)
        messages.move(attempt.intent_id, IntentState.ACCEPTED, at=now, attempt_id=attempt.id, reason="receipt")
    elif attempt.state in COUNTED_AS_NOT_SENT:
        accept_late(desk, session, attempts, attempt.id, receipt.sid, now)
    elif attempt.state is AttemptState.RETURNED and receipt.status is ReceiptStatus.DELIVERED:
        accept_late(desk, session, attempts, attempt.id, receipt.sid, now, present=(AttemptState.RETURNED,))
    if not _is_stronger(receipt, attempt):
        return ReceiptEffect.KNOWN
    attempts.note_receipt(attempt.id, status=receipt.status, code=receipt.code, now=now)
    state = STATE_AFTER_RECEIPT[receipt.status]
    reason = f"{receipt.status}_{receipt.code}" if receipt.code else receipt.status
    is_mere_progress = state is attempt.intent_state is IntentState.ACCEPTED
    if not is_mere_progress:
        moved = messages.move(attempt.intent_id, state, at=now, attempt_id=attempt.id, reason=reason, actor="receipt")
        if moved and receipt.may_repeat and state is IntentState.UNDELIVERED:
            desk.outbox.repeat(session, attempt.intent_id, now)
        if moved and state is IntentState.DELIVERED:
            desk.outbox.drop_repetition(session, attempt.intent_id, now)
    return ReceiptEffect.TAKEN


def _take_return(
    attempts: Attempts, messages: Messages, receipt: Receipt, attempt: Attempt, now: datetime
) -> ReceiptEffect:
    """Close an attempt that WhatsApp gave back. Only while it is the message's current one does SMS take over."""
    if not _is_stronger(receipt, attempt):
        return ReceiptEffect.KNOWN
    attempts.note_receipt(attempt.id, status=receipt.status, code=receipt.code, now=now)
    outcome = f"returned:{receipt.code}"
    attempts.close(
        attempt.id, AttemptState.RETURNED, now=now, outcome=outcome, sid=receipt.sid, present=tuple(AttemptState)
    )
    if attempt.is_current:
        fall_back(messages, attempt.intent_id, attempt.id, code=receipt.code, now=now)
    return ReceiptEffect.TAKEN


def _is_stronger(receipt: Receipt, attempt: Attempt) -> bool:
    if attempt.receipt_status is None:
        return True
    seen = (RECEIPT_RANK[ReceiptStatus(attempt.receipt_status)], attempt.receipt_code or "")
    return (RECEIPT_RANK[receipt.status], receipt.code) > seen
