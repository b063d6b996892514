"""The calendar in which a coordinator ticks days: months, what cannot be had, and what others wait for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mobile_passport.services.booking.booking_days import bookable_span
from mobile_passport.services.booking.show_days import DayOfCalendar, show_days
from mobile_passport.services.world import World

_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month as rows of weeks, Monday first; ``None`` where a week reaches into another month or beyond."""

    first: date
    weeks: tuple[tuple[DayOfCalendar | None, ...], ...]

    def has(self, days: Collection[date]) -> bool:
        """Whether any of these days is shown here."""
        return any((day.year, day.month) == (self.first.year, self.first.month) for day in days)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChoice:
    """Every day that can be booked, and those between them.

    Attributes
    ----------
    first, last
        That can be booked.
    own
        Day to places that whoever chooses has already and would give back.
    deadline
        Last day that is of use; ``None`` when nothing presses.
    """

    first: date
    last: date
    days: tuple[DayOfCalendar, ...]
    own: Mapping[date, int]
    deadline: date | None

    @classmethod
    def of(cls, world: World, now: datetime, *, own: Mapping[date, int], deadline: date | None) -> "DayChoice":
        """Look at the calendar, as who has places of their own and would give them back."""
        first, last = bookable_span(world, now=now)
        days = show_days(world, first, last, own=own, now=now)
        return cls(first=first, last=last, days=days, own=own, deadline=deadline)

    @property
    def months(self) -> tuple[Month, ...]:
        """The days as a calendar."""
        return months_of(self.days)

    @property
    def days_off(self) -> tuple[DayOfCalendar, ...]:
        """Days on which one would expect to be served, with the reason why nobody is."""
        return tuple(day for day in self.days if day.hours is None and day.date.weekday() < _SATURDAY)

    @property
    def at_risk(self) -> tuple[date, ...]:
        """Own days that others wait for: given back, they go to those."""
        return tuple(day.date for day in self.days if day.is_waited_for and self.own.get(day.date))

    def is_too_late(self, day: date) -> bool:
        """Whether service on a day would come after the deadline."""
        return self.deadline is not None and day > self.deadline

    def can_be_ticked(self, day: DayOfCalendar) -> bool:
        """Whether a day has room, or a waiting list."""
        is_full = day.hours is not None and day.note.startswith("Penuh")
        return bool(day.room or is_full) and not self.is_too_late(day.date)


def months_of(days: Sequence[DayOfCalendar]) -> tuple[Month, ...]:
    """Lay days out as a calendar."""
    by_date = {day.date: day for day in days}
    starts = sorted({day.date.replace(day=1) for day in days})
    return tuple(Month(first=start, weeks=_weeks(start, by_date)) for start in starts)


def _weeks(start: date, by_date: Mapping[date, DayOfCalendar]) -> tuple[tuple[DayOfCalendar | None, ...], ...]:
    shown = [day for day in by_date if (day.year, day.month) == (start.year, start.month)]
    monday = min(shown) - timedelta(days=min(shown).weekday())
    weeks = (max(shown) - monday).days // 7 + 1
    return tuple(
        tuple(
            by_date.get(day) if day.month == start.month else None
            for day in (monday + timedelta(days=7 * week + weekday) for weekday in range(7))
        )
        for week in range(weeks)
    )
