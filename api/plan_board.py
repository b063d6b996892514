"""A version of the plan as a planner's board: teams by days, and the same as features of a map."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from mobile_passport.documents.canvas import styles_of
from mobile_passport.documents.indonesian import clock_span, day_and_month
from mobile_passport.domain.plan_view import PlanView, StopView
from mobile_passport.domain.reasons import ReasonText, reason_text
from mobile_passport.planning.timetable import Timetable
from optimizer.problem import LatLon

_UNSERVED_COLOUR = "#b3001b"
_DEPOT_COLOUR = "#111820"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one team does on one day.

    Attributes
    ----------
    shift
        Name of the shift, to which visits can be moved; ``None`` when the team does not go out on that day.
    """

    day: date
    shift: str | None
    stops: tuple[StopView, ...]

    @property
    def people(self) -> int:
        """People served."""
        return sum(stop.people for stop in self.stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One day of all teams, in the order of the board's teams."""

    day: date
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Teams by days.

    Attributes
    ----------
    teams
        Name and label, by name.
    rows
        Days on which somebody goes out.
    choices
        Every shift to which a visit can be asked to move: name, team's label and day.
    """

    teams: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    choices: tuple[tuple[str, str, date], ...]


def board_of(plan: PlanView, timetable: Timetable, labels: dict[str, str]) -> Board:
    """Lay out a version.

    Parameters
    ----------
    timetable
        Of its dates.
    labels
        Of the teams, by name.
    """
    stops = {(route.team, day.date): route.stops for day in plan.days for route in day.routes}
    shifts = {shift.id for shift in timetable.shifts}
    teams = sorted({*labels, *(team for team, _ in stops)})
    opened = {day.date for day in timetable.open_days}

    def cell(team: str, day: date) -> Cell:
        name = f"{team}/{day.isoformat()}"
        is_open = name in shifts and day in opened
        return Cell(day=day, shift=name if is_open else None, stops=stops.get((team, day), ()))

    days = sorted({day for _, day in stops})
    return Board(
        teams=tuple((team, labels.get(team, team)) for team in teams),
        rows=tuple(Row(day=day, cells=tuple(cell(team, day) for team in teams)) for day in days),
        choices=tuple(
            (shift.id, labels.get(shift.team, shift.team), day)
            for shift in timetable.shifts
            if (day := timetable.moment(shift.start_s).date()) in opened
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoned:
    """People on no route for one reason, in plain words."""

    code: str
    text: ReasonText
    people: int
    visits: int


def reasons_of(plan: PlanView) -> tuple[Reasoned, ...]:
    """Sum up why people are on no route, the most people first."""
    codes = {item.code for item in plan.unserved}
    summed = (
        Reasoned(
            code=code,
            text=reason_text(code),
            people=sum(item.people for item in plan.unserved if item.code == code),
            visits=sum(item.code == code for item in plan.unserved),
        )
        for code in codes
    )
    return tuple(sorted(summed, key=lambda one: (-one.people, one.code)))


def features_of(plan: PlanView, page: str) -> dict[str, Any]:
    """Return a version as GeoJSON (RFC 7946: longitude first): ways, stops, people on no route, the office.

    Parameters
    ----------
    page
        Path of the version's page, for links to its visits.
    """
    features = [*_ways(plan), *_stops(plan, page), *_left_out(plan, page), _depot(plan)]
    return {"type": "FeatureCollection", "features": features}


def _ways(plan: PlanView) -> Iterator[dict[str, Any]]:
    styles = styles_of(plan)
    for day in plan.days:
        for route in day.routes:
            way = route.way or (plan.depot, *(stop.position for stop in route.stops), plan.depot)
            yield {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": [_at(point) for point in way]},
                "properties": {
                    "label": f"{route.team_label}, {day_and_month(day.date)}",
                    "colour": styles[route.team].colour,
                    "kind": "way",
                },
            }


def _stops(plan: PlanView, page: str) -> Iterator[dict[str, Any]]:
    styles = styles_of(plan)
    for day in plan.days:
        for route in day.routes:
            for stop in route.stops:
                when = f"{day_and_month(day.date)} {clock_span(stop.starts_at, stop.ends_at)}"
                yield _point(
                    stop.position,
                    label=f"{stop.visit} {stop.place}",
                    note=f"{when}, {route.team_label}, {stop.people} orang",
                    href=f"{page}#{stop.visit}",
                    colour=styles[route.team].colour,
                )


def _left_out(plan: PlanView, page: str) -> Iterator[dict[str, Any]]:
    for item in plan.unserved:
        yield _point(
            item.position,
            label=f"{item.visit} {item.place}",
            note=f"{item.people} orang belum terjadwal. {reason_text(item.code).sentence}",
            href=f"{page}#{item.visit}",
            colour=_UNSERVED_COLOUR,
        )


def _depot(plan: PlanView) -> dict[str, Any]:
    return _point(plan.depot, label=plan.depot_label, note="", href="", colour=_DEPOT_COLOUR)


def _point(position: LatLon, **properties: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": _at(position)},
        "properties": {**properties, "kind": "stop"},
    }


def _at(position: LatLon) -> list[float]:
    return [round(position.lon, 5), round(position.lat, 5)]
