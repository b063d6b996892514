"""Days for a request that was handed in: booked later, or others instead of those it has. All of it or nothing."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.booking import Booking, BookingDoesNotFit, HoldOver
from mobile_passport.domain.status import ApplicantStatus, BookingState
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.joined import JoinedDatabase
from mobile_passport.persistence.requests.letters import LetterHead
from mobile_passport.services.booking.booking_days import bookable_span
from mobile_passport.services.booking.confirm_booking import confirm_booking
from mobile_passport.services.booking.hold_places import hold_places
from mobile_passport.services.booking.release_booking import release_booking
from mobile_passport.services.booking.show_days import show_days
from mobile_passport.services.booking.waiting_list import join_waiting_list
from mobile_passport.services.requests.amend_wishes import AlreadyPlanned
from mobile_passport.services.requests.draft_request import share_out
from mobile_passport.services.requests.read_requests import known_request
from mobile_passport.services.seen import refuse_unseen
from mobile_passport.services.world import World


def book_for_request(
    world: World, reference: str, days: Collection[date], *, seen: str, caller: Caller, now: datetime
) -> tuple[Booking, ...]:
    """Give back what a request has, holds or waits for, and book days for everybody of it who waits.

    Where none of the days has room, the request waits for the first of them. Days that it has already, all of them and
    for everybody, it keeps: what it would give back might go to those who wait.

    Parameters
    ----------
    seen
        The request and its days as the caller saw them: `booking_revision`.

    Returns
    -------
    tuple of Booking
        What was booked, or is waited for.

    Raises
    ------
    NotFound, Stale, AlreadyPlanned, BookingDoesNotFit, DayClosed, DayFull, QuotaReached, Busy
        And nothing was changed.
    """
    with JoinedDatabase(world.database, _nothing) as joined:
        inside = replace(world, database=joined)
        with joined.transaction(caller.scope) as session:
            letter = known_request(session, world, reference, lock=True)
            before = Bookings(session, world.kanim).of_letter(letter.id)
            refuse_unseen(seen, booking_revision(letter, before))
        if ApplicantStatus.SCHEDULED in letter.people:
            raise AlreadyPlanned("people of this request have an appointment; its day can no longer be chosen")
        if _is_enough(before, letter, days):
            return tuple(before)
        for one in before:
            with suppress(HoldOver):  # it has ended by itself
                release_booking(inside, one.id, caller=caller, now=now)
        return _take(inside, letter, days, caller=caller, now=now)


def _is_enough(bookings: Collection[Booking], letter: LetterHead, days: Collection[date]) -> bool:
    is_booked = all(one.state is BookingState.BOOKED for one in bookings)
    places = sum(one.places for one in bookings)
    people = letter.people.get(ApplicantStatus.WAITING, 0)
    return is_booked and {one.date for one in bookings} == set(days) and places == people > 0


def booking_revision(letter: LetterHead, bookings: Collection[Booking]) -> str:
    """Return what tells the days of a request from others; it is part of what the caller has to have seen."""
    days = "".join(f"-{one.date:%y%m%d}{one.state.value[0]}{one.places}" for one in bookings)
    return f"{letter.revision}{days}"


def _take(
    world: World, letter: LetterHead, days: Collection[date], *, caller: Caller, now: datetime
) -> tuple[Booking, ...]:
    people = letter.people.get(ApplicantStatus.WAITING, 0)
    if not people or not days:
        raise BookingDoesNotFit("nobody of this request needs a place, or no day was chosen; look at the request")
    known = [day for day in show_days(world, *bookable_span(world, now=now), now=now) if day.date in days]
    shares = share_out(people, known)
    if shares.left_over:
        raise BookingDoesNotFit(f"the chosen days lack {shares.left_over} places; choose one more day")
    if shares.held:
        held = hold_places(
            world, shares.held, category=letter.category, deadline_date=letter.deadline_date, caller=caller, now=now
        )
        return confirm_booking(world, [one.id for one in held], letter.reference, caller=caller, now=now)
    ((day, places),) = shares.waiting.items()
    waiting = join_waiting_list(
        world,
        day,
        places,
        category=letter.category,
        deadline_date=letter.deadline_date,
        request=letter.reference,
        caller=caller,
        now=now,
    )
    return (waiting,)


def _nothing(_: Session) -> None:
    """Nothing has to come first in the transaction."""
