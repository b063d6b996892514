"""How likely each stop of a day starts on time: whole routes simulated on many days."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from optimizer.plan import Route
from optimizer.problem import Problem
from optimizer.validate import InvalidProblem, Issue, IssueCode

BUFFER_STEP_S = 300
"""Buffers are suggested in steps of five minutes: no plan is read more finely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """The way to a stop and the work there, nominal seconds.

    Attributes
    ----------
    start_s
        The announced start: the team waits for it when early.
    travel_s, pause_s, service_s
        Driving from the stop before, resting before the stop, working at it.
    service_spread
        As in `DayVariation`, for this stop's kind of work; None for the day's own.
    tolerance_s
        As in `Thresholds`, for this stop; None for that of all.
    """

    stop: str
    start_s: int
    travel_s: int
    service_s: int
    pause_s: int = 0
    service_spread: float | None = None
    tolerance_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRoute:
    """One team's day: it leaves at `departs_s` and serves the legs in order."""

    departs_s: int
    legs: tuple[Leg, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayVariation:
    """How days differ from the nominal one; to be calibrated from logged days.

    Attributes
    ----------
    day_travel_sigma
        Rain or traffic that slows or speeds a whole day: log-standard deviation of a factor with mean 1.
    leg_travel_sigma
        The same for each leg by itself.
    service_spread
        Each service takes its nominal duration times a number drawn evenly from 1 ± this.
    departure_late_s
        The team leaves late by a number drawn evenly from 0 to this.
    """

    day_travel_sigma: float = 0.1
    leg_travel_sigma: float = 0.15
    service_spread: float = 0.3
    departure_late_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """A stop is on time within `tolerance_s` of its start; green and amber from these shares of days on."""

    tolerance_s: int = 900
    green: float = 0.9
    amber: float = 0.7


class Light(StrEnum):
    """How a stop's punctuality is shown."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPunctuality:
    """What to expect at a stop.

    Attributes
    ----------
    on_time
        Share of days on which it starts within the tolerance.
    lateness_p90_s
        Exceeded on one day in ten.
    buffer_s
        Time to add before this stop so that it becomes green; 0 when it is.
    """

    stop: str
    on_time: float
    light: Light
    lateness_p90_s: int
    buffer_s: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnDays:
    """What chance decides: departures, shape (days,), and travel (pauses included) and service, (days, legs), in s."""

    departs_s: NDArray[np.float64]
    travel_s: NDArray[np.float64]
    service_s: NDArray[np.float64]


def draw_days(route: DayRoute, variation: DayVariation, *, days: int, seed: int) -> DrawnDays:
    """Draw days of a route.

    Parameters
    ----------
    days
        At least 1, drawn with `seed`; equal arguments give equal days.

    Raises
    ------
    InvalidProblem
        With every finding: negative, missing or implausible numbers.
    """
    issues = (*_route_issues(route), *_variation_issues(variation, days))
    if issues:
        raise InvalidProblem(issues)
    random = np.random.default_rng(seed)
    shape = (days, len(route.legs))
    weather = _factors(random, variation.day_travel_sigma, (days, 1))
    traffic = _factors(random, variation.leg_travel_sigma, shape)
    spreads = [variation.service_spread if leg.service_spread is None else leg.service_spread for leg in route.legs]
    work = 1 + np.array(spreads) * random.uniform(-1, 1, shape)
    return DrawnDays(
        departs_s=route.departs_s + random.uniform(0, variation.departure_late_s, days),
        travel_s=_nominal(route, "travel_s") * weather * traffic + _nominal(route, "pause_s"),
        service_s=_nominal(route, "service_s") * work,
    )


def _nominal(route: DayRoute, name: str) -> NDArray[np.float64]:
    return np.array([getattr(leg, name) for leg in route.legs], dtype=np.float64)


def _factors(random: np.random.Generator, sigma: float, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Draw lognormal factors with mean 1: delays have a long tail, gains do not."""
    return random.lognormal(-(sigma**2) / 2, sigma, shape)


def pace(
    route: DayRoute, drawn: DrawnDays, announce: Callable[[Leg, NDArray[np.float64]], float]
) -> Iterator[tuple[float, NDArray[np.float64]]]:
    """Drive the drawn days, deciding stop by stop when to announce the start.

    Parameters
    ----------
    announce
        Given a leg and its arrivals, shape (days,), returns the start before which the team waits.

    Yields
    ------
    tuple
        The announced start and the actual starts, shape (days,), of each leg in order.
    """
    clock = drawn.departs_s
    for index, leg in enumerate(route.legs):
        arrival_s = clock + drawn.travel_s[:, index]
        announced_s = announce(leg, arrival_s)
        start_s = np.maximum(arrival_s, announced_s)
        yield announced_s, start_s
        clock = start_s + drawn.service_s[:, index]


def assess_punctuality(
    route: DayRoute,
    variation: DayVariation,
    thresholds: Thresholds | None = None,
    *,
    days: int = 4000,
    seed: int = 0,
) -> tuple[StopPunctuality, ...]:
    """Tell for each stop of a route how likely it starts on time, and the buffer that would make it green."""
    limits = thresholds or Thresholds()
    paced = pace(route, draw_days(route, variation, days=days, seed=seed), lambda leg, _: leg.start_s)
    return tuple(
        _stop(leg, start_s - announced_s, limits) for leg, (announced_s, start_s) in zip(route.legs, paced, strict=True)
    )


def _stop(leg: Leg, late_s: NDArray[np.float64], limits: Thresholds) -> StopPunctuality:
    tolerance_s = limits.tolerance_s if leg.tolerance_s is None else leg.tolerance_s
    on_time = float((late_s <= tolerance_s).mean())
    if on_time >= limits.green:
        light, buffer_s = Light.GREEN, 0
    else:
        light = Light.AMBER if on_time >= limits.amber else Light.RED
        missing_s = float(np.quantile(late_s, limits.green, method="higher")) - tolerance_s
        buffer_s = math.ceil(missing_s / BUFFER_STEP_S) * BUFFER_STEP_S
    p90_s = round(float(np.quantile(late_s, 0.9)))
    return StopPunctuality(stop=leg.stop, on_time=on_time, light=light, lateness_p90_s=p90_s, buffer_s=buffer_s)


def day_route(problem: Problem, route: Route) -> DayRoute:
    """Read the day of one route of a plan: departure, legs and rests as planned.

    Raises
    ------
    KeyError
        When the route names a shift or visit that the problem lacks.
    """
    index = {location.id: row for row, location in enumerate(problem.locations)}
    visits = {visit.id: visit for visit in problem.visits}
    shift = next((shift for shift in problem.shifts if shift.id == route.shift), None)
    if shift is None:
        raise KeyError(route.shift)
    here, free_s = index[shift.start_location], shift.start_s
    legs = []
    for stop in route.stops:
        there = index[visits[stop.visit].location]
        rests = [rest for rest in route.breaks if free_s <= rest.start_s < stop.start_s]
        legs.append(
            Leg(
                stop=stop.visit,
                start_s=stop.start_s,
                travel_s=int(problem.matrix.duration_s[here, there]),
                service_s=stop.end_s - stop.start_s,
                pause_s=sum(rest.end_s - rest.start_s for rest in rests),
            )
        )
        here, free_s = there, stop.end_s
    if not legs:
        return DayRoute(departs_s=shift.start_s, legs=())
    reached_s = route.stops[0].arrival_s
    rested_s = sum(rest.end_s - rest.start_s for rest in route.breaks if rest.end_s <= reached_s)
    return DayRoute(departs_s=max(shift.start_s, reached_s - legs[0].travel_s - rested_s), legs=tuple(legs))


def _route_issues(route: DayRoute) -> Iterator[Issue]:
    numbers = {"departs_s": route.departs_s}
    for leg in route.legs:
        for name in ("start_s", "travel_s", "service_s", "pause_s"):
            numbers[f"legs/{leg.stop}/{name}"] = getattr(leg, name)
    for where, value in numbers.items():
        if not (math.isfinite(value) and value >= 0):
            yield _out_of_range(where, value, "0 seconds or more")
    for leg in route.legs:
        if leg.service_spread is not None and not 0 <= leg.service_spread <= 1:
            yield _out_of_range(f"legs/{leg.stop}/service_spread", leg.service_spread, "0..1")


def _variation_issues(variation: DayVariation, days: int) -> Iterator[Issue]:
    for name in ("day_travel_sigma", "leg_travel_sigma", "service_spread"):
        if not 0 <= getattr(variation, name) <= 1:
            yield _out_of_range(f"variation/{name}", getattr(variation, name), "0..1")
    if not (math.isfinite(variation.departure_late_s) and variation.departure_late_s >= 0):
        yield _out_of_range("variation/departure_late_s", variation.departure_late_s, "0 seconds or more")
    if days < 1:
        yield _out_of_range("days", days, "1 day or more")


def _out_of_range(where: str, value: float, expected: str) -> Issue:
    return Issue(
        code=IssueCode.OUT_OF_RANGE,
        where=where,
        cause=f"{value} is outside {expected}",
        action="check the number and its unit",
    )
