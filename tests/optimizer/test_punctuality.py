"""Punctuality: what varies, what does not, the lights, and what is refused."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from optimizer.plan import Rest, Route, Stop
from optimizer.problem import Location, Matrix, Problem, Shift, Visit, Window
from optimizer.punctuality import (
    DayRoute,
    DayVariation,
    Leg,
    Light,
    Thresholds,
    assess_punctuality,
    day_route,
    draw_days,
)
from optimizer.validate import InvalidProblem, IssueCode

TOLERANCES = (("v", None), ("w", 1800))
STEADY = DayVariation(day_travel_sigma=0, leg_travel_sigma=0, service_spread=0)


def households(count: int) -> DayRoute:
    """Quarter of an hour to each, 35 minutes at each, no slack at all."""
    legs, clock = [], 8 * 3600
    for index in range(count):
        clock += 900
        legs.append(Leg(stop=f"h{index}", start_s=clock, travel_s=900, service_s=2100))
        clock += 2100
    return DayRoute(departs_s=8 * 3600, legs=tuple(legs))


def test_a_day_without_variation_is_on_time() -> None:
    for stop in assess_punctuality(households(5), STEADY):
        assert (stop.on_time, stop.light, stop.lateness_p90_s, stop.buffer_s) == (1.0, Light.GREEN, 0, 0)


def test_a_plan_that_cannot_be_kept_is_red_and_asks_for_what_is_missing() -> None:
    # 30 minutes late for certain: 15 are allowed, 15 are missing.
    route = DayRoute(departs_s=0, legs=(Leg(stop="v", start_s=1800, travel_s=3600, service_s=0),))
    (stop,) = assess_punctuality(route, STEADY)
    assert (stop.on_time, stop.light, stop.lateness_p90_s, stop.buffer_s) == (0.0, Light.RED, 1800, 900)


def test_lights_follow_the_thresholds() -> None:
    route, variation = households(6), DayVariation()
    last = assess_punctuality(route, variation)[-1]
    for green, amber, light in ((0.0, 0.0, Light.GREEN), (1.0, last.on_time, Light.AMBER), (1.0, 1.0, Light.RED)):
        judged = assess_punctuality(route, variation, Thresholds(green=green, amber=amber))[-1]
        assert judged.light is light


def test_lateness_adds_up_along_a_day_without_slack() -> None:
    shares = [stop.on_time for stop in assess_punctuality(households(8), DayVariation())]
    assert shares[0] == 1.0
    assert shares[-1] < shares[3] < shares[0]


def test_the_same_seed_draws_the_same_days() -> None:
    first, again, other = (draw_days(households(3), DayVariation(), days=50, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.travel_s, again.travel_s)
    assert not np.array_equal(first.travel_s, other.travel_s)
    assert first.travel_s.mean() == pytest.approx(900, rel=0.1)


def test_a_stop_may_vary_by_its_own_measure() -> None:
    route = households(2)
    steady = replace(route, legs=tuple(replace(leg, service_spread=0.0) for leg in route.legs))
    variation = DayVariation(day_travel_sigma=0, leg_travel_sigma=0, service_spread=0.5)
    assert assess_punctuality(steady, variation)[1].lateness_p90_s == 0
    # 35 minutes ± half of it, drawn evenly: on one day in ten 80 % of the half, 14 minutes, or more.
    assert assess_punctuality(route, variation)[1].lateness_p90_s == pytest.approx(14 * 60, rel=0.05)


def test_a_stop_may_have_a_tolerance_of_its_own() -> None:
    # Half an hour late for certain: too late for all, and just in time for the second stop.
    legs = tuple(Leg(stop=name, start_s=1800, travel_s=3600, service_s=0, tolerance_s=own) for name, own in TOLERANCES)
    first, second = assess_punctuality(DayRoute(departs_s=0, legs=(legs[0], replace(legs[1], travel_s=0))), STEADY)
    assert (first.on_time, second.on_time) == (0.0, 1.0)


def test_a_route_of_a_plan_is_read_with_its_rests() -> None:
    travel = np.array([[0, 600], [700, 0]])
    problem = Problem(
        horizon_start_at=datetime(2027, 1, 4, tzinfo=UTC),
        locations=(Location(id="kanim"), Location(id="p1")),
        matrix=Matrix(duration_s=travel, distance_m=travel),
        shifts=(Shift(id="s1", team="t", start_s=0, end_s=20_000, start_location="kanim", end_location="kanim"),),
        visits=(
            Visit(id="v1", location="p1", service_s=1000, reward=1, windows=(Window(start_s=0, end_s=9000),)),
            Visit(id="v2", location="p1", service_s=500, reward=1, windows=(Window(start_s=0, end_s=9000),)),
        ),
    )
    route = Route(
        shift="s1",
        travel_s=1300,
        distance_m=1300,
        stops=(
            Stop(visit="v1", arrival_s=900, start_s=1000, end_s=2000),
            Stop(visit="v2", arrival_s=2000, start_s=5600, end_s=6100),
        ),
        breaks=(Rest(start_s=2000, end_s=5600),),
    )
    first = Leg(stop="v1", start_s=1000, travel_s=600, service_s=1000)
    second = Leg(stop="v2", start_s=5600, travel_s=0, service_s=500, pause_s=3600)
    assert day_route(problem, route) == DayRoute(departs_s=300, legs=(first, second))
    assert day_route(problem, replace(route, stops=())) == DayRoute(departs_s=0, legs=())
    with pytest.raises(KeyError):
        day_route(problem, replace(route, shift="s9"))


@pytest.mark.parametrize(
    ("leg", "variation", "days"),
    [
        pytest.param({"travel_s": -1}, {}, 10, id="travel back in time"),
        pytest.param({"service_s": math.nan}, {}, 10, id="NaN service"),
        pytest.param({"start_s": math.inf}, {}, 10, id="never starts"),
        pytest.param({"service_spread": 1.2}, {}, 10, id="negative service"),
        pytest.param({}, {"service_spread": 1.5}, 10, id="negative services"),
        pytest.param({}, {"leg_travel_sigma": math.nan}, 10, id="NaN spread"),
        pytest.param({}, {"departure_late_s": -60}, 10, id="leaves before leaving"),
        pytest.param({}, {}, 0, id="no days"),
    ],
)
def test_impossible_days_are_refused(leg: dict[str, float], variation: dict[str, float], days: int) -> None:
    route = households(1)
    route = replace(route, legs=(replace(route.legs[0], **leg),))  # type: ignore[arg-type]
    with pytest.raises(InvalidProblem) as caught:
        assess_punctuality(route, replace(DayVariation(), **variation), days=days)  # type: ignore[arg-type]
    assert {issue.code for issue in caught.value.issues} == {IssueCode.OUT_OF_RANGE}
