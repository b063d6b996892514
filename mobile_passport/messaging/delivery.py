"""Claim, send, settle: how one message is handed over at most once.

*Claim* commits an open attempt before anything leaves. *Send* holds no transaction and writes the request once.
*Settle* closes that attempt, and touches the message only while the attempt is still its current one. A process that
dies in between leaves an open attempt, which blocks the message until `reconcile` has found out what became of it.
"""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.message import STATE_AFTER_RECEIPT, AttemptState, Channel, IntentState, ReceiptStatus
from mobile_passport.messaging.channels import fall_back, template_for
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.provider import Accepted, DefiniteNo, Outcome, Refusal, SendOrder, Template, Unknown
from mobile_passport.messaging.quiet_hours import Hush, hush, opening_for
from mobile_passport.persistence.messages.attempt_records import QueuedMessage
from mobile_passport.persistence.messages.message_attempts import UNKNOWN_OUTCOME, Attempts
from mobile_passport.persistence.messages.message_facts import MessageFacts
from mobile_passport.persistence.messages.message_tables import SmsSenderRow

log = logging.getLogger(__name__)

_TOKEN_BYTES = 16
_BATCH = 500
COUNTED_AS_NOT_SENT = (AttemptState.REJECTED, AttemptState.RESOLVED_NOT_SENT)
_NOT_THIS_WAY = (Refusal.NOT_ON_CHANNEL, Refusal.PERMANENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A message that this process, and no other, may now hand over.

    Attributes
    ----------
    began_s, began_at
        By this machine's clocks, taken before the claim's transaction began.
    template
        Sends it to WhatsApp; ``None`` for SMS.
    """

    attempt_id: UUID
    message: QueuedMessage = field(repr=False)
    token: str
    began_s: float
    began_at: datetime
    validity_s: int
    template: Template | None = field(repr=False)

    @property
    def channel(self) -> Channel:
        """The way it goes."""
        return Channel.SMS if self.template is None else Channel.WHATSAPP


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Nothing may be sent now.

    Attributes
    ----------
    why
        ``empty``, ``pace``, ``quiet_hours``, ``circuit_open``, ``stopped``, ``spend_cap``; a pass also ends by
        ``limit`` and ``told_to_stop``.
    until
        When to ask again; ``None`` when time alone changes nothing.
    wait_s
        How long that is by the clock that decided it; this machine's may be another.
    """

    why: str
    until: datetime | None
    wait_s: float | None


def expire(desk: Desk) -> int:
    """Close the messages that come too late to be of use, with their reason: now, or at the end of the night.

    So a person calls in the evening about what would be closed before anybody works in the morning.
    """
    total = 0
    while True:
        with desk.database.transaction() as session:
            now = desk.now(session)
            shortest = timedelta(seconds=desk.rules.care.shortest_validity_s)
            messages = desk.messages(session)
            hushed = hush(desk.rules, desk.office, now)
            asleep = {kind: at + shortest for kind, at in hushed.openings.items() if kind not in hushed.hurried}
            overdue = desk.attempts(session).overdue(now + shortest, asleep=asleep, limit=_BATCH)
            for intent_id in overdue:
                messages.move(intent_id, IntentState.EXPIRED, at=now, reason="too_late")
        total += len(overdue)
        if len(overdue) < _BATCH:
            return total


def claim(desk: Desk) -> tuple[Claim, ...] | Rest:
    """Take the most urgent due messages, in one committed transaction, if the sender may send at all.

    Returns
    -------
    tuple of Claim or Rest
        1 to ``pace.claims_at_once`` claims, each with an open attempt of its own.
    """
    began = desk.timing.elapsed_s(), desk.timing.wall()
    with desk.database.transaction() as session:
        now = desk.now(session)
        sender = desk.attempts(session).sender(now)
        claims: list[Claim] = []
        rest = _why_not(desk, sender, now)
        while rest is None and len(claims) < desk.pace.claims_at_once:
            found = _next_claim(desk, session, sender, began, now)
            if isinstance(found, Rest):
                rest = found
            else:
                claims.append(found)
        return rest if rest is not None and not claims else tuple(claims)


def _next_claim(
    desk: Desk, session: Session, sender: SmsSenderRow, began: tuple[float, datetime], now: datetime
) -> Claim | Rest:
    attempts, hushed = desk.attempts(session), hush(desk.rules, desk.office, now)
    while True:
        message = attempts.next_due(
            now, only_cleared=sender.hold_from is not None, asleep=hushed.openings.keys(), unless_useless=hushed.hurried
        )
        if message is None:
            return _nothing_due(attempts, hushed, now)
        if not _may_go(desk, session, message, now):
            continue
        template = template_for(desk.rules, message)
        channel = Channel.SMS if template is None else Channel.WHATSAPP
        if _over_budget(desk, sender, message, channel, now):
            return _rest("spend_cap", _next_midnight(desk, now), now)
        token = secrets.token_hex(_TOKEN_BYTES)
        attempt_id = attempts.open(message.id, token=token, provider=desk.provider.name, channel=channel, now=now)
        if attempt_id is None:
            _step_over_live(desk, session, message, now)
            continue
        desk.messages(session).move(message.id, IntentState.SENDING, at=now, attempt_id=attempt_id)
        sender.next_send_at = max(sender.next_send_at, now) + timedelta(seconds=1 / desk.pace.per_second)
        _spend(desk, sender, message, channel)
        left_s = int((message.not_after - now).total_seconds())
        return Claim(
            attempt_id=attempt_id,
            message=message,
            token=token,
            began_s=began[0],
            began_at=began[1],
            validity_s=min(desk.rules.care.longest_validity_s, left_s),
            template=template,
        )


def send(desk: Desk, claimed: Claim) -> Outcome:
    """Hand a claimed message over, with no transaction open; the deadline is asked at the last moment."""

    def may_write() -> bool:
        wall = desk.timing.wall()
        age_s = max(desk.timing.elapsed_s() - claimed.began_s, (wall - claimed.began_at).total_seconds())
        return age_s <= desk.pace.send_deadline_s and wall < claimed.message.not_after

    order = SendOrder(
        to=claimed.message.to,
        body=claimed.message.body,
        token=claimed.token,
        validity_s=claimed.validity_s,
        may_write=may_write,
        template=claimed.template,
    )
    return desk.provider.send(order)


def settle(desk: Desk, results: Sequence[tuple[Claim, Outcome]]) -> None:
    """Write down what became of attempts; a result that comes after its attempt was resolved changes nothing."""
    with desk.database.transaction() as session:
        now = desk.now(session)
        for claimed, outcome in results:
            match outcome:
                case Accepted(sid=sid):
                    _settle_accepted(desk, session, claimed, sid, now)
                case DefiniteNo():
                    _settle_refused(desk, session, claimed, outcome, now)
                case Unknown(code=code):
                    _settle_unknown(desk, session, claimed, code, now)


def _settle_accepted(desk: Desk, session: Session, claimed: Claim, sid: str, now: datetime) -> None:
    attempts = desk.attempts(session)
    if attempts.close(claimed.attempt_id, AttemptState.ACCEPTED, outcome="accepted", now=now, sid=sid):
        desk.messages(session).move(claimed.message.id, IntentState.ACCEPTED, at=now, attempt_id=claimed.attempt_id)
        return
    accept_late(desk, session, attempts, claimed.attempt_id, sid, now)


def accept_late(
    desk: Desk,
    session: Session,
    attempts: Attempts,
    attempt_id: UUID,
    sid: str,
    now: datetime,
    *,
    present: tuple[AttemptState, ...] = COUNTED_AS_NOT_SENT,
) -> None:
    """Take proof that an attempt counted as not sent was sent after all: in time, or as the alarm of a double."""
    attempt = attempts.read(attempt_id)
    if attempt.state not in present:
        return
    messages = desk.messages(session)
    if attempts.close(attempt_id, AttemptState.RESOLVED_SENT, now=now, sid=sid, present=present):
        attempts.make_current(attempt.intent_id, attempt_id)
        messages.move(attempt.intent_id, IntentState.ACCEPTED, at=now, attempt_id=attempt_id, reason="late_proof")
        return
    messages.note(attempt.intent_id, "duplicate", at=now, attempt_id=attempt_id, detail={"sid": sid})
    log.error("message was sent twice", extra={"intent_id": str(attempt.intent_id), "sid": sid})


def take_earlier_proof(desk: Desk, session: Session, intent_id: UUID, now: datetime) -> bool:
    """Take the proof that an earlier attempt was sent, if it came while a later one was under way that came to nothing.

    Returns
    -------
    bool
        Whether there is such proof: the message is not sent again.
    """
    attempts = desk.attempts(session)
    proven = attempts.reported_of(intent_id, COUNTED_AS_NOT_SENT)
    if proven is None:
        return False
    attempt_id, status = proven
    attempts.close(attempt_id, AttemptState.RESOLVED_SENT, now=now, present=COUNTED_AS_NOT_SENT)
    attempts.make_current(intent_id, attempt_id)
    state = STATE_AFTER_RECEIPT[ReceiptStatus(status)]
    desk.messages(session).move(intent_id, state, at=now, attempt_id=attempt_id, reason="earlier_proof")
    return True


def _settle_refused(desk: Desk, session: Session, claimed: Claim, no: DefiniteNo, now: datetime) -> None:
    attempts, messages = desk.attempts(session), desk.messages(session)
    outcome = f"{no.refusal}:{no.code}"
    if not attempts.close(claimed.attempt_id, AttemptState.REJECTED, outcome=outcome, now=now):
        return
    sender = attempts.sender(now)
    _take_back(desk, sender, claimed)
    if claimed.channel is Channel.WHATSAPP and no.refusal in _NOT_THIS_WAY:
        fall_back(messages, claimed.message.id, claimed.attempt_id, code=no.code, now=now)
        return
    final = dict.fromkeys(_NOT_THIS_WAY, IntentState.FAILED_PERMANENT) | {Refusal.OPTED_OUT: IntentState.OPTED_OUT}
    if no.refusal in final:
        messages.move(
            claimed.message.id, final[no.refusal], at=now, attempt_id=claimed.attempt_id, reason=f"refused_{no.code}"
        )
        return
    if take_earlier_proof(desk, session, claimed.message.id, now):
        return
    care = desk.rules.care
    doubled_s = care.first_back_off_s * 2 ** min(attempts.refusals(claimed.message.id) - 1, 16)
    wait = timedelta(seconds=min(max(doubled_s, no.retry_after_s or 0), care.longest_back_off_s))
    messages.move(
        claimed.message.id,
        IntentState.PENDING,
        at=now,
        attempt_id=claimed.attempt_id,
        reason=outcome,
        next_try_at=now + wait,
    )
    if no.refusal is Refusal.SLOW_DOWN:
        sender.next_send_at = max(sender.next_send_at, now + wait)
    if no.refusal is Refusal.SYSTEMIC:
        sender.stopped_at, sender.stop_reason = now, f"refused_{no.code}"
        messages.note(None, "sender_stopped", at=now, attempt_id=claimed.attempt_id, detail={"code": no.code})
        log.error("provider refuses us; the sender is stopped until a person starts it", extra={"code": no.code})


def _settle_unknown(desk: Desk, session: Session, claimed: Claim, code: str, now: datetime) -> None:
    attempts, care = desk.attempts(session), desk.rules.care
    outcome = f"{UNKNOWN_OUTCOME}{code}"
    open_only = (AttemptState.OPEN,)
    if not attempts.close(claimed.attempt_id, AttemptState.UNKNOWN, outcome=outcome, now=now, present=open_only):
        return
    desk.messages(session).note(
        claimed.message.id, "unknown", at=now, attempt_id=claimed.attempt_id, detail={"code": code}
    )
    if attempts.recent_unknowns(care.circuit_window) > care.circuit_window * care.circuit_unknown_share:
        attempts.sender(now).circuit_open_until = now + timedelta(seconds=care.circuit_pause_s)
        desk.messages(session).note(None, "circuit_opened", at=now)
        log.error("too many sends end unknown; sending pauses", extra={"pause_s": care.circuit_pause_s})


def _rest(why: str, until: datetime | None, now: datetime) -> Rest:
    wait_s = max(0.0, (until - now).total_seconds()) if until is not None else None
    return Rest(why=why, until=until, wait_s=wait_s)


def _nothing_due(attempts: Attempts, hushed: Hush, now: datetime) -> Rest:
    later = attempts.next_try_at(asleep=hushed.openings.keys())
    if not hushed.openings:
        return _rest("empty", later, now)
    waiting = attempts.waiting_kinds() & hushed.openings.keys()
    moments = [hushed.openings[kind] for kind in waiting or hushed.openings]
    return _rest("quiet_hours", min([*moments, later] if later else moments), now)


def _why_not(desk: Desk, sender: SmsSenderRow, now: datetime) -> Rest | None:
    if sender.stopped_at is not None:
        return _rest("stopped", None, now)
    if sender.circuit_open_until is not None and now < sender.circuit_open_until:
        return _rest("circuit_open", sender.circuit_open_until, now)
    if now < sender.next_send_at:
        return _rest("pace", sender.next_send_at, now)
    return None


def _may_go(desk: Desk, session: Session, message: QueuedMessage, now: datetime) -> bool:
    """Check at the last transaction what may have changed since the message was written; close it when it has."""
    messages = desk.messages(session)
    if now + timedelta(seconds=desk.rules.care.shortest_validity_s) >= message.not_after:
        messages.move(message.id, IntentState.EXPIRED, at=now, reason="too_late")
        return False
    intent = messages.read(message.id)
    if not desk.outbox.still_holds(session, intent, now):
        messages.supersede(message.id, reason="appointment_changed", now=now)
        people = [one.applicant_id for one in intent.subjects if one.applicant_id]
        desk.outbox.announce(session, people, now)  # those who shared it and whose appointment still holds
        return False
    facts = MessageFacts(session, desk.vault, desk.kanim)
    opening = opening_for(intent, desk.rules, desk.office, facts, now)
    if opening is not None:  # night there, while it is day elsewhere in the area
        desk.attempts(session).postpone(message.id, opening)
        return False
    if desk.attempts(session).is_opted_out(message.to):
        messages.move(message.id, IntentState.OPTED_OUT, at=now, reason="opted_out_before")
        return False
    return True


def _over_budget(desk: Desk, sender: SmsSenderRow, message: QueuedMessage, channel: Channel, now: datetime) -> bool:
    today = now.astimezone(desk.office.zone).date()
    if sender.spent_on != today:
        sender.spent_on, sender.spent_segments, sender.spent_rupiah = today, 0, 0
    if sender.spent_rupiah + desk.rules.rupiah_for(channel, message.segments) <= desk.rules.care.rupiah_a_day:
        return False
    log.error("the day's budget is spent; sending goes on tomorrow", extra={"rupiah": sender.spent_rupiah})
    return True


def _spend(desk: Desk, sender: SmsSenderRow, message: QueuedMessage, channel: Channel) -> None:
    sender.spent_segments += message.segments if channel is Channel.SMS else 0
    sender.spent_rupiah += desk.rules.rupiah_for(channel, message.segments)


def _take_back(desk: Desk, sender: SmsSenderRow, claimed: Claim) -> None:
    """What was refused costs nothing."""
    segments = claimed.message.segments
    if claimed.channel is Channel.SMS:
        sender.spent_segments = max(0, sender.spent_segments - segments)
    sender.spent_rupiah = max(0, sender.spent_rupiah - desk.rules.rupiah_for(claimed.channel, segments))


def _next_midnight(desk: Desk, now: datetime) -> datetime:
    tomorrow = now.astimezone(desk.office.zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, datetime.min.time(), tzinfo=desk.office.zone)


def _step_over_live(desk: Desk, session: Session, message: QueuedMessage, now: datetime) -> None:
    desk.attempts(session).postpone(message.id, now + timedelta(seconds=desk.rules.care.longest_back_off_s))
    desk.messages(session).note(message.id, "second_attempt_refused", at=now)
    log.error("a waiting message has a live attempt; it is not sent again", extra={"intent_id": str(message.id)})
