"""The calendar of service days: which have room, and why the others have none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mobile_passport.documents.sentences import sentence
from mobile_passport.domain.booking import DayState, ServiceDay
from mobile_passport.domain.calendar import WorkingDay, day_of
from mobile_passport.domain.sentence import Sentence
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.services.booking.booking_days import bookable_span, places_by_the_rules
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfCalendar:
    """A day as a calendar shows it.

    Attributes
    ----------
    hours
        Working hours, ``None`` on a day off.
    capacity, room
        Places in all, and those that can be held now: none while anybody waits for the day.
    note
        Why there is no room, Indonesian; empty where there is some. Other languages fill in its form anew.
    """

    date: date
    hours: WorkingDay | None
    capacity: int
    room: int
    note: Sentence
    is_waited_for: bool = False


def show_days(
    world: World, first: date, last: date, *, own: Mapping[date, int] | None = None, now: datetime
) -> tuple[DayOfCalendar, ...]:
    """Return every day between two dates, both inclusive.

    Parameters
    ----------
    own
        Places that whoever looks has already and would give back: to them there is room.
    """
    by_rules = places_by_the_rules(world, now=now)
    with world.database.reading() as session:
        known = {day.date: day for day in ServiceDays(session, world.kanim).days(first, last)}
        waited_for = Bookings(session, world.kanim).waited_for(known.values())
    dates = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    own = own or {}
    shown = (_day(world, day, known.get(day), by_rules.get(day, 0), own.get(day, 0), now=now) for day in dates)
    return tuple(_waited_for(day) if day.date in known and known[day.date].id in waited_for else day for day in shown)


def _waited_for(day: DayOfCalendar) -> DayOfCalendar:
    """Show a day whose free places go to those who wait for it."""
    return replace(day, room=0, note=day.note or _full(), is_waited_for=True)


def _day(world: World, day: date, known: ServiceDay | None, by_rules: int, own: int, *, now: datetime) -> DayOfCalendar:
    worked = day_of(day, world.rulebook.calendar)
    capacity, room = (known.capacity, known.room_beside(own)) if known else (by_rules, by_rules)
    opens, closes = bookable_span(world, now=now)
    if not isinstance(worked, WorkingDay):
        return DayOfCalendar(date=day, hours=None, capacity=0, room=0, note=Sentence(worked.reason))
    if not opens <= day <= closes:
        note = sentence("Yang dapat dipesan: {opens} sampai {closes}.", opens=opens, closes=closes)
    elif not capacity:
        note = sentence("Tidak ada tim yang bertugas pada hari ini.")
    elif known and known.state is DayState.CLOSED:
        note = sentence("Ditutup untuk pesanan baru.")
    else:
        note = Sentence("") if room else _full()
    return DayOfCalendar(date=day, hours=worked, capacity=capacity, room=0 if note else room, note=note)


def _full() -> Sentence:
    return Sentence("Penuh; daftar tunggu terbuka.")
