"""Booked places that people leave: free in the transaction in which they leave, for whoever waits for the day."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.booking import Booking, ServiceDay
from mobile_passport.domain.status import BookingState
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.booking.waiting_list import move_up
from mobile_passport.services.plans.planned_people import note_planned
from mobile_passport.services.world import World


def free_places_of_people(
    session: Session, world: World, left: Mapping[UUID, datetime | None], *, actor: str, now: datetime
) -> None:
    """Free what people leave behind; their statuses and appointments have been changed before.

    Parameters
    ----------
    left
        Applicants, and when each of them was expected; ``None`` without an appointment.
    """
    zone = world.rulebook.office.zone
    with office_wide(session):
        requests = Bookings(session, world.kanim).requests_of_people(left)
    left_days = Counter(
        (requests[person], slot_at.astimezone(zone).date()) for person, slot_at in left.items() if slot_at
    )
    free_places(session, world, frozenset(requests.values()), left_days, actor=actor, now=now)


def free_places(
    session: Session,
    world: World,
    requests: Collection[UUID],
    left_days: Mapping[tuple[UUID, date], int],
    *,
    actor: str,
    now: datetime,
) -> None:
    """Lower the bookings of requests on days to come to what their people still need.

    A day loses the places of those who were expected on it, but keeps one for everybody of the request who still is.
    Whatever then exceeds the people of the request is taken from its latest days.

    Parameters
    ----------
    left_days
        How many people of a request are not expected on a day any more.
    """
    today = today_of(world, now)
    days, bookings = ServiceDays(session, world.kanim), Bookings(session, world.kanim)
    booked_days = {booking.date for one in requests for booking in bookings.of_request(one, today)}
    locked = days.lock(booked_days | {day for _, day in left_days if day >= today}, now=now)
    with office_wide(session):
        for request_id in sorted(requests):
            for find in (partial(_left_on_days, left_days=left_days), _in_excess):
                for booking, places in find(session, world, request_id, today):
                    if day := locked.get(booking.date):  # what was booked a moment ago is seen to by `settle_days`
                        _give_up(session, world, day, booking, places, actor=actor, now=now)
    note_planned(session, world, locked.values(), now=now)
    for day in locked.values():
        move_up(session, world, day, now=now)


def _left_on_days(
    session: Session, world: World, request_id: UUID, today: date, *, left_days: Mapping[tuple[UUID, date], int]
) -> list[tuple[Booking, int]]:
    zone = world.rulebook.office.zone
    slots = Appointments(session, world.kanim).slots_of_request(request_id)
    expected = Counter(slot_at.astimezone(zone).date() for slot_at in slots)
    found = []
    for booking in Bookings(session, world.kanim).of_request(request_id, today):
        left = left_days.get((request_id, booking.date), 0)
        places = min(left, booking.places - expected[booking.date])
        if places > 0:
            found.append((booking, places))
    return found


def _in_excess(session: Session, world: World, request_id: UUID, today: date) -> list[tuple[Booking, int]]:
    bookings = Bookings(session, world.kanim)
    people = bookings.larger_than_their_requests(today).get(request_id)
    if people is None:
        return []
    booked = bookings.of_request(request_id, today)
    excess = sum(booking.places for booking in booked) - people
    found = []
    for booking in reversed(booked):
        places = min(excess, booking.places)
        if places:
            found.append((booking, places))
        excess -= places
    return found


def _give_up(
    session: Session, world: World, day: ServiceDay, booking: Booking, places: int, *, actor: str, now: datetime
) -> None:
    bookings = Bookings(session, world.kanim)
    if places == booking.places:
        bookings.settle(booking, BookingState.RELEASED)
    else:
        bookings.shrink(booking, booking.places - places)
    ServiceDays(session, world.kanim).give_back(day.id, places)
    write_audit(
        session,
        kanim=world.kanim,
        at=now,
        actor=actor,
        action="free_places",
        subject=str(booking.id),
        detail={"date": booking.date.isoformat(), "places": places, "why": "people of the request are gone"},
    )
