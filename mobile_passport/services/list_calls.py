"""Whom a person of the office has to call, why, and what to say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.texts import Texts
from mobile_passport.persistence.message_calls import MessageCalls, QueueState, Troubled
from mobile_passport.persistence.message_facts import AppointmentFacts, MessageFacts
from mobile_passport.rules.messages import Says

_HORIZON = timedelta(days=400)
_NO_MARKER = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call to make.

    Attributes
    ----------
    applicant_id, request_id
        Whom it is about; one of them is set.
    phone
        The person's own; ``None`` when there is none: the contact of the request knows how to reach them.
    reason
        ``no_phone``, ``no_receipt``, or the state of the message and its cause: ``undelivered:undelivered_30003``.
    say
        What the message says, or would have said.
    urgent_until
        The slot, before which the call has to be made; ``None`` for calls to contacts.
    """

    applicant_id: UUID | None
    request_id: UUID
    name: Secret[str] | None
    phone: Secret[str] | None
    reason: str
    say: Secret[str]
    urgent_until: datetime | None


def list_calls(desk: Desk) -> tuple[Call, ...]:
    """Compute the call list, most urgent first.

    A person is on it while the appointment lies ahead and nothing about its present revision was delivered; a reminder
    that failed counts only when nothing else arrived either.
    """
    with desk.database.transaction() as session:
        now = desk.now(session)
        calls = MessageCalls(session, desk.vault, desk.kanim)
        facts = MessageFacts(session, desk.vault, desk.kanim)
        troubled = calls.troubled(silent_since=now - timedelta(seconds=desk.rules.care.silent_after_s))
        people = {one.applicant_id for one in troubled if one.applicant_id}
        appointments = facts.appointments_of(people)
        reached = calls.reached(people)
        ahead = facts.active_between(now, now + _HORIZON)
    texts = Texts(desk.rules, desk.office, desk.public_url)
    listed: dict[UUID, Call] = {}
    for one in ahead:
        if one.phone is None:
            say = texts.for_people(desk.rules.kind(Says.SLOT), [one], _NO_MARKER).body
            listed[one.applicant_id] = _call(one, reason="no_phone", say=Secret(say))
    for trouble in troubled:
        if trouble.applicant_id is None:
            continue
        about = appointments.get(trouble.applicant_id)
        if about is None or not _matters(trouble, about, now) or (trouble.applicant_id, trouble.revision) in reached:
            continue
        listed.setdefault(trouble.applicant_id, _call(about, reason=trouble.reason, say=trouble.body))
    to_contacts = [_to_contact(one, one.request_id) for one in troubled if one.request_id is not None]
    in_order = sorted(
        listed.values(), key=lambda call: (call.urgent_until or now, call.applicant_id or call.request_id)
    )
    return (*in_order, *to_contacts)


def queue_state(desk: Desk) -> QueueState:
    """Return how the sender's queue stands."""
    with desk.database.transaction() as session:
        return MessageCalls(session, desk.vault, desk.kanim).queue(desk.now(session))


def _matters(trouble: Troubled, about: AppointmentFacts, now: datetime) -> bool:
    return about.slot_at > now and about.revision == trouble.revision


def _call(about: AppointmentFacts, *, reason: str, say: Secret[str]) -> Call:
    return Call(
        applicant_id=about.applicant_id,
        request_id=about.request_id,
        name=about.name,
        phone=about.phone,
        reason=reason,
        say=say,
        urgent_until=about.slot_at,
    )


def _to_contact(trouble: Troubled, request_id: UUID) -> Call:
    return Call(
        applicant_id=None,
        request_id=request_id,
        name=None,
        phone=trouble.to,
        reason=trouble.reason,
        say=trouble.body,
        urgent_until=None,
    )
