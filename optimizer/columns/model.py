"""A planning problem as arrays in canonical order, so that the order of the input cannot matter."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.compiled import kernel
from optimizer.columns.timing import NEVER, Tables, drive, serve
from optimizer.pins import pinned_windows
from optimizer.problem import Problem, Shift, Visit

LARGEST_CUBE = 1500
"""Locations up to which all detours are tried, about a second's work."""
LARGEST_SUM = 2.0**60
"""Scaled sums stay below it, which leaves two bits of an int64 for differences."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """Arrays of a problem and the way back to its ids.

    `shortcut_s[location]` is by how many seconds at most a detour over the location is shorter than the direct way:
    zero everywhere when travel obeys the triangle inequality.

    `uses[visit]` are its items, each used by at most one planned visit: its groups, and itself where it has none or
    has to be planned. An item of the second kind is certain: it has to be used.

    `shift_class` numbers groups of shifts that are interchangeable: same times, places, breaks and servable visits.
    """

    problem: Problem
    visits: tuple[Visit, ...]
    shifts: tuple[Shift, ...]
    tables: Tables
    scale: int
    certain: NDArray[np.bool_]
    items: int
    uses: tuple[tuple[int, ...], ...]
    certain_items: NDArray[np.bool_]
    shift_class: NDArray[np.int64]
    classes: tuple[NDArray[np.int64], ...]
    max_stops: int
    shortcut_s: NDArray[np.int64]

    def points(self, scaled: int) -> float:
        """Convert a scaled amount to points."""
        return scaled / self.scale

    def items_of(self, visits: Iterable[int]) -> list[int]:
        """List the items that visits use; one that several of them use occurs as often."""
        return [item for visit in visits for item in self.uses[visit]]

    def visit_prices(self, item_price: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what every visit costs at prices (items,): the sum over its items."""
        return np.add.reduceat(item_price[self.tables.item], self.tables.first_item[:-1])


def build_model(problem: Problem) -> Model:
    """Build the arrays of a valid problem."""
    shifts = tuple(sorted(problem.shifts, key=lambda shift: shift.id))
    visits = tuple(sorted(problem.visits, key=lambda visit: visit.id))
    used = {visit.location for visit in visits} | {
        place for s in shifts for place in (s.start_location, s.end_location)
    }
    names = sorted(used)
    position = {location.id: index for index, location in enumerate(problem.locations)}
    rows = np.array([position[name] for name in names], dtype=np.int64)
    travel = np.ascontiguousarray(problem.matrix.duration_s[np.ix_(rows, rows)], dtype=np.int64)
    index = {name: number for number, name in enumerate(names)}
    certain = np.array([visit.required or visit.pin is not None for visit in visits], dtype=np.bool_)
    scale = _scale(problem)
    value = np.array([round(visit.reward * scale) for visit in visits], dtype=np.int64)
    uses = _uses(visits, certain)
    tables = _tables(shifts, visits, index, travel, value, certain, uses, _second_cost(problem, scale))
    may = np.array([_may(s, v) for v in visits for s in shifts], dtype=np.bool_)
    _mark_servable(tables, may.reshape(len(visits), len(shifts)))
    shift_class, classes = _classes(shifts, tables)
    certain_items = np.zeros(int(tables.item.max(initial=-1)) + 1, dtype=np.bool_)
    certain_items[[uses[visit][0] for visit in np.flatnonzero(certain)]] = True
    return Model(
        problem=problem,
        visits=visits,
        shifts=shifts,
        tables=tables,
        scale=scale,
        certain=certain,
        items=len(certain_items),
        uses=uses,
        certain_items=certain_items,
        shift_class=shift_class,
        classes=classes,
        max_stops=_max_stops(tables),
        shortcut_s=_shortcuts(travel) if len(travel) <= LARGEST_CUBE else np.full(len(travel), travel.max()),
    )


def _may(shift: Shift, visit: Visit) -> bool:
    return visit.skills <= shift.skills and (visit.pin is None or visit.pin.shift == shift.id)


def _scale(problem: Problem) -> int:
    """Choose units per point: a multiple of 3600, so that whole points an hour cost whole units a second."""
    travel_s = float(problem.matrix.duration_s.max(initial=0)) * (2 * len(problem.visits) + 1)
    points = sum(visit.reward for visit in problem.visits) + problem.objective.travel_cost_per_hour * travel_s / 3600
    room = LARGEST_SUM / 3600 / (max(points, 1.0) * (len(problem.visits) + 2))
    return 3600 << max(0, min(24, math.floor(math.log2(room))))


def _second_cost(problem: Problem, scale: int) -> int:
    return math.floor(problem.objective.travel_cost_per_hour * (scale // 3600))


def _uses(visits: tuple[Visit, ...], certain: NDArray[np.bool_]) -> tuple[tuple[int, ...], ...]:
    numbers: dict[tuple[bool, str], int] = {}
    keys = [
        [(False, visit.id)] * bool(must or not visit.groups) + [(True, group) for group in sorted(visit.groups)]
        for visit, must in zip(visits, certain, strict=True)
    ]
    return tuple(tuple(numbers.setdefault(key, len(numbers)) for key in own) for own in keys)


def _tables(
    shifts: tuple[Shift, ...],
    visits: tuple[Visit, ...],
    index: dict[str, int],
    travel: NDArray[np.int64],
    value: NDArray[np.int64],
    certain: NDArray[np.bool_],
    uses: Sequence[Sequence[int]],
    second_cost: int,
) -> Tables:
    windows = [pinned_windows(visit) for visit in visits]
    ends = np.cumsum([0, *map(len, windows)])
    starts_s = np.array([window.start_s for own in windows for window in own], dtype=np.int64)
    ends_s = np.array([window.end_s for own in windows for window in own], dtype=np.int64)
    shift_start = np.array([shift.start_s for shift in shifts], dtype=np.int64)
    shift_end = np.array([shift.end_s for shift in shifts], dtype=np.int64)
    first = np.zeros((len(visits), len(shifts)), dtype=np.int64)
    last = np.zeros_like(first)
    for number in range(len(visits)):
        own = slice(ends[number], ends[number + 1])
        first[number] = ends[number] + np.searchsorted(ends_s[own], shift_start, side="left")
        last[number] = ends[number] + np.searchsorted(starts_s[own], shift_end, side="right")
    breaks = max((len(shift.breaks) for shift in shifts), default=0)
    padded = np.zeros((3, len(shifts), max(1, breaks)), dtype=np.int64)
    for number, shift in enumerate(shifts):
        for position, rest in enumerate(shift.breaks):
            padded[:, number, position] = rest.earliest_s, rest.latest_s, rest.duration_s
    worst = int(value.sum()) + second_cost * int(travel.max(initial=0)) * (2 * len(visits) + 1) + 1
    return Tables(
        travel=travel,
        place=np.array([index[visit.location] for visit in visits], dtype=np.int64),
        service=np.array([visit.service_s for visit in visits], dtype=np.int64),
        value=value,
        bonus=certain.astype(np.int64) * worst,
        first_item=np.cumsum([0, *map(len, uses)]),
        item=np.array([item for own in uses for item in own], dtype=np.int64),
        window_start=starts_s,
        window_end=ends_s,
        first_window=first,
        last_window=np.maximum(first, last),
        latest=np.full((len(visits), len(shifts)), -1, dtype=np.int64),
        shift_start=shift_start,
        shift_end=shift_end,
        origin=np.array([index[shift.start_location] for shift in shifts], dtype=np.int64),
        home=np.array([index[shift.end_location] for shift in shifts], dtype=np.int64),
        states=np.array([1 << len(shift.breaks) for shift in shifts], dtype=np.int64),
        break_earliest=padded[0],
        break_latest=padded[1],
        break_duration=padded[2],
        second_cost=second_cost,
    )


@kernel
def _mark_servable(tables: Tables, may: NDArray[np.bool_]) -> None:
    """Fill `latest`: where a shift can serve a visit alone, the latest start that leaves time to come home."""
    visits, shifts = may.shape
    for shift in range(shifts):
        times = np.empty(tables.states[shift], dtype=np.int64)
        for visit in range(visits):
            if not may[visit, shift]:
                continue
            place, home = tables.place[visit], tables.home[shift]
            back = tables.travel[place, home]
            tables.latest[visit, shift] = tables.shift_end[shift] - back - tables.service[visit]
            times[:] = NEVER
            times[0] = tables.shift_start[shift]
            drive(tables, shift, times, tables.travel[tables.origin[shift], place])
            alive = serve(tables, visit, shift, times)
            drive(tables, shift, times, back)
            if not alive or times[tables.states[shift] - 1] > tables.shift_end[shift]:
                tables.latest[visit, shift] = -1


def _classes(shifts: tuple[Shift, ...], tables: Tables) -> tuple[NDArray[np.int64], tuple[NDArray[np.int64], ...]]:
    numbers: dict[object, int] = {}
    keys = [
        (s.start_s, s.end_s, s.start_location, s.end_location, s.breaks, tables.latest[:, number].tobytes())
        for number, s in enumerate(shifts)
    ]
    shift_class = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
    return shift_class, tuple(np.flatnonzero(shift_class == number).astype(np.int64) for number in range(len(numbers)))


def _max_stops(tables: Tables) -> int:
    """Return a number of stops that no route exceeds: as many of the shortest services as fill the longest shift."""
    lengths = tables.shift_end - tables.shift_start
    room = int(lengths.max(initial=0))
    return max(1, int(np.searchsorted(np.cumsum(np.sort(tables.service)), room, side="right")))


@kernel
def _shortcuts(travel: NDArray[np.int64]) -> NDArray[np.int64]:
    size = len(travel)
    excess = np.zeros(size, dtype=np.int64)
    for middle in range(size):
        onward = travel[middle]
        for origin in range(size):
            row = travel[origin]
            first = row[middle]
            worst = 0
            for target in range(size):
                worst = max(worst, row[target] - first - onward[target])
            excess[middle] = max(excess[middle], worst)
    return excess
