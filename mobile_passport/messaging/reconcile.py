"""Find out what became of attempts whose end nobody saw, by evidence only.

A message of ours in the provider's list proves that it was sent. Its absence proves nothing until the attempt is older
than any late acceptance (Q), a second look after a further while (G) finds nothing either, and the list is shown to
be fresh both times. What cannot be settled before the message becomes useless goes to a person.
"""

import logging
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mobile_passport.domain.message import UNRESOLVED_ATTEMPT_STATES, AttemptState, Channel, IntentState
from mobile_passport.messaging.channels import fall_back
from mobile_passport.messaging.delivery import take_earlier_proof
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.provider import CannotList, ListedMessage, Listing
from mobile_passport.persistence.messages.attempt_records import Attempt, QueuedMessage

log = logging.getLogger(__name__)

CLOCK_ERROR = timedelta(minutes=5)
"""How far the provider's clock and ours may differ."""
_BATCH = 500
_TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What one pass found out.

    Attributes
    ----------
    open
        Still unknown.
    """

    sent: int = 0
    not_sent: int = 0
    to_person: int = 0
    duplicates: int = 0
    open: int = 0

    def __add__(self, other: "Reconciled") -> "Reconciled":
        """Add up two results."""
        return Reconciled(
            sent=self.sent + other.sent,
            not_sent=self.not_sent + other.not_sent,
            to_person=self.to_person + other.to_person,
            duplicates=self.duplicates + other.duplicates,
            open=self.open + other.open,
        )


class _Witnesses:
    """Show how fresh the provider's lists are, each asked once a pass."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._until: dict[Channel, datetime | None] = {}

    def fresh_until(self, channel: Channel) -> datetime | None:
        """Return until when a channel's list holds everything that was accepted; ``None`` when nothing shows it."""
        if channel not in self._until:
            self._until[channel] = self._ask(channel)
        return self._until[channel]

    def _ask(self, channel: Channel) -> datetime | None:
        """Look for the youngest message that the provider named to us, and whether we would know it by its text."""
        with self._desk.database.transaction() as session:
            witness = self._desk.attempts(session).witness(self._desk.provider.name, channel)
        if witness is None:
            return None
        since = witness.started_at - CLOCK_ERROR
        try:
            listing = self._desk.provider.list_to(witness.to, since=since, channel=channel)
        except CannotList:
            return None
        is_known = any(one.sid == witness.sid for one in _matches(listing, witness, channel, since))
        return witness.started_at if is_known else None


def reconcile(desk: Desk) -> Reconciled:
    """Ask the provider about every attempt that is old enough, and settle what the answer proves."""
    with desk.database.transaction() as session:
        now = desk.now(session)
        waiting = desk.attempts(session).unresolved(
            started_until=now - timedelta(seconds=desk.pace.quarantine_s),
            looked_until=now - timedelta(seconds=desk.pace.second_look_s),
            limit=_BATCH,
        )
        still_young = desk.attempts(session).count_unresolved() - len(waiting)
    if not waiting:
        return Reconciled(open=max(0, still_young))
    witnesses = _Witnesses(desk)
    total = Reconciled(open=max(0, still_young))
    for attempt_id in waiting:
        total += _look_up(desk, attempt_id, witnesses)
    return total


def clear_held(desk: Desk) -> Reconciled:
    """After a restore, search the provider's list for every waiting message before it may be sent.

    The books that were restored do not know what was sent after the backup. A message is recognised by its whole text:
    marker and text are derived from the promise, so it is the same when it was written anew.
    """
    with desk.database.transaction() as session:
        now = desk.now(session)
        attempts = desk.attempts(session)
        sender = attempts.sender(now)
        hold_from, held_at = sender.hold_from, sender.held_at
        if hold_from is None or held_at is None:
            return Reconciled()
        waiting = attempts.uncleared(limit=_BATCH)
    if now < held_at + timedelta(seconds=desk.pace.quarantine_s):
        return Reconciled(open=len(waiting))  # what left just before the restore may not be listed yet
    total = Reconciled()
    for message in waiting:
        total += _clear(desk, message, since=hold_from - CLOCK_ERROR)
    return total


def _look_up(desk: Desk, attempt_id: UUID, witnesses: _Witnesses) -> Reconciled:
    with desk.database.transaction() as session:
        attempt = desk.attempts(session).read(attempt_id)
    since, channel = attempt.started_at - CLOCK_ERROR, attempt.channel
    fresh_until = witnesses.fresh_until(channel)
    listing: Listing | None
    try:
        listing = desk.provider.list_to(attempt.to, since=since, channel=channel)
    except CannotList:
        log.warning("provider's list cannot be read", extra={"attempt_id": str(attempt_id)})
        listing = None
    matches = _matches(listing, attempt, channel, since) if listing else []
    if matches and all(one.is_returned for one in matches):
        return _resolve_returned(desk, attempt, matches[0].sid)
    if matches:
        return _resolve_sent(desk, attempt, [one for one in matches if not one.is_returned])
    is_fresh = listing is not None and _is_fresh(desk, attempt, listing, fresh_until)
    return _resolve_absent(desk, attempt, is_fresh=is_fresh)


def _resolve_sent(desk: Desk, attempt: Attempt, matches: list[ListedMessage]) -> Reconciled:
    first, *surplus = matches
    with desk.database.transaction() as session:
        now = desk.now(session)
        sid = attempt.sid or first.sid
        if not desk.attempts(session).close(attempt.id, AttemptState.RESOLVED_SENT, now=now, sid=sid):
            return Reconciled()
        messages = desk.messages(session)
        messages.move(attempt.intent_id, IntentState.ACCEPTED, at=now, attempt_id=attempt.id, reason="found_in_list")
        if surplus:
            sids = [one.sid for one in surplus]
            messages.note(attempt.intent_id, "duplicate", at=now, attempt_id=attempt.id, detail={"sids": sids})
    for one in surplus:
        taken_back = one.can_be_cancelled and desk.provider.cancel(one.sid)
        log.error("message was sent twice", extra={"intent_id": str(attempt.intent_id), "cancelled": taken_back})
    return Reconciled(sent=1, duplicates=len(surplus))


def _resolve_returned(desk: Desk, attempt: Attempt, sid: str) -> Reconciled:
    """WhatsApp took the message and gave it back for certain: SMS takes over."""
    with desk.database.transaction() as session:
        now = desk.now(session)
        if desk.attempts(session).close(attempt.id, AttemptState.RETURNED, now=now, outcome="returned:list", sid=sid):
            fall_back(desk.messages(session), attempt.intent_id, attempt.id, code="list", now=now)
    return Reconciled(not_sent=1)


def _resolve_absent(desk: Desk, attempt: Attempt, *, is_fresh: bool) -> Reconciled:
    with desk.database.transaction() as session:
        now = desk.now(session)
        attempts, messages = desk.attempts(session), desk.messages(session)
        attempt = attempts.read(attempt.id)
        if attempt.state not in UNRESOLVED_ATTEMPT_STATES:
            return Reconciled()
        second_look_at = (attempt.first_empty_at or now) + timedelta(seconds=desk.pace.second_look_s)
        if is_fresh and attempt.first_empty_at is not None and now >= second_look_at:
            attempts.note_empty(attempt.id, first_at=attempt.first_empty_at, second_at=now)
            attempts.close(attempt.id, AttemptState.RESOLVED_NOT_SENT, now=now)
            if take_earlier_proof(desk, session, attempt.intent_id, now):
                return Reconciled(sent=1)
            messages.move(
                attempt.intent_id,
                IntentState.PENDING,
                at=now,
                attempt_id=attempt.id,
                reason="twice_not_in_list",
                next_try_at=now,
            )
            return Reconciled(not_sent=1)
        if is_fresh and attempt.first_empty_at is None:
            attempts.note_empty(attempt.id, first_at=now, second_at=None)
        if now >= attempt.not_after - timedelta(seconds=desk.rules.care.person_takes_over_s):
            messages.move(
                attempt.intent_id, IntentState.NEEDS_HUMAN, at=now, attempt_id=attempt.id, reason="outcome_unknown"
            )
            return Reconciled(to_person=1)
    return Reconciled(open=1)


def _clear(desk: Desk, message: QueuedMessage, *, since: datetime) -> Reconciled:
    channels = (Channel.SMS,) if message.template is None else (Channel.SMS, Channel.WHATSAPP)
    try:
        found = [
            (channel, one)
            for channel in channels
            for one in _matches(
                desk.provider.list_to(message.to, since=since, channel=channel), message, channel, since
            )
            if not one.is_returned
        ]
    except CannotList:
        log.warning("provider's list cannot be read", extra={"intent_id": str(message.id)})
        return Reconciled(open=1)
    with desk.database.transaction() as session:
        now = desk.now(session)
        attempts, messages = desk.attempts(session), desk.messages(session)
        attempts.clear(message.id, now)
        if not found:
            return Reconciled(not_sent=1)
        channel, first = found[0]
        token = secrets.token_hex(_TOKEN_BYTES)
        attempt_id = attempts.open(message.id, token=token, provider=desk.provider.name, channel=channel, now=now)
        if attempt_id is not None:
            attempts.close(
                attempt_id, AttemptState.RESOLVED_SENT, now=now, outcome="sent_before_restore", sid=first.sid
            )
            messages.move(message.id, IntentState.ACCEPTED, at=now, attempt_id=attempt_id, reason="sent_before_restore")
    return Reconciled(sent=1)


def _matches(
    listing: Listing, message: Attempt | QueuedMessage, channel: Channel, since: datetime
) -> list[ListedMessage]:
    """Find our message, oldest first: an SMS by its whole text, marker included; on WhatsApp by its marker.

    There the provider wrote the text, from a template that it keeps.
    """
    body, marker = message.body.reveal(), re.compile(rf"\b{message.marker}\b")

    def is_ours(one: ListedMessage) -> bool:
        text = one.body.reveal()
        return text == body if channel is Channel.SMS else bool(marker.search(text))

    found = [one for one in listing.messages if one.is_outbound and one.created_at >= since and is_ours(one)]
    return sorted(found, key=lambda one: (one.created_at, one.sid))


def _is_fresh(desk: Desk, attempt: Attempt, listing: Listing, fresh_until: datetime | None) -> bool:
    """Tell whether the list would hold the attempt's message had it been written at the last possible moment."""
    latest_write = attempt.settled_at or attempt.started_at + timedelta(seconds=desk.pace.send_deadline_s)
    proofs = [moment for moment in (fresh_until, listing.complete_until) if moment is not None]
    return any(moment > latest_write for moment in proofs)
