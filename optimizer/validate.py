"""Every rule of a planning problem, all findings at once, each with a code, its cause and what to do about it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

import numpy as np

from optimizer.pins import find_pin_issue, pins_fit_together
from optimizer.problem import Matrix, Problem, Shift, Visit

DAY_S = 86_400
MAX_SERVICE_S = 7 * DAY_S
"""A longer service is a slip of units: a visit lies inside one shift."""
MAX_HORIZON_S = 3 * 366 * DAY_S
"""No outreach calendar is planned further ahead; later times are slips of units."""
WINDOW_MARGIN_S = 31 * DAY_S
"""A window may outlive the last shift (a deadline after the horizon), but not begin this long after it."""
MAX_TRAVEL = 10_000_000
"""Seconds or metres between two places."""
MAX_POINTS = 1e7
MAX_BREAKS = 4


class Identified(Protocol):
    """Anything that has an id of its own."""

    @property
    def id(self) -> str:
        """Return the id."""
        ...


class IssueCode(StrEnum):
    """Codes of findings in problems and plans. Never reused."""

    NOT_JSON = "E1001"
    WRONG_FORMAT = "E1002"
    MISSING = "E1003"
    WRONG_TYPE = "E1004"
    OUT_OF_RANGE = "E1005"
    BAD_HORIZON = "E1006"
    DUPLICATE_ID = "E1101"
    UNKNOWN_ID = "E1102"
    MATRIX_SHAPE = "E1201"
    MATRIX_VALUE = "E1202"
    SHIFT_REVERSED = "E1301"
    BREAK_IMPOSSIBLE = "E1302"
    WINDOW_REVERSED = "E1401"
    WINDOWS_UNSORTED = "E1402"
    WINDOW_BEYOND_HORIZON = "E1403"
    PIN_IMPOSSIBLE = "E1501"
    PINS_COLLIDE = "E1502"
    GROUP_CONTRADICTION = "E1503"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One finding: what is wrong (`cause`), where in the document, and what to do (`action`)."""

    code: IssueCode
    where: str
    cause: str
    action: str

    def __str__(self) -> str:
        """Read as one line."""
        return f"{self.code} {self.where}: {self.cause}. {self.action}."


class InvalidProblem(ValueError):
    """The problem breaks rules; `issues` lists every one."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(map(str, self.issues)))


def validate(problem: Problem) -> tuple[Issue, ...]:
    """Find every broken rule of a problem.

    Parameters
    ----------
    problem
        Well-typed; anything else about it may be wrong.

    Returns
    -------
    tuple of Issue
        Empty when the problem may be solved. Never raises.
    """
    known = {location.id for location in problem.locations}
    last_s = max((shift.end_s for shift in problem.shifts), default=MAX_HORIZON_S)
    return (
        *repeated_ids(("locations", problem.locations), ("shifts", problem.shifts), ("visits", problem.visits)),
        *_matrix(problem),
        *_amounts(problem),
        *(issue for shift in problem.shifts for issue in _shift(shift, known)),
        *(issue for visit in problem.visits for issue in _visit(visit, known, last_s)),
        *_pins(problem),
        *_groups(problem),
    )


def require_valid(problem: Problem) -> None:
    """Raise `InvalidProblem` with all findings unless there are none."""
    issues = validate(problem)
    if issues:
        raise InvalidProblem(issues)


def repeated_ids(*kinds: tuple[str, Sequence[Identified]]) -> Iterator[Issue]:
    """Find ids that stand more than once among entries of a kind."""
    for kind, entries in kinds:
        for name, count in Counter(entry.id for entry in entries).items():
            if count > 1:
                yield Issue(
                    code=IssueCode.DUPLICATE_ID,
                    where=f"{kind}/{name}",
                    cause=f"the id appears {count} times",
                    action="give every entry its own id",
                )


def _matrix(problem: Problem) -> Iterator[Issue]:
    for name in ("duration_s", "distance_m"):
        yield from _square_and_plausible(problem.matrix, name, len(problem.locations))


def _square_and_plausible(matrix: Matrix, name: str, size: int) -> Iterator[Issue]:
    values = getattr(matrix, name)
    if values.shape != (size, size):
        yield Issue(
            code=IssueCode.MATRIX_SHAPE,
            where=f"matrix/{name}",
            cause=f"the shape is {'×'.join(map(str, values.shape))}, there are {size} locations",
            action="give one row and one column per location",
        )
        return
    wrong = np.argwhere((values < 0) | (values > MAX_TRAVEL))
    if len(wrong):
        row, column = wrong[0]
        yield Issue(
            code=IssueCode.MATRIX_VALUE,
            where=f"matrix/{name}[{row}][{column}]",
            cause=f"{values[row, column]} is outside 0..{MAX_TRAVEL} ({len(wrong)} such cells)",
            action="give travel as non-negative seconds and metres",
        )


def _amounts(problem: Problem) -> Iterator[Issue]:
    cost = problem.objective.travel_cost_per_hour
    if not 0 <= cost <= MAX_POINTS:
        yield _out_of_range("objective/travel_cost_per_hour", cost, f"0..{MAX_POINTS:.0f} points an hour")
    for visit in problem.visits:
        where = f"visits/{visit.id}"
        if not 0 <= visit.reward <= MAX_POINTS:
            yield _out_of_range(f"{where}/reward", visit.reward, f"0..{MAX_POINTS:.0f} points")
        if not 0 <= visit.service_s <= MAX_SERVICE_S:
            yield _out_of_range(f"{where}/service_s", visit.service_s, f"0..{MAX_SERVICE_S} seconds (7 days)")


def _out_of_range(where: str, value: float, expected: str) -> Issue:
    return Issue(
        code=IssueCode.OUT_OF_RANGE,
        where=where,
        cause=f"{value} is outside {expected}",
        action="check the number and its unit",
    )


def _shift(shift: Shift, known: set[str]) -> Iterator[Issue]:
    where = f"shifts/{shift.id}"
    for name in ("start_location", "end_location"):
        if getattr(shift, name) not in known:
            yield _unknown(f"{where}/{name}", "location", getattr(shift, name))
    if not 0 <= shift.start_s <= MAX_HORIZON_S or not 0 <= shift.end_s <= MAX_HORIZON_S:
        yield _out_of_range(where, max(shift.end_s, shift.start_s, key=abs), f"0..{MAX_HORIZON_S} seconds (3 years)")
    if shift.end_s < shift.start_s:
        yield Issue(
            code=IssueCode.SHIFT_REVERSED,
            where=where,
            cause=f"it ends at {shift.end_s}, before it starts at {shift.start_s}",
            action="swap or correct the two times",
        )
    if len(shift.breaks) > MAX_BREAKS:
        yield _out_of_range(f"{where}/breaks", len(shift.breaks), f"0..{MAX_BREAKS} breaks")
    for index, rest in enumerate(shift.breaks):
        fits = shift.start_s <= rest.latest_s and max(shift.start_s, rest.earliest_s) + rest.duration_s <= shift.end_s
        if rest.latest_s < rest.earliest_s or rest.duration_s < 0 or not fits:
            yield Issue(
                code=IssueCode.BREAK_IMPOSSIBLE,
                where=f"{where}/breaks[{index}]",
                cause=f"{rest.duration_s} s from {rest.earliest_s}..{rest.latest_s} cannot be taken in the shift",
                action="give a break that begins and ends inside its shift",
            )


def _unknown(where: str, kind: str, name: str) -> Issue:
    return Issue(
        code=IssueCode.UNKNOWN_ID,
        where=where,
        cause=f"there is no {kind} {name!r}",
        action=f"add the {kind} or correct the id",
    )


def _visit(visit: Visit, known: set[str], last_s: int) -> Iterator[Issue]:
    where = f"visits/{visit.id}"
    if visit.location not in known:
        yield _unknown(f"{where}/location", "location", visit.location)
    for index, window in enumerate(visit.windows):
        if window.end_s < window.start_s:
            yield Issue(
                code=IssueCode.WINDOW_REVERSED,
                where=f"{where}/windows[{index}]",
                cause=f"it ends at {window.end_s}, before it starts at {window.start_s}",
                action="swap or correct the two times",
            )
        if window.start_s < 0 or window.end_s > MAX_HORIZON_S:
            yield _beyond_horizon(f"{where}/windows[{index}]", f"{window.start_s}..{window.end_s}")
    if visit.windows and all(window.start_s > last_s + WINDOW_MARGIN_S for window in visit.windows):
        yield _beyond_horizon(f"{where}/windows", "every window")
    if any(after.start_s <= before.end_s for before, after in pairwise(visit.windows)):
        yield Issue(
            code=IssueCode.WINDOWS_UNSORTED,
            where=f"{where}/windows",
            cause="the windows overlap or are not in order of time",
            action="sort the windows and merge those that touch",
        )


def _beyond_horizon(where: str, times: str) -> Issue:
    return Issue(
        code=IssueCode.WINDOW_BEYOND_HORIZON,
        where=where,
        cause=f"{times} lies outside the horizon",
        action="give seconds from the start of the horizon, not of another day or era",
    )


def _pins(problem: Problem) -> Iterator[Issue]:
    shifts = {shift.id: shift for shift in problem.shifts}
    pinned = defaultdict(list)
    for visit in problem.visits:
        if visit.pin is None:
            continue
        where = f"visits/{visit.id}/pin"
        if visit.pin.shift not in shifts:
            yield _unknown(where, "shift", visit.pin.shift)
            continue
        broken = find_pin_issue(problem, visit, shifts[visit.pin.shift])
        if broken:
            yield Issue(
                code=IssueCode.PIN_IMPOSSIBLE,
                where=where,
                cause=broken,
                action="move or remove the pin, or change the visit or the shift",
            )
        else:
            pinned[visit.pin.shift].append(visit)
    for shift_id, visits in pinned.items():
        if len(visits) > 1 and not pins_fit_together(problem, visits, shifts[shift_id]):
            yield Issue(
                code=IssueCode.PINS_COLLIDE,
                where=f"shifts/{shift_id}",
                cause="no route serves all visits pinned here: " + ", ".join(visit.id for visit in visits),
                action="move one of the pins to another shift or time",
            )


def _groups(problem: Problem) -> Iterator[Issue]:
    certain = defaultdict(list)
    for visit in problem.visits:
        if visit.required or visit.pin is not None:
            for group in visit.groups:
                certain[group].append(visit.id)
    for group, ids in sorted(certain.items()):
        if len(ids) > 1:
            yield Issue(
                code=IssueCode.GROUP_CONTRADICTION,
                where=f"groups/{group}",
                cause=f"at most one visit of a group is planned, but {', '.join(ids)} are required or pinned",
                action="require or pin only one of them",
            )
