"""Forget one person: what is promised is taken back, what is kept is destroyed, the record of it names nobody."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.message import CALL_STATES, IntentState
from mobile_passport.domain.refusal import Busy, NotFound
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence.answers import Answers
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.messages.message_copies import MessageCopies
from mobile_passport.persistence.messages.messages import Messages
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.privacy.subject_erasure import SubjectErasure, Whereabouts
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.services.booking.free_places import free_places_of_people
from mobile_passport.services.requests.tell_anew import numbers_of, tell_anew
from mobile_passport.services.world import World


class MessageUnderWay(Busy):
    """A message to the person has been handed over and its end is not known yet; it is settled within half an hour."""

    code = "message_under_way"


def erase_person(session: Session, world: World, subject: UUID, *, actor: str, reason: str, now: datetime) -> None:
    """Withdraw a person and destroy their data, in the caller's transaction.

    What a provider keeps of messages is asked back, and `forget_copies` asks until it is gone. The contact of a request
    goes with the last of its people. Others who shared a message with the person are told
    again. After the commit call `Database.scrub`, so that no old copy stays in the file.

    Parameters
    ----------
    reason
        ``"asked"``, ``"retention"``, or ``"replay"`` after a restore.

    Raises
    ------
    NotFound
        When the person is unknown or erased already.
    MessageUnderWay
        And nothing was changed.
    """
    Plans(session, world.kanim).lock_current()  # a publication comes before or after, never in between
    erasure = SubjectErasure(session, world.kanim)
    person = erasure.find(subject)
    if person is None:
        raise NotFound("nothing is held about this person any more")
    numbers = numbers_of(session, world, person.requests, now=now)
    missed = erasure.others_in(erasure.messages_of(person, states=CALL_STATES), person)
    others = _withdraw(session, world, erasure, person, actor=actor, now=now)
    MessageCopies(session, world.kanim).ask(erasure.messages_of(person), now=now)
    erasure.erase(subject, person, now=now)
    names = {*map(str, person.applicants), *erasure.references(person.contact_of)}
    Answers(session, world.vault, world.kanim).forget(names)
    world.outbox.announce(session, others, now)
    # who was reached through the person, and who would leave the call list with the message that both did not get
    tell_anew(session, world, numbers, person.requests, also=missed, now=now)
    write_audit(
        session,
        kanim=world.kanim,
        at=now,
        actor=actor,
        action="erase_person",
        subject=str(subject),
        detail={"kind": person.kind.value, "rows": len(person.applicants), "reason": reason},
    )
    if person.applicants:
        for contact in erasure.contacts_left_alone(person.requests):
            erase_person(session, world, contact, actor=actor, reason=reason, now=now)


def _withdraw(
    session: Session, world: World, erasure: SubjectErasure, person: Whereabouts, *, actor: str, now: datetime
) -> frozenset[UUID]:
    """Take back booked places, appointment and waiting messages; returns who else was told by those messages."""
    if erasure.messages_of(person, states=(IntentState.SENDING,)):
        raise MessageUnderWay("a message to this person is being sent; try again in half an hour")
    messages = Messages(session, world.vault, world.kanim)
    waiting = erasure.messages_of(person, states=(IntentState.PENDING,))
    others = erasure.others_in(waiting, person)
    for intent in waiting:
        messages.supersede(intent, reason="erased", now=now)
    requests, appointments = Requests(session, world.vault, world.kanim), Appointments(session, world.kanim)
    scheduled, withdrawn = ApplicantStatus.SCHEDULED, ApplicantStatus.WITHDRAWN
    left: dict[UUID, datetime | None] = {}
    for applicant in person.applicants:
        if requests.set_status([applicant], present=scheduled, wanted=withdrawn, now=now):
            left[applicant] = appointments.cancel([applicant]).get(applicant)
        elif requests.set_status([applicant], present=ApplicantStatus.WAITING, wanted=withdrawn, now=now):
            left[applicant] = None
    free_places_of_people(session, world, left, actor=actor, now=now)
    return others
