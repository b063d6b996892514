"""Which days are worked, and from when to when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

_FRIDAY, _SATURDAY = 4, 5
WEEKEND = "Akhir pekan"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """Hours from one date on, local time, until a later entry replaces them."""

    label: str
    from_date: date
    opens: time
    closes: time
    break_starts: time
    break_ends: time
    friday_closes: time
    friday_break_starts: time
    friday_break_ends: time
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """A day that the office opens or closes against the calendar."""

    date: date
    reason: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRules:
    """An office's rules: file ``calendar.toml``."""

    hours: tuple[WorkingHours, ...]
    open_days: tuple[SpecialDay, ...] = ()
    closed_days: tuple[SpecialDay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDay:
    """Hours of one worked day, local time."""

    date: date
    opens: time
    closes: time
    break_starts: time
    break_ends: time

    @property
    def whole(self) -> timedelta:
        """From leaving the office to being back."""
        return self._between(self.opens, self.closes)

    @property
    def morning(self) -> timedelta:
        """From leaving the office to the break."""
        return self._between(self.opens, self.break_starts)

    @property
    def pause(self) -> timedelta:
        """Length of the break."""
        return self._between(self.break_starts, self.break_ends)

    def _between(self, first: time, last: time) -> timedelta:
        return datetime.combine(self.date, last) - datetime.combine(self.date, first)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOff:
    """A day that is not worked.

    Attributes
    ----------
    reason
        Indonesian, to be shown.
    """

    date: date
    reason: str


def day_of(day: date, rules: CalendarRules) -> WorkingDay | DayOff:
    """Tell whether a day is worked, and its hours or the reason.

    The office's own closed and open days win over public holidays and cuti bersama, and those over weekends.

    Raises
    ------
    LookupError
        When no hours hold on that day: ``calendar.toml`` begins later.
    """
    for special in rules.closed_days:
        if special.date == day:
            return DayOff(date=day, reason=special.reason)
    if not any(special.date == day for special in rules.open_days):
        if holiday := _holidays(day.year).get(day):
            return DayOff(date=day, reason=holiday)
        if day.weekday() >= _SATURDAY:
            return DayOff(date=day, reason=WEEKEND)
    hours = hours_on(day, rules)
    is_friday = day.weekday() == _FRIDAY
    return WorkingDay(
        date=day,
        opens=hours.opens,
        closes=hours.friday_closes if is_friday else hours.closes,
        break_starts=hours.friday_break_starts if is_friday else hours.break_starts,
        break_ends=hours.friday_break_ends if is_friday else hours.break_ends,
    )


def hours_on(day: date, rules: CalendarRules) -> WorkingHours:
    """Return the hours that hold on a day, worked or not.

    Raises
    ------
    LookupError
        When no hours hold on that day: ``calendar.toml`` begins later.
    """
    holding = [hours for hours in rules.hours if hours.from_date <= day]
    if not holding:
        raise LookupError(f"calendar.toml has no [[hours]] that hold on {day.isoformat()}; add an earlier one")
    return max(holding, key=lambda entry: entry.from_date)


@cache
def _holidays(year: int) -> dict[date, str]:
    # Cuti bersama is the category "government"; the default category alone leaves it out.
    return dict(holidays.country_holidays("ID", years=year, categories=("public", "government"), language="id"))
