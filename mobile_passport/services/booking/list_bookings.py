"""What a caller has held, booked or waits for."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.booking import Booking, in_published_order
from mobile_passport.domain.status import BookingState
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.world import World


def list_bookings(world: World, *, caller: Caller, now: datetime) -> tuple[Booking, ...]:
    """Return the live bookings of days to come, by date; an organisation sees its own."""
    with world.database.reading(caller.scope) as session:
        return Bookings(session, world.kanim).live(caller.scope.organisation_id, today_of(world, now))


def places_in_line(
    session: Session, world: World, bookings: Iterable[Booking], *, now: datetime
) -> Mapping[UUID, tuple[int, int]]:
    """Return the place of each that waits on the list of its day, from 1, and how many wait there."""
    waiting = {one.id: one.date for one in bookings if one.state is BookingState.WAITING}
    found: dict[UUID, tuple[int, int]] = {}
    for date in set(waiting.values()):
        (day,) = ServiceDays(session, world.kanim).days(date, date)
        with office_wide(session):  # of the others nothing is told but how many stand before
            waiters = Bookings(session, world.kanim).waiters(day)
        line = in_published_order(waiters, world.rulebook.rank, today_of(world, now))
        found |= {one.id: (place, len(line)) for place, one in enumerate(line, start=1) if one.id in waiting}
    return found
