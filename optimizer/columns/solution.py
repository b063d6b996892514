"""Complete solutions, and the best one so far, shared between threads."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.model import Model
from optimizer.columns.pool import route_value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """Routes of all shifts as arrays that nobody writes to; `score` is scaled and counts bonuses."""

    stops: NDArray[np.int64]  # (K, M)
    count: NDArray[np.int64]  # (K,)
    score: int

    def route(self, shift: int) -> tuple[int, ...]:
        """Return the visits of a shift in order."""
        return tuple(self.stops[shift, : self.count[shift]].tolist())


def score_of(model: Model, stops: NDArray[np.int64], count: NDArray[np.int64]) -> int:
    """Return the scaled objective of routes, bonuses counted."""
    total = 0
    for shift in np.flatnonzero(count).tolist():
        own = stops[shift, : count[shift]]
        total += route_value(model.tables, own, len(own), shift) + int(model.tables.bonus[own].sum())
    return total


def nobody_drives(model: Model) -> Solution:
    """Return the solution without routes."""
    shifts = len(model.shifts)
    return Solution(
        stops=np.zeros((shifts, model.max_stops + 1), dtype=np.int64),
        count=np.zeros(shifts, dtype=np.int64),
        score=0,
    )


def with_routes(
    model: Model, solution: Solution, shifts: Iterable[int], routes: Sequence[tuple[int, Sequence[int]]]
) -> Solution:
    """Replace the routes of some shifts.

    Parameters
    ----------
    shifts
        Their routes are dropped.
    routes
        (class, visits in order) for at most as many shifts of each class as are dropped. Which of several equal
        shifts gets which route follows from their order alone.
    """
    stops, count = solution.stops.copy(), solution.count.copy()
    free = defaultdict(list)
    for shift in sorted(shifts, reverse=True):
        count[shift] = 0
        free[int(model.shift_class[shift])].append(shift)
    for shift_class, visits in sorted((shift_class, tuple(visits)) for shift_class, visits in routes):
        shift = free[shift_class].pop()
        count[shift] = len(visits)
        stops[shift, : len(visits)] = visits
    return Solution(stops=stops, count=count, score=score_of(model, stops, count))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patch:
    """New routes for some shifts of a solution, made of their stops and of unassigned visits."""

    base: Solution
    shifts: tuple[int, ...]
    routes: tuple[tuple[int, tuple[int, ...]], ...]

    def applies_to(self, model: Model, solution: Solution) -> bool:
        """Tell whether the shifts still have the routes of the base, and no item is used elsewhere."""
        if solution is self.base:
            return True
        if any(solution.route(shift) != self.base.route(shift) for shift in self.shifts):
            return False
        others = np.setdiff1d(np.flatnonzero(solution.count), self.shifts)
        taken = {item for shift in others.tolist() for item in model.items_of(solution.route(shift))}
        return taken.isdisjoint(item for _, visits in self.routes for item in model.items_of(visits))


class Incumbent:
    """The best solution so far."""

    def __init__(self, solution: Solution) -> None:
        self._lock = Lock()
        self._solution = solution

    @property
    def solution(self) -> Solution:
        """The best solution so far."""
        return self._solution

    def offer_patch(self, model: Model, patch: "Patch") -> bool:
        """Apply a patch if nothing that it builds on has changed and the result is not worse; tell if it is better."""
        with self._lock:
            current = self._solution
            if not patch.applies_to(model, current):
                return False
            changed = with_routes(model, current, patch.shifts, patch.routes)
            if changed.score >= current.score:
                self._solution = changed
            return changed.score > current.score

    def offer(self, solution: Solution) -> bool:
        """Take a solution if it is better."""
        with self._lock:
            better = solution.score > self._solution.score
            if better:
                self._solution = solution
            return better
