"""Hold places on days while the list of people is made ready."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.booking import Booking, BookingDoesNotFit, DayClosed, DayFull, DayState, QuotaReached
from mobile_passport.domain.request import Category
from mobile_passport.domain.status import BookingState
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.retrying import transact
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.services.booking.booking_days import bookable, today_of
from mobile_passport.services.world import World


def hold_places(
    world: World,
    wanted: Mapping[date, int],
    *,
    category: Category,
    deadline_date: date | None,
    caller: Caller,
    now: datetime,
) -> tuple[Booking, ...]:
    """Hold places on one or more days, on all of them or on none.

    Parameters
    ----------
    wanted
        Day to places, at least one of each.
    deadline_date
        Last day that is of use; ``None`` where the category's deadline is all that presses.

    Raises
    ------
    DayClosed, DayFull, QuotaReached, BookingDoesNotFit, Busy
        And nothing was taken.
    """
    capacities = bookable(world, wanted, now=now)
    refuse_past_deadline(world, wanted, category, deadline_date)
    expires_at = now + timedelta(minutes=world.booking_rules.holds.minutes)
    organisation_id = caller.scope.organisation_id

    def work(session: Session) -> tuple[Booking, ...]:
        days, bookings = ServiceDays(session, world.kanim), Bookings(session, world.kanim)
        refuse_over_quota(bookings, world, organisation_id, sum(wanted.values()), now=now)
        known = {day.date for day in days.days(min(wanted), max(wanted))}
        days.lay_out({day: places for day, places in capacities.items() if day not in known})
        held = []
        with office_wide(session):  # both look at what everybody has: one change of eyes is enough
            locked = days.lock(wanted, now=now).values()
            waited_for = bookings.waited_for(locked)
        for day in locked:
            places = wanted[day.date]
            if day.state is DayState.CLOSED:
                raise DayClosed(f"the office gives out no places for {day.date}; choose another day")
            if day.id in waited_for or not days.take(day, places):
                raise DayFull(f"{day.date} has no room for {places} more; choose another day or join its waiting list")
            held.append(
                bookings.add(
                    day,
                    places=places,
                    state=BookingState.HELD,
                    organisation_id=organisation_id,
                    category=category,
                    deadline_date=deadline_date,
                    now=now,
                    expires_at=expires_at,
                )
            )
            write_audit(
                session,
                kanim=world.kanim,
                at=now,
                actor=caller.login,
                action="hold_places",
                subject=str(held[-1]),
                detail={"date": day.date.isoformat(), "places": places},
            )
        return bookings.find(held, organisation_id)

    return transact(world.database, work, scope=caller.scope)


def refuse_over_quota(
    bookings: Bookings, world: World, organisation_id: UUID | None, places: int, *, now: datetime
) -> None:
    """Refuse places beyond an organisation's quota; the office itself has none. Others of it wait until the commit.

    Raises
    ------
    QuotaReached
    """
    if organisation_id is None:
        return
    quota = world.booking_rules.quota_of(bookings.lock_organisation(organisation_id))
    has = bookings.places_of(organisation_id, today_of(world, now), now=now)
    if quota is not None and has + places > quota:
        raise QuotaReached(
            f"your organisation has {has} of {quota} places on days to come; release some, or ask the office"
        )


def refuse_past_deadline(
    world: World, days: Mapping[date, int], category: Category, deadline_date: date | None
) -> None:
    """Refuse a day on which service would come too late.

    Raises
    ------
    BookingDoesNotFit
    """
    deadline = deadline_date or world.rulebook.planning.deadline_of(category)
    if deadline is not None and max(days) > deadline:
        raise BookingDoesNotFit(f"{max(days)} lies after the deadline {deadline}; choose an earlier day")
