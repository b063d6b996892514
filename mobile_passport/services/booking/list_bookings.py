"""What a caller has held, booked or waits for."""

from datetime import datetime

from mobile_passport.domain.access import Caller
from mobile_passport.domain.booking import Booking
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.world import World


def list_bookings(world: World, *, caller: Caller, now: datetime) -> tuple[Booking, ...]:
    """Return the live bookings of days to come, by date; an organisation sees its own."""
    with world.database.reading(caller.scope) as session:
        return Bookings(session, world.kanim).live(caller.scope.organisation_id, today_of(world, now))
