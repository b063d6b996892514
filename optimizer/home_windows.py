"""Windows told to households: where they lie, and the waiting before a stop that makes them hold on simulated days."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer.pins import pinned_windows
from optimizer.plan import Route, Stop
from optimizer.problem import Problem, Window
from optimizer.punctuality import BUFFER_STEP_S, DayRoute, DayVariation, Leg, draw_days, pace


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRule:
    """What a household is promised.

    Attributes
    ----------
    width_s, widen_step_s
        Width told, and the steps in which it grows where nothing else helps.
    coverage
        Share of days on which the team has to start within the window.
    """

    width_s: int = 1800
    coverage: float = 0.95
    widen_step_s: int = 900

    def share_of_drawn(self, days: int) -> float:
        """Share of so many drawn days to reach, two standard errors above the coverage.

        Then the true share falls short of the coverage on one draw in forty, although it is estimated.
        """
        return min(1.0, self.coverage + 2 * math.sqrt(self.coverage * (1 - self.coverage) / days))


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeWindow:
    """The window of a household; the planned start lies in it and the team waits for its opening.

    Attributes
    ----------
    coverage
        Share of simulated days on which the visit starts within it.
    put_off_s
        By how much the start was moved back for it: the buffer before the stop.
    """

    stop: str
    opens_s: int
    closes_s: int
    coverage: float
    put_off_s: int = 0

    @property
    def width_s(self) -> int:
        """Seconds from its opening to its end."""
        return self.closes_s - self.opens_s


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRoute:
    """A route whose starts leave the time that its windows need, and the windows in the order of its households."""

    route: Route
    windows: tuple[HomeWindow, ...]


def keep_windows(
    problem: Problem,
    route: Route,
    day: DayRoute,
    homes: Mapping[str, Window | None],
    rule: WindowRule,
    variation: DayVariation,
    *,
    days: int = 4000,
    seed: int = 0,
) -> KeptRoute:
    """Give each household its window, and move starts back by as little as that needs.

    A start is moved only as far as the windows of its visit, pinned stops after it and the end of the shift allow, and
    not at all in a route with breaks. A window that would not hold even so is widened instead, step by step.

    Parameters
    ----------
    day
        The same route as it is simulated, see `day_route`; its legs may vary by measures of their own.
    homes
        Households by their stop: the window that they were told, which stays, or None for one to be chosen.

    Returns
    -------
    KeptRoute
        Keeps every rule that `route` keeps; its visits, order and travel are the same.

    Raises
    ------
    InvalidProblem
        As for `draw_days`.
    """
    keeper = _Keeper(problem, route, homes, rule, rule.share_of_drawn(days))
    drawn = draw_days(day, variation, days=days, seed=seed)
    starts_s = [start_s for _, start_s in pace(day, drawn, keeper.announce)]
    return KeptRoute(
        route=replace(route, stops=tuple(decision.stop for decision in keeper.decisions)),
        windows=tuple(
            HomeWindow(
                stop=decision.stop.visit,
                opens_s=decision.opens_s,
                closes_s=decision.closes_s,
                coverage=float((start_s <= decision.closes_s).mean()),
                put_off_s=decision.put_off_s,
            )
            for decision, start_s in zip(keeper.decisions, starts_s, strict=True)
            if decision.stop.visit in homes
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    """Where a stop stands now, and between which moments its people expect the team."""

    stop: Stop
    opens_s: int
    closes_s: int
    put_off_s: int = 0


class _Keeper:
    """Goes through a route stop by stop and decides starts and windows."""

    def __init__(
        self, problem: Problem, route: Route, homes: Mapping[str, Window | None], rule: WindowRule, share: float
    ) -> None:
        self.decisions: list[_Decision] = []
        self._planned = route.stops
        self._homes, self._rule, self._share = homes, rule, share
        visits = {visit.id: visit for visit in problem.visits}
        shift = next(shift for shift in problem.shifts if shift.id == route.shift)
        row = {location.id: index for index, location in enumerate(problem.locations)}
        places = [row[visits[stop.visit].location] for stop in route.stops] + [row[shift.end_location]]
        self._windows = [pinned_windows(visits[stop.visit]) for stop in route.stops]
        self._onward_s = [int(problem.matrix.duration_s[leg]) for leg in pairwise(places)]
        self._latest_s = [stop.start_s for stop in route.stops] if route.breaks else self._latest(shift.end_s)

    def _latest(self, end_s: int) -> list[int]:
        """Return the last start of each stop after which the rest of the route can still be kept."""
        latest: list[int] = []
        for stop, windows, onward_s in reversed(list(zip(self._planned, self._windows, self._onward_s, strict=True))):
            limit_s = end_s - onward_s - (stop.end_s - stop.start_s)
            end_s = max(min(window.end_s, limit_s) for window in windows if window.start_s <= limit_s)
            latest.append(end_s)
        return latest[::-1]

    def announce(self, leg: Leg, arrival_s: NDArray[np.float64]) -> float:
        """Decide about the next stop; return the moment before which the team does not begin there."""
        number = len(self.decisions)
        planned = self._planned[number]
        ready_s = planned.arrival_s
        if self.decisions:
            ready_s = max(ready_s, self.decisions[-1].stop.end_s + self._onward_s[number - 1])
        start_s = _first_start(self._windows[number], max(planned.start_s, ready_s))
        told = self._homes.get(leg.stop)
        if told is not None:
            decision = _Decision(stop=_moved(planned, ready_s, start_s), opens_s=told.start_s, closes_s=told.end_s)
        elif leg.stop in self._homes:
            decision = self._choose(number, ready_s, start_s, arrival_s)
        else:
            decision = _Decision(stop=_moved(planned, ready_s, start_s), opens_s=start_s, closes_s=start_s)
        self.decisions.append(decision)
        return decision.opens_s

    def _choose(self, number: int, ready_s: int, start_s: int, arrival_s: NDArray[np.float64]) -> _Decision:
        """Lay the window around the usual arrivals, late enough to hold; wait for that, or else widen it."""
        planned, width_s = self._planned[number], self._rule.width_s
        early_s, late_s = (
            float(np.quantile(arrival_s, share, method="higher")) for share in (1 - self._share, self._share)
        )
        needed_s = _rounded_up(late_s - width_s)
        put_off_s = 0
        if needed_s > start_s:
            later_s = _first_start(self._windows[number], needed_s)
            if later_s <= self._latest_s[number]:
                start_s, put_off_s = later_s, later_s - start_s
        centred_s = _rounded_up((early_s + late_s - width_s - BUFFER_STEP_S) / 2)
        last_s = start_s - start_s % BUFFER_STEP_S
        opens_s = min(max(needed_s, centred_s, _rounded_up(start_s - width_s)), last_s)
        steps = math.ceil(max(0.0, late_s - opens_s - width_s) / self._rule.widen_step_s)
        return _Decision(
            stop=_moved(planned, ready_s, start_s),
            opens_s=opens_s,
            closes_s=opens_s + width_s + steps * self._rule.widen_step_s,
            put_off_s=put_off_s,
        )


def _first_start(windows: Sequence[Window], time_s: int) -> int:
    """Return the first moment from a time on at which a window is open; past them all, the time itself."""
    return next((max(time_s, window.start_s) for window in windows if time_s <= window.end_s), time_s)


def _moved(stop: Stop, arrival_s: int, start_s: int) -> Stop:
    return replace(stop, arrival_s=arrival_s, start_s=start_s, end_s=start_s + stop.end_s - stop.start_s)


def _rounded_up(seconds: float) -> int:
    return math.ceil(seconds / BUFFER_STEP_S) * BUFFER_STEP_S
