"""Which days can be booked at all, and how many places each has by the rules."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from mobile_passport.domain.booking import DayClosed
from mobile_passport.domain.calendar import DayOff, day_of
from mobile_passport.planning.capacity import places_on
from mobile_passport.services.world import World


def bookable_span(world: World, *, now: datetime) -> tuple[date, date]:
    """Return the first and last date that can be booked: far enough ahead to be planned, and within the horizon."""
    today, horizon = today_of(world, now), world.rulebook.planning.horizon
    last = today + timedelta(days=horizon.lead_days - 1, weeks=horizon.weeks)
    return today + timedelta(days=world.booking_rules.holds.lead_days), last


def bookable(world: World, days: Iterable[date], *, now: datetime) -> Mapping[date, int]:
    """Return how many places the rules give each of these days.

    Raises
    ------
    DayClosed
        For a day that is not worked, too near or too far.
    """
    first, last = bookable_span(world, now=now)
    places = {}
    for day in days:
        if not first <= day <= last:
            raise DayClosed(f"{day.isoformat()} cannot be booked; choose a day from {first} to {last}")
        worked = day_of(day, world.rulebook.calendar)
        if isinstance(worked, DayOff):
            raise DayClosed(f"{day.isoformat()} is not worked ({worked.reason}); choose another day")
        places[day] = places_on(day, world.rulebook, world.booking_rules)
        if not places[day]:
            raise DayClosed(f"no team goes out on {day.isoformat()}; choose another day")
    return places


def places_by_the_rules(world: World, *, now: datetime) -> dict[date, int]:
    """Return how many places each day that can be booked has by today's rules; 0 where no team goes out."""
    first, last = bookable_span(world, now=now)
    span = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return {day: places_on(day, world.rulebook, world.booking_rules) for day in span}


def today_of(world: World, now: datetime) -> date:
    """Return the office's date of a moment."""
    return now.astimezone(world.rulebook.office.zone).date()
