"""Worked days of the horizon: shifts for the optimizer, and when a visit may start on each of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mobile_passport.domain.calendar import WorkingDay, day_of
from mobile_passport.rules.rulebook import Rulebook
from optimizer.problem import Shift, Window

DEPOT = "depot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """The horizon of one plan.

    Attributes
    ----------
    first_date, last_date
        Dates of the plan, both inclusive; the first is the day on which it is made.
    open_from_date
        New visits are planned from here on; what lies before was promised earlier.
    days
        Days on which at least one team goes out, ascending.
    shifts
        One a team and day it goes out.
    zone
        Zone of all local times.
    """

    first_date: date
    last_date: date
    open_from_date: date
    days: tuple[WorkingDay, ...]
    shifts: tuple[Shift, ...]
    zone: ZoneInfo

    @property
    def open_days(self) -> tuple[WorkingDay, ...]:
        """Days on which new visits may be planned."""
        return tuple(day for day in self.days if day.date >= self.open_from_date)

    @property
    def starts_at(self) -> datetime:
        """Second 0 of the optimizer: local midnight of the first date."""
        return datetime.combine(self.first_date, time.min, self.zone)

    def seconds(self, day: date, local: time) -> int:
        """Convert a local time to seconds from the start of the horizon."""
        return self.seconds_at(datetime.combine(day, local, self.zone))

    def seconds_at(self, moment: datetime) -> int:
        """Convert a moment to seconds from the start of the horizon."""
        return round((moment - self.starts_at).total_seconds())

    def moment(self, seconds: int) -> datetime:
        """Convert seconds from the start of the horizon to a local moment."""
        return (self.starts_at + timedelta(seconds=seconds)).astimezone(self.zone)

    def day_holding(self, seconds: int) -> WorkingDay:
        """Return the worked day in which a second lies."""
        day = self.moment(seconds).date()
        return next(worked for worked in self.days if worked.date == day)


def make_timetable(rulebook: Rulebook, *, today: date) -> Timetable:
    """Lay out the days and shifts of a plan made today.

    Parameters
    ----------
    today
        Local date; new visits are planned from ``lead_days`` later on.
    """
    horizon = rulebook.planning.horizon
    open_from = today + timedelta(days=horizon.lead_days)
    last = open_from + timedelta(weeks=horizon.weeks) - timedelta(days=1)
    days: list[WorkingDay] = []
    shifts: list[Shift] = []
    empty = Timetable(
        first_date=today, last_date=last, open_from_date=open_from, days=(), shifts=(), zone=rulebook.office.zone
    )
    for offset in range((last - today).days + 1):
        day = day_of(today + timedelta(days=offset), rulebook.calendar)
        if not isinstance(day, WorkingDay):
            continue
        teams = [team for team in rulebook.teams.teams if team.goes_out_on(day.date)]
        if teams:
            days.append(day)
        shifts.extend(
            Shift(
                id=shift_id(team.id, day.date),
                team=team.id,
                start_s=empty.seconds(day.date, day.opens),
                end_s=empty.seconds(day.date, day.closes),
                start_location=DEPOT,
                end_location=DEPOT,
                skills=frozenset(team.skills),
            )
            for team in teams
        )
    return replace(empty, days=tuple(days), shifts=tuple(shifts))


def shift_id(team: str, day: date) -> str:
    """Name a shift: ``unit-1/2026-12-01``."""
    return f"{team}/{day.isoformat()}"


def start_windows(
    timetable: Timetable, days: Iterable[WorkingDay], *, service_s: int, break_inside: bool
) -> tuple[Window, ...]:
    """Tell when a visit may start so that the crew has its break.

    Parameters
    ----------
    service_s
        Whole time at the place, with the break when ``break_inside``.
    break_inside
        The visit runs through the break and pauses on site; otherwise it ends before the break or starts after it.

    Returns
    -------
    tuple of Window
        Ascending and disjoint; days on which the visit does not fit have none.
    """
    windows: list[Window] = []
    for day in days:
        opens, closes = (timetable.seconds(day.date, local) for local in (day.opens, day.closes))
        pause, resume = (timetable.seconds(day.date, local) for local in (day.break_starts, day.break_ends))
        if break_inside:
            spans = [(max(opens, resume - service_s), min(pause, closes - service_s))]
        else:
            spans = [(opens, pause - service_s), (resume, closes - service_s)]
        windows.extend(Window(start_s=first, end_s=last) for first, last in spans if first <= last)
    return tuple(windows)
