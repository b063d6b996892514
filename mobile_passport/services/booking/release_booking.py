"""Give places back: a hold, a booking, or a place on a waiting list."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.booking import Booking, HoldOver
from mobile_passport.domain.refusal import NotFound
from mobile_passport.domain.status import BookingState
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.retrying import transact
from mobile_passport.services.booking.waiting_list import move_up
from mobile_passport.services.plans.planned_people import note_planned
from mobile_passport.services.world import World

_LIVE = (BookingState.WAITING, BookingState.HELD, BookingState.BOOKED)


def release_booking(world: World, booking_id: UUID, *, caller: Caller, now: datetime) -> Booking:
    """Give places back; whoever waits for the day moves up at once.

    The people of a booking stay in the queue, for any day. An appointment that was published stays: the plan holds.

    Raises
    ------
    NotFound, HoldOver, Busy
        And nothing was changed.
    """
    organisation_id = caller.scope.organisation_id

    def work(session: Session) -> Booking:
        days, bookings = ServiceDays(session, world.kanim), Bookings(session, world.kanim)
        found = bookings.find((booking_id,), organisation_id)
        if not found:
            raise NotFound("no such booking; look at the list of your bookings")
        day = days.lock((found[0].date,), now=now)[found[0].date]
        booking = bookings.find((booking_id,), organisation_id)[0]
        if booking.state not in _LIVE:
            raise HoldOver(f"the places on {booking.date} were given back before; there is nothing to do")
        bookings.settle(booking, BookingState.RELEASED)
        if booking.state is not BookingState.WAITING:
            days.give_back(day.id, booking.places)
        if booking.state is BookingState.BOOKED:
            note_planned(session, world, (day,), now=now)
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=caller.login,
            action="release_booking",
            subject=str(booking_id),
            detail={"date": booking.date.isoformat(), "places": booking.places, "was": booking.state.value},
        )
        move_up(session, world, day, now=now)
        return replace(booking, state=BookingState.RELEASED)

    return transact(world.database, work, scope=caller.scope)
