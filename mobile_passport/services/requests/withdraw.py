"""Somebody no longer wants to be visited: one person, or everybody of a request."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.refusal import Conflict
from mobile_passport.domain.status import ApplicantStatus, BookingState
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.requests.letters import LetterHead
from mobile_passport.persistence.requests.people import People, Person
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.services.audit.deeds import note_deed
from mobile_passport.services.booking.free_places import free_places_of_people
from mobile_passport.services.requests.read_requests import known_person, known_request
from mobile_passport.services.seen import refuse_unseen
from mobile_passport.services.world import World

_WITHDRAWABLE = (ApplicantStatus.WAITING, ApplicantStatus.SCHEDULED)


class NothingToWithdraw(Conflict):
    """Nobody concerned is waiting or has an appointment."""

    code = "nothing_to_withdraw"


def withdraw_person(world: World, person: UUID, *, seen: str, caller: Caller, now: datetime) -> Person:
    """Take one person out of the queue; an appointment is cancelled, a booked place freed, and the person is told.

    Raises
    ------
    NotFound, Stale, NothingToWithdraw
        And nothing was changed.
    """
    with world.database.transaction(caller.scope) as session:
        found = known_person(session, world, person, lock=True)
        refuse_unseen(seen, found.revision)
        _withdraw(session, world, [found], caller=caller, now=now)
        note_deed(session, world, "withdraw_person", person, caller=caller, now=now, was=found.status.value)
        return known_person(session, world, person)


def withdraw_request(world: World, reference: str, *, seen: str, caller: Caller, now: datetime) -> LetterHead:
    """Take everybody of a request out of the queue who still waits or has an appointment; booked places are freed.

    Raises
    ------
    NotFound, Stale, NothingToWithdraw
        And nothing was changed.
    """
    with world.database.transaction(caller.scope) as session:
        request = known_request(session, world, reference, lock=True)
        refuse_unseen(seen, request.revision)
        people = People(session, world.vault, world.kanim).of_request(reference)
        withdrawn = _withdraw(session, world, people, caller=caller, now=now)
        bookings = Bookings(session, world.kanim)
        for one in bookings.of_letter(request.id):
            if one.state is BookingState.WAITING:  # nobody of it waits for a day any more
                bookings.settle(one, BookingState.RELEASED)
        note_deed(
            session,
            world,
            "withdraw_request",
            request.id,
            caller=caller,
            now=now,
            reference=reference,
            people=withdrawn,
        )
        return known_request(session, world, reference)


def _withdraw(session: Session, world: World, people: Sequence[Person], *, caller: Caller, now: datetime) -> int:
    requests = Requests(session, world.vault, world.kanim)
    withdrawn = 0
    for present in _WITHDRAWABLE:
        ids = [person.id for person in people if person.status is present]
        withdrawn += requests.set_status(ids, present=present, wanted=ApplicantStatus.WITHDRAWN, now=now)
    if not withdrawn:
        raise NothingToWithdraw("nobody of them waits or has an appointment; there is nothing to withdraw")
    scheduled = [person.id for person in people if person.status is ApplicantStatus.SCHEDULED]
    slots = Appointments(session, world.kanim).cancel(scheduled)
    left = {person.id: slots.get(person.id) for person in people if person.status in _WITHDRAWABLE}
    free_places_of_people(session, world, left, actor=caller.login, now=now)
    with office_wide(session):  # the message may be one that a family shares
        world.outbox.announce(session, scheduled, now)
    return withdrawn
