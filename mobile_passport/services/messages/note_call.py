"""Somebody of the office has called, and says what came of it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.call import CallNote, CallOutcome, MadeCall
from mobile_passport.domain.link import Answer
from mobile_passport.domain.refusal import Conflict
from mobile_passport.messaging.desk import Desk
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.messages.calls_made import CallsMade
from mobile_passport.persistence.messages.link_answers import LinkAnswers
from mobile_passport.persistence.messages.links import Links
from mobile_passport.persistence.messages.message_calls import MessageCalls
from mobile_passport.persistence.messages.message_choices import MessageChoices
from mobile_passport.persistence.messages.message_facts import AppointmentFacts, MessageFacts
from mobile_passport.persistence.messages.sealed import phone_indexes
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.retrying import transact
from mobile_passport.services.messages.answer_link import give_up_places
from mobile_passport.services.messages.list_calls import APPOINTMENT, HORIZON, Call, list_calls
from mobile_passport.services.world import World


class CallGone(Conflict):
    """The entry is not on the call list any more; look at the list again."""

    code = "call_gone"


class UnfitOutcome(Conflict):
    """What is said of a call does not fit it; nothing was changed."""

    code = "unfit_outcome"


def note_call(
    world: World,
    desk: Desk,
    key: str,
    outcome: CallOutcome,
    *,
    note: CallNote | None = None,
    again_date: date | None = None,
    caller: Caller,
    now: datetime,
) -> MadeCall:
    """Keep what came of a call about one entry, as `note_calls` does."""
    (made,) = note_calls(world, desk, [key], outcome, note=note, again_date=again_date, caller=caller, now=now)
    return made


def note_calls(
    world: World,
    desk: Desk,
    keys: Collection[str],
    outcome: CallOutcome,
    *,
    note: CallNote | None = None,
    again_date: date | None = None,
    caller: Caller,
    now: datetime,
) -> tuple[MadeCall, ...]:
    """Keep what came of a call about one or several entries, all of them or none.

    Who comes, or gives the place up, counts as having answered. A person's own number that is somebody else's is not
    written to again, and its links end.

    Parameters
    ----------
    keys
        Of entries of the call list. Those that are not on it any more are left out, if any is.
    again_date
        When to try again; of ``TRY_AGAIN`` only, after today and not after what the call is about.

    Raises
    ------
    CallGone, UnfitOutcome
        And nothing was changed.
    """
    calls = [one for one in list_calls(desk) if one.key in keys]
    if not calls:
        raise CallGone("nobody has to be called about this any more; load the list again")
    for call in calls:
        _refuse_unfit(world, call, outcome, again_date, now)
    made = [
        MadeCall(entry=call.key, outcome=outcome, note=note, again_date=again_date, at=now, by=caller.login)
        for call in calls
    ]

    def work(session: Session) -> None:
        Plans(session, world.kanim).lock_current()  # a publication comes before or after, never in between
        for call, one in zip(calls, made, strict=True):
            _keep(session, world, call, one, caller=caller)

    transact(world.database, work, scope=caller.scope)
    return tuple(made)


def _keep(session: Session, world: World, call: Call, made: MadeCall, *, caller: Caller) -> None:
    settled = {made.entry}
    if call.applicant_id is not None and call.about == APPOINTMENT:
        settled |= _answer(session, world, call, call.applicant_id, made.outcome, caller=caller, now=made.at)
    for entry in sorted(settled):
        CallsMade(session, world.kanim).add(
            replace(made, entry=entry),
            request_id=call.request_id,
            applicant_id=call.applicant_id,
            reason=call.reason,
            revision=call.revision,
        )
    detail = {"entry": made.entry, "reason": call.reason, "revision": call.revision, "outcome": made.outcome.value}
    detail |= {"note": made.note.value} if made.note else {}
    detail |= {"again": made.again_date.isoformat()} if made.again_date else {}
    subject = str(call.applicant_id or call.request_id)
    write_audit(
        session, kanim=world.kanim, at=made.at, actor=made.by, action="note_call", subject=subject, detail=detail
    )


def _refuse_unfit(world: World, call: Call, outcome: CallOutcome, again_date: date | None, now: datetime) -> None:
    if (outcome is CallOutcome.TRY_AGAIN) != (again_date is not None):
        raise UnfitOutcome("say on which date to try again, and only of a call that reached nobody")
    if outcome is CallOutcome.CANNOT_COME and call.about != APPOINTMENT:
        raise UnfitOutcome("only who has an appointment can give it up; note the other entries by themselves")
    if again_date is None:
        return
    zone = world.rulebook.office.zone
    until = (call.urgent_until or now + HORIZON).astimezone(zone).date()
    if not now.astimezone(zone).date() < again_date <= until:
        raise UnfitOutcome("the date to try again comes after today, and not after the day that the call is about")


def _answer(
    session: Session, world: World, call: Call, person: UUID, outcome: CallOutcome, *, caller: Caller, now: datetime
) -> frozenset[str]:
    """Let what was said count as an answer; returns the entries of the list that this settles besides."""
    facts = MessageFacts(session, world.vault, world.kanim).appointments_of([person]).get(person)
    if facts is None or facts.revision != call.revision:
        raise CallGone("the appointment was changed meanwhile; load the list again")
    if not facts.is_active or facts.slot_at <= now:
        return frozenset()
    answers, login = LinkAnswers(session, world.kanim), caller.login
    if outcome is CallOutcome.COMES:
        answers.put(person, facts.revision, Answer.COMING, actor=login, now=now)
    elif outcome is CallOutcome.WRONG_NUMBER and call.phone is not None:
        answers.put(person, facts.revision, Answer.WRONG_NUMBER, actor=login, now=now)
        _stop_writing_to(session, world, facts, now)
    elif outcome is CallOutcome.CANNOT_COME:
        answers.put(person, facts.revision, Answer.NOT_THAT_DAY, actor=login, now=now)
        give_up_places(session, world, [person], is_over=False, actor=login, now=now)
        return frozenset({replace(call, reason=Answer.NOT_THAT_DAY.value, asked_at=now).key})
    return frozenset()


def _stop_writing_to(session: Session, world: World, facts: AppointmentFacts, now: datetime) -> None:
    if facts.phone is None:
        return
    number = phone_indexes(world.vault, facts.phone)
    last = MessageCalls(session, world.vault, world.kanim).last_to(facts.applicant_id, number)
    if last is not None:
        intent_id, to_index = last
        MessageChoices(session, world.kanim).note(intent_id, wants_messages=False, now=now)
        Links(session, world.kanim).revoke_to(to_index, now=now)
