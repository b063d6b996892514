"""Turn holds into a booking when the list of people is handed in."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.booking import Booking, BookingDoesNotFit, BookingRequest, HoldOver, ServiceDay
from mobile_passport.domain.refusal import NotFound
from mobile_passport.domain.status import BookingState
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.retrying import transact
from mobile_passport.services.booking.hold_places import refuse_past_deadline
from mobile_passport.services.booking.waiting_list import move_up
from mobile_passport.services.world import World


def confirm_booking(
    world: World, holds: Collection[UUID], request: str, *, caller: Caller, now: datetime
) -> tuple[Booking, ...]:
    """Book the places held for the people of a request who wait for an appointment: for all of them, or none.

    Places beyond their number are free again at once.

    Parameters
    ----------
    request
        Its reference.

    Raises
    ------
    NotFound
        When a hold or the request does not exist for the caller.
    HoldOver, BookingDoesNotFit, Conflict, Busy
        And nothing was changed.
    """
    organisation_id = caller.scope.organisation_id

    def work(session: Session) -> tuple[Booking, ...]:
        days, bookings = ServiceDays(session, world.kanim), Bookings(session, world.kanim)
        asked = bookings.request(request, organisation_id)
        moot = bookings.of_letter(asked.id) if asked else ()
        dates = {booking.date for booking in (*bookings.find(holds, organisation_id), *moot)}
        locked = days.lock(dates, now=now)
        held = bookings.find(holds, organisation_id)
        if asked is None or len(held) != len(set(holds)):
            raise NotFound("no such hold or request; look at the list of your bookings")
        _refuse_over(held, now=now)
        _refuse_other_claims(held, asked)
        refuse_past_deadline(world, {hold.date: hold.places for hold in held}, asked.category, asked.deadline_date)
        for hold, places in _spread(asked, held, bookings.places_of_request(asked.id)):
            _settle(bookings, hold, places, asked)
            days.give_back(locked[hold.date].id, hold.places - places)
            write_audit(
                session,
                kanim=world.kanim,
                at=now,
                actor=caller.login,
                action="confirm_booking",
                subject=str(hold.id),
                detail={"date": hold.date.isoformat(), "places": places, "request": request},
            )
            if places < hold.places:
                move_up(session, world, locked[hold.date], now=now)
        _let_go_of_the_rest(days, bookings, asked.id, holds, locked)
        return bookings.find(holds, organisation_id)

    return transact(world.database, work, scope=caller.scope)


def _let_go_of_the_rest(
    days: ServiceDays, bookings: Bookings, request_id: UUID, holds: Collection[UUID], locked: Mapping[date, ServiceDay]
) -> None:
    """Everybody has a place now: what the request waited for or held besides is for others."""
    for one in bookings.of_letter(request_id):
        if one.state is BookingState.BOOKED or one.id in holds or one.date not in locked:
            continue
        bookings.settle(one, BookingState.RELEASED)
        if one.state is BookingState.HELD:
            days.give_back(locked[one.date].id, one.places)


def _refuse_over(held: Iterable[Booking], *, now: datetime) -> None:
    for hold in held:
        if hold.state is not BookingState.HELD or hold.expires_at is None or hold.expires_at <= now:
            raise HoldOver(f"the places on {hold.date} are not held any more; hold places anew")


def _refuse_other_claims(held: Iterable[Booking], request: BookingRequest) -> None:
    """Refuse places that were asked for with more than the letter says: they may have moved up by it."""
    for hold in held:
        later = request.deadline_date is None or (hold.deadline_date and hold.deadline_date < request.deadline_date)
        if hold.category is not request.category or (hold.deadline_date and later):
            raise BookingDoesNotFit(
                f"the places on {hold.date} were asked for with another category or an earlier deadline than the "
                "request has; hold places for what it is"
            )


def _spread(request: BookingRequest, held: Collection[Booking], booked_before: int) -> Iterable[tuple[Booking, int]]:
    """Share the people of a request over its holds, earliest day first."""
    people = request.waiting - booked_before
    if people <= 0:
        raise BookingDoesNotFit("nobody of this request needs a place; look at the request")
    if people > sum(hold.places for hold in held):
        raise BookingDoesNotFit(f"{people} people need places and fewer are held; hold the rest as well, then book")
    for hold in held:
        places = min(people, hold.places)
        people -= places
        yield hold, places


def _settle(bookings: Bookings, hold: Booking, places: int, request: BookingRequest) -> None:
    if places:
        bookings.settle(hold, BookingState.BOOKED, places=places, request_id=request.id)
    else:
        bookings.settle(hold, BookingState.RELEASED)
