"""The waiting list of a full day: who joins it, and who moves up when places become free.

Groups move up in the published order. One that is too large for what is free keeps its place, and the next that fits
is served; the audit record of each move names whom it passed over. While anybody waits for a day, its free places go to
nobody else.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.booking import Booking, BookingDoesNotFit, DayHasRoom, ServiceDay, in_published_order
from mobile_passport.domain.refusal import NotFound
from mobile_passport.domain.request import Category
from mobile_passport.domain.status import BookingState
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.retrying import transact
from mobile_passport.services.booking.booking_days import bookable, today_of
from mobile_passport.services.booking.hold_places import refuse_over_quota, refuse_past_deadline
from mobile_passport.services.world import World


def join_waiting_list(
    world: World,
    day: date,
    places: int,
    *,
    category: Category,
    deadline_date: date | None,
    request: str | None = None,
    caller: Caller,
    now: datetime,
) -> Booking:
    """Wait for places of a day that has too few.

    Parameters
    ----------
    request
        Reference of the request that waits; ``None`` before it is handed in.

    Raises
    ------
    DayHasRoom, DayClosed, QuotaReached, BookingDoesNotFit, Busy
        And nothing was changed.
    NotFound
        When the caller has no such request.
    """
    capacities = bookable(world, (day,), now=now)
    refuse_past_deadline(world, {day: places}, category, deadline_date)
    organisation_id = caller.scope.organisation_id

    def work(session: Session) -> Booking:
        days, bookings = ServiceDays(session, world.kanim), Bookings(session, world.kanim)
        refuse_over_quota(bookings, world, organisation_id, places, now=now)
        days.lay_out(capacities)
        locked = days.lock((day,), now=now)[day]
        if places > locked.capacity:
            raise BookingDoesNotFit(f"{day} has {locked.capacity} places in all; spread the group over several days")
        if not bookings.waited_for((locked,)) and places <= locked.room:
            raise DayHasRoom(f"{day} has room for {places}; hold the places instead")
        asked = bookings.request(request, organisation_id) if request else None
        if request and asked is None:
            raise NotFound("no such request; look at the list of your groups")
        if asked and bookings.lives_on(asked.id, locked):
            raise BookingDoesNotFit(f"the request has or waits for places on {day} already; look at its bookings")
        waiting = bookings.add(
            locked,
            places=places,
            state=BookingState.WAITING,
            organisation_id=organisation_id,
            category=category,
            deadline_date=deadline_date,
            now=now,
            expires_at=None,
            request_id=asked.id if asked else None,
        )
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=caller.login,
            action="join_waiting_list",
            subject=str(waiting),
            detail={"date": day.isoformat(), "places": places},
        )
        move_up(session, world, locked, joining=waiting, now=now)
        return bookings.find((waiting,), organisation_id)[0]

    return transact(world.database, work, scope=caller.scope)


def move_up(session: Session, world: World, day: ServiceDay, *, joining: UUID | None = None, now: datetime) -> int:
    """Give the free places of a locked day to those who wait for it; returns how many groups moved up.

    The contact of each is told until when its places are held.

    Parameters
    ----------
    joining
        The booking of whoever is at it just now, and sees the places without a message.
    """
    days, bookings = ServiceDays(session, world.kanim), Bookings(session, world.kanim)
    expires_at = now + timedelta(minutes=world.booking_rules.holds.moved_up_minutes)
    passed_over: list[UUID] = []
    moved = 0
    for waiter in in_published_order(bookings.waiters(day), world.rulebook.rank, today_of(world, now)):
        if not days.take(day, waiter.places):
            passed_over.append(waiter.id)
            continue
        bookings.move_up(waiter, expires_at=expires_at)
        if waiter.id != joining:
            world.outbox.groups.place_free(session, waiter.id, day.date, waiter.places, held_until=expires_at, now=now)
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor="system",
            action="move_up",
            subject=str(waiter.id),
            detail={
                "date": day.date.isoformat(),
                "places": waiter.places,
                "passed_over": [str(one) for one in passed_over],
            },
        )
        moved += 1
    return moved
