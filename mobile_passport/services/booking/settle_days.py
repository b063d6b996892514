"""What happens to service days by itself: holds end, places of people who are gone are freed, waiting lists move up."""

from datetime import date, datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.retrying import transact
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.booking.free_places import free_places
from mobile_passport.services.booking.waiting_list import move_up
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
        transact(world.database, partial(_free_places_of_the_gone, world, request_id, now))
    with world.database.reading() as session:
        unsettled = ServiceDays(session, world.kanim).unsettled(today, now=now)
    return sum(transact(world.database, partial(_settle, world, day, now)) for day in unsettled)


def _settle(world: World, day: date, now: datetime, session: Session) -> int:
    days = ServiceDays(session, world.kanim)
    locked = days.lock((day,), now=now)[day]
    return move_up(session, world, locked, now=now)


def _free_places_of_the_gone(world: World, request_id: UUID, now: datetime, session: Session) -> None:
    free_places(session, world, (request_id,), {}, actor="system", now=now)
