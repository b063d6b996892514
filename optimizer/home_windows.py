"""The window announced to each household of a route of home visits, checked on simulated days."""

import math
from collections.abc import Container
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.punctuality import BUFFER_STEP_S, DayRoute, DayVariation, Leg, draw_days, pace


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeWindow:
    """The window announced to a household; the planned start lies in it and the team waits for its opening.

    Attributes
    ----------
    coverage
        Share of simulated days on which the visit starts within it.
    wide_enough
        Whether the coverage reaches what was asked. When not, widen to `needed_s` or plan a buffer before the stop.
    needed_s
        The width that would reach it from the same opening.
    """

    stop: str
    opens_s: int
    closes_s: int
    coverage: float
    wide_enough: bool
    needed_s: int


def home_windows(
    route: DayRoute,
    variation: DayVariation,
    *,
    width_s: int = 1800,
    coverage: float = 0.95,
    fixed: Container[str] = (),
    days: int = 4000,
    seed: int = 0,
) -> tuple[HomeWindow, ...]:
    """Give each stop of a route its window, around the usual arrivals and late enough to cover the days asked for.

    Parameters
    ----------
    route
        Each leg's `start_s` is the planned start; the window contains it, whatever that does to the coverage.
    width_s, coverage
        Width announced, and the share of simulated days it should hold.
    fixed
        Stops whose window opens at their planned start, whatever comes: they were announced already, or are no homes.

    Raises
    ------
    InvalidProblem
        As for `draw_days`.
    """

    def announce(leg: Leg, arrival_s: NDArray[np.float64]) -> float:
        if leg.stop in fixed:
            return leg.start_s
        early_s, late_s = (float(np.quantile(arrival_s, share, method="higher")) for share in (1 - coverage, coverage))
        centred_s = (early_s + late_s - width_s) / 2
        opens_s = math.ceil(max(late_s - width_s, centred_s - BUFFER_STEP_S / 2) / BUFFER_STEP_S) * BUFFER_STEP_S
        return min(max(opens_s, leg.start_s - width_s), leg.start_s)

    paced = pace(route, draw_days(route, variation, days=days, seed=seed), announce)
    return tuple(
        _window(leg.stop, int(opens_s), start_s, width_s, coverage)
        for leg, (opens_s, start_s) in zip(route.legs, paced, strict=True)
    )


def _window(stop: str, opens_s: int, start_s: NDArray[np.float64], width_s: int, coverage: float) -> HomeWindow:
    reached = float((start_s <= opens_s + width_s).mean())
    return HomeWindow(
        stop=stop,
        opens_s=opens_s,
        closes_s=opens_s + width_s,
        coverage=reached,
        wide_enough=reached >= coverage,
        needed_s=math.ceil(float(np.quantile(start_s, coverage, method="higher"))) - opens_s,
    )
