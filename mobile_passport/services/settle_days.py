"""What happens to service days by itself: holds end, places of people who are gone are freed, waiting lists move up."""

from datetime import date, datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.status import BookingState
from mobile_passport.persistence.bookings import Bookings
from mobile_passport.persistence.records import write_audit
from mobile_passport.persistence.retrying import transact
from mobile_passport.persistence.service_days import ServiceDays
from mobile_passport.services.booking_days import today_of
from mobile_passport.services.waiting_list import move_up
from mobile_passport.services.world import World


def settle_days(world: World, *, now: datetime) -> int:
    """Bring the days up to date, each in a transaction of its own; doing it twice changes nothing more.

    Returns
    -------
    int
        Groups that moved up from a waiting list.
    """
    today = today_of(world, now)
    with world.database.reading() as session:
        shrunk = Bookings(session, world.kanim).larger_than_their_requests(today)
    for request_id in shrunk:
        transact(world.database, partial(_free_places_of_the_gone, world, request_id, today, now))
    with world.database.reading() as session:
        unsettled = ServiceDays(session, world.kanim).unsettled(today, now=now)
    return sum(transact(world.database, partial(_settle, world, day, now)) for day in unsettled)


def _settle(world: World, day: date, now: datetime, session: Session) -> int:
    days = ServiceDays(session, world.kanim)
    locked = days.lock((day,))[day]
    days.expire(locked, now=now)
    return move_up(session, world, locked, now=now)


def _free_places_of_the_gone(world: World, request_id: UUID, today: date, now: datetime, session: Session) -> None:
    """Lower the bookings of a request to the number of its people, latest day first."""
    days, bookings = ServiceDays(session, world.kanim), Bookings(session, world.kanim)
    locked = days.lock({booking.date for booking in bookings.of_request(request_id, today)})
    booked = bookings.of_request(request_id, today)
    people = bookings.larger_than_their_requests(today).get(request_id)
    if people is None:
        return
    gone = sum(booking.places for booking in booked) - people
    for booking in reversed(booked):
        freed = min(gone, booking.places)
        if not freed:
            break
        gone -= freed
        if freed == booking.places:
            bookings.settle(booking, BookingState.RELEASED)
        else:
            bookings.shrink(booking, booking.places - freed)
        days.give_back(locked[booking.date].id, freed)
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor="system",
            action="free_places",
            subject=str(booking.id),
            detail={"date": booking.date.isoformat(), "places": freed, "why": "people of the request are gone"},
        )
        move_up(session, world, locked[booking.date], now=now)
