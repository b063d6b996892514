"""Every rule of a session's people, stations and hours, all findings at once."""

import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from optimizer.line import Person, SessionHours, Stations
from optimizer.validate import InvalidProblem, Issue, IssueCode

MAX_SERVICE_S = 4 * 3600
"""No station keeps one person longer; larger numbers are slips of units."""
MAX_DESKS = 1000
MAX_SESSION_S = 24 * 3600


def require_valid_session(people: tuple[Person, ...], stations: Stations, hours: SessionHours, wave_s: int) -> None:
    """Raise `InvalidProblem` with all findings unless there are none."""
    issues = (*_people(people), *_stations(stations), *_hours(hours, wave_s))
    if issues:
        raise InvalidProblem(issues)


def _people(people: tuple[Person, ...]) -> Iterator[Issue]:
    for name, count in Counter(person.id for person in people).items():
        if count > 1:
            yield Issue(
                code=IssueCode.DUPLICATE_ID,
                where=f"people/{name}",
                cause=f"the id appears {count} times",
                action="give every person one place in the list",
            )
    for person in people:
        for name in ("documents_s", "interview_s", "biometrics_s"):
            yield from _within(f"people/{person.id}/{name}", getattr(person, name), 0, MAX_SERVICE_S, "seconds")
        for name in ("earliest_s", "latest_s"):
            limit = getattr(person, name)
            if limit is not None and not math.isfinite(limit):
                yield from _within(f"people/{person.id}/{name}", limit, -math.inf, math.inf, "seconds")


def _stations(stations: Stations) -> Iterator[Issue]:
    for name in ("document_desks", "interview_desks", "biometric_kits"):
        yield from _within(f"stations/{name}", getattr(stations, name), 1, MAX_DESKS, "at once")


def _hours(hours: SessionHours, wave_s: int) -> Iterator[Issue]:
    yield from _within("wave_s", wave_s, 60, MAX_SESSION_S, "seconds")
    yield from _within("hours", hours.closes_s - hours.opens_s, 1, MAX_SESSION_S, "seconds from opening to closing")
    for index, pause in enumerate(hours.breaks):
        if not hours.opens_s <= pause.start_s < pause.end_s <= hours.closes_s:
            yield Issue(
                code=IssueCode.BREAK_IMPOSSIBLE,
                where=f"hours/breaks[{index}]",
                cause=f"{pause.start_s}..{pause.end_s} does not lie within {hours.opens_s}..{hours.closes_s}",
                action="give a break that begins and ends while the session is open",
            )
    if any(after.start_s < before.end_s for before, after in pairwise(hours.breaks)):
        yield Issue(
            code=IssueCode.WINDOWS_UNSORTED,
            where="hours/breaks",
            cause="the breaks overlap or are not in order of time",
            action="sort the breaks and merge those that touch",
        )


def _within(where: str, value: float, low: float, high: float, unit: str) -> Iterator[Issue]:
    if not (math.isfinite(value) and low <= value <= high):
        yield Issue(
            code=IssueCode.OUT_OF_RANGE,
            where=where,
            cause=f"{value} is outside {low}..{high} {unit}",
            action="check the number and its unit",
        )
