"""How punctual stops are, on a day small enough to follow by hand."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from mobile_passport.domain.demand import Place
from mobile_passport.domain.outreach_plan import Member, OutreachVisit, RouteStop
from mobile_passport.domain.request import VisitKind
from mobile_passport.rules.rulebook import Rulebook
from mobile_passport.services.plans.punctuality import assess_route
from optimizer.plan import Route, Stop
from optimizer.problem import LatLon, Location, Matrix, Problem, Shift, Visit, Window
from optimizer.punctuality import Light

HOUR = 3600
MIDNIGHT = datetime(2026, 12, 1, tzinfo=ZoneInfo("Asia/Jakarta"))
SHIFT = "unit-1/2026-12-01"
TIMES = {"K-001": (8 * HOUR, 11 * HOUR), "R-001": (12 * HOUR, 13 * HOUR), "R-002": (14 * HOUR, 15 * HOUR)}
"""Start and end of each stop; half an hour of driving before each, so half an hour of slack before the households."""


def varied(rulebook: Rulebook, **spreads: float) -> Rulebook:
    """Every day as planned, but for the spread of one kind of work."""
    rules = rulebook.punctuality
    calm = replace(rules.travel, day_sigma=0, leg_sigma=0, departure_late_minutes=0)
    service = replace(rules.service, **({"collective": 0.0, "home": 0.0} | spreads))  # type: ignore[arg-type]
    return replace(rulebook, punctuality=replace(rules, travel=calm, service=service))


@pytest.fixture
def steady(rulebook: Rulebook) -> Rulebook:
    """Every day as planned."""
    return varied(rulebook)


@pytest.fixture
def problem() -> Problem:
    all_day = Window(start_s=0, end_s=15 * HOUR)
    travel = 1800 * (1 - np.eye(4, dtype=np.int64))
    return Problem(
        horizon_start_at=MIDNIGHT,
        locations=tuple(Location(id=name) for name in ("depot", *TIMES)),
        matrix=Matrix(duration_s=travel, distance_m=travel),
        shifts=(
            Shift(
                id=SHIFT,
                team="unit-1",
                start_s=7 * HOUR,
                end_s=16 * HOUR,
                start_location="depot",
                end_location="depot",
            ),
        ),
        visits=tuple(
            Visit(id=f"{name}/1", location=name, service_s=end - start, reward=1, windows=(all_day,))
            for name, (start, end) in TIMES.items()
        ),
    )


ROUTE = Route(
    shift=SHIFT,
    travel_s=7200,
    distance_m=7200,
    stops=tuple(
        Stop(visit=f"{name}/1", arrival_s=start, start_s=start, end_s=end) for name, (start, end) in TIMES.items()
    ),
)


def visit(name: str) -> OutreachVisit:
    """Two people at a venue an hour apart, or a household, told half an hour from its start on."""
    start, end = (MIDNIGHT + timedelta(seconds=seconds) for seconds in TIMES[name])
    kind = VisitKind.HOME if name.startswith("R") else VisitKind.COLLECTIVE
    later = timedelta(hours=0 if kind is VisitKind.HOME else 1)
    closes_at = start + timedelta(minutes=30) if kind is VisitKind.HOME else None
    return OutreachVisit(
        visit=name,
        kind=kind,
        place=Place(label=name, village_code="3505110003", position=LatLon(lat=-8.0, lon=112.0)),
        waiver=None,
        outcome=RouteStop(team="unit-1", shift=SHIFT, starts_at=start, ends_at=end),
        members=(
            Member(applicant_id=UUID(int=1), slot_at=start, window_closes_at=closes_at),
            Member(applicant_id=UUID(int=2), slot_at=start + later, window_closes_at=closes_at),
        ),
    )


VISITS = tuple(visit(name) for name in TIMES)


def test_a_plan_as_it_is_needs_no_buffer(problem: Problem, steady: Rulebook) -> None:
    for stop in assess_route(problem, ROUTE, VISITS, steady):
        assert (stop.on_time, stop.light, stop.buffer_minutes) == (1.0, Light.GREEN, 0)


def test_a_stop_without_slack_is_told_the_buffer_that_is_missing(problem: Problem, steady: Rulebook) -> None:
    # R-001 announced for 10.30, but the venue ends at 11.00 and it is half an hour away: an hour late for certain, half
    # an hour of it within the window of a household.
    early = MIDNIGHT + timedelta(hours=10, minutes=30)
    told = Member(applicant_id=UUID(int=1), slot_at=early, window_closes_at=early + timedelta(minutes=30))
    first = replace(VISITS[1], members=(told,))
    assessed = assess_route(problem, ROUTE, (VISITS[0], first, VISITS[2]), steady)
    assert (assessed[1].on_time, assessed[1].light, assessed[1].buffer_minutes) == (0.0, Light.RED, 30)


def test_a_household_is_on_time_while_its_own_window_is_open(problem: Problem, steady: Rulebook) -> None:
    # Announced for 10.30 and reached at 11.30: within a window of an hour.
    early = MIDNIGHT + timedelta(hours=10, minutes=30)
    told = Member(applicant_id=UUID(int=1), slot_at=early, window_closes_at=early + timedelta(hours=1))
    assessed = assess_route(problem, ROUTE, (VISITS[0], replace(VISITS[1], members=(told,)), VISITS[2]), steady)
    assert (assessed[1].on_time, assessed[1].within_minutes, assessed[1].light) == (1.0, 60, Light.GREEN)


def test_each_kind_of_work_varies_by_its_own_spread(problem: Problem, rulebook: Rulebook) -> None:
    # Three hours ± 50 % are 90 minutes: half of them beyond the slack of 30 and the window of 30 is (90 - 60) / 180.
    wild = varied(rulebook, collective=0.5)
    assert assess_route(problem, ROUTE, VISITS, wild)[1].on_time == pytest.approx(1 - 30 / 180, abs=0.03)
    # The hour at R-001 ± 50 % are 30 minutes: within the slack.
    assert assess_route(problem, ROUTE, VISITS, varied(rulebook, home=0.5))[2].on_time == 1.0


def test_a_buffer_after_a_stop_is_time_to_catch_up(problem: Problem, rulebook: Rulebook) -> None:
    # Half an hour of the three hours is buffer: 150 minutes ± 50 % are 75, all of them within the 30 of the buffer, the
    # slack of 30 and the window of 30.
    wild = varied(rulebook, collective=0.5)
    site = replace(wild.service.site, buffer_minutes=30)
    buffered = replace(wild, service=replace(wild.service, site=site))
    assert assess_route(problem, ROUTE, VISITS, buffered)[1].on_time == 1.0


def test_equal_plans_are_judged_equally(problem: Problem, rulebook: Rulebook) -> None:
    assert assess_route(problem, ROUTE, VISITS, rulebook) == assess_route(problem, ROUTE, VISITS, rulebook)
