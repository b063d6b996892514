"""A version of the plan as a planner's board: teams by days, week by week, empty days and holidays included."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from mobile_passport.domain.calendar import CalendarRules, DayOff, day_of
from mobile_passport.domain.plan_view import PlanView, StopView
from mobile_passport.planning.timetable import Timetable, shift_id

_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one team does on one day.

    Attributes
    ----------
    shift
        Name of the shift, to which visits can be moved; ``None`` when the team does not go out on that day.
    """

    shift: str | None
    stops: tuple[StopView, ...]

    @property
    def people(self) -> int:
        """People served."""
        return sum(stop.people for stop in self.stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One day of all teams, in the order of the board's teams.

    Attributes
    ----------
    closed
        Why nobody works on a day that would be worked otherwise, Indonesian; there are no cells then.
    """

    day: date
    cells: tuple[Cell, ...]
    closed: str = ""

    @property
    def people(self) -> int:
        """People served."""
        return sum(cell.people for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The days of one week; never empty."""

    rows: tuple[Row, ...]

    @property
    def people(self) -> int:
        """People served."""
        return sum(row.people for row in self.rows)

    @property
    def name(self) -> str:
        """Tells it from other weeks: the date of its Monday."""
        first = self.rows[0].day
        return (first - timedelta(days=first.weekday())).isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Teams by days.

    Attributes
    ----------
    teams
        Labels, in the order of the cells.
    weeks
        Every day on which visits can be planned or somebody goes out, and holidays between them.
    """

    teams: tuple[str, ...]
    weeks: tuple[Week, ...]

    @property
    def free_shifts(self) -> int:
        """How many team-days are open and have no visit yet."""
        cells = (cell for week in self.weeks for row in week.rows for cell in row.cells)
        return sum(cell.shift is not None and not cell.stops for cell in cells)


def board_of(plan: PlanView, timetable: Timetable, calendar: CalendarRules, labels: dict[str, str]) -> Board:
    """Lay out a version.

    Parameters
    ----------
    timetable
        Of its dates.
    labels
        Of the teams, by name.
    """
    stops = {(route.team, day.date): route.stops for day in plan.days for route in day.routes}
    teams = sorted({*labels, *(team for team, _ in stops)})
    open_shifts = {shift.id for shift in timetable.shifts}

    def cell(team: str, day: date) -> Cell:
        name = shift_id(team, day)
        is_open = name in open_shifts and day >= timetable.open_from_date
        return Cell(shift=name if is_open else None, stops=stops.get((team, day), ()))

    def rows() -> Iterator[Row]:
        for offset in range((timetable.last_date - timetable.first_date).days + 1):
            day = timetable.first_date + timedelta(days=offset)
            row = Row(day=day, cells=tuple(cell(team, day) for team in teams))
            if row.people:
                yield row
            elif day >= timetable.open_from_date:
                yield from _without_visits(row, calendar)

    weeks = groupby(rows(), key=lambda row: row.day - timedelta(days=row.day.weekday()))
    return Board(
        teams=tuple(labels.get(team, team) for team in teams),
        weeks=tuple(Week(rows=tuple(days)) for _, days in weeks),
    )


def _without_visits(row: Row, calendar: CalendarRules) -> Iterator[Row]:
    """Keep an empty day that is worked, and say why another one is not; weekends are left out."""
    day = day_of(row.day, calendar)
    if not isinstance(day, DayOff):
        yield row
    elif row.day.weekday() < _SATURDAY:
        yield Row(day=row.day, cells=(), closed=day.reason)
