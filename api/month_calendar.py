"""Months as pictures: which days are worked, and how many teams go out."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta

from mobile_passport.domain.calendar import WEEKEND, CalendarRules, DayOff, day_of
from mobile_passport.rules.teams import TeamRules


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """One day.

    Attributes
    ----------
    reason
        Why it is not worked; empty when it is.
    teams
        Labels of the teams that go out.
    is_weekend
        Not worked because it is one: nothing else has to be said of it.
    """

    date: date
    reason: str
    teams: tuple[str, ...]
    is_weekend: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthView:
    """A month by weeks; days of other months are ``None``."""

    first_date: date
    weeks: tuple[tuple[DayCell | None, ...], ...]

    @property
    def days_off(self) -> tuple[DayCell, ...]:
        """Days that are not worked for another reason than the weekend."""
        return tuple(cell for week in self.weeks for cell in week if cell and cell.reason and not cell.is_weekend)


def months_from(first: date, count: int, rules: CalendarRules, teams: TeamRules) -> tuple[MonthView, ...]:
    """Draw months from the one of a date on, by a calendar and teams."""
    months = []
    for _ in range(count):
        first = first.replace(day=1)
        weeks = Calendar().monthdatescalendar(first.year, first.month)
        months.append(
            MonthView(
                first_date=first,
                weeks=tuple(tuple(_cell(day, first, rules, teams) for day in week) for week in weeks),
            )
        )
        first = month_after(first)
    return tuple(months)


def month_after(first: date) -> date:
    """Return the first day of the next month."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_before(first: date) -> date:
    """Return the first day of the month before."""
    return (first.replace(day=1) - timedelta(days=1)).replace(day=1)


def _cell(day: date, first: date, rules: CalendarRules, teams: TeamRules) -> DayCell | None:
    if day.month != first.month:
        return None
    try:
        worked = day_of(day, rules)
    except LookupError:
        return DayCell(date=day, reason="Belum ada jam kerja", teams=(), is_weekend=False)
    if isinstance(worked, DayOff):
        return DayCell(date=day, reason=worked.reason, teams=(), is_weekend=worked.reason == WEEKEND)
    labels = tuple(team.label for team in teams.teams if team.goes_out_on(day))
    return DayCell(date=day, reason="", teams=labels, is_weekend=False)
