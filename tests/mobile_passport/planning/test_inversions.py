"""Two days, one team, and requests that are served before others that rank higher. Everything is an hour or a point."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from mobile_passport.planning.inversions import Explanation, Inversion, Inversions, Part, name_of
from optimizer.plan import Plan, Route, Status, Stop
from optimizer.problem import Location, Matrix, Objective, Pin, Problem, Shift, Visit, Window

HOUR, DAY = 3600, 86_400
FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)


def shift(day: int, **changes: object) -> Shift:
    made = Shift(
        id=f"unit-1/{day}",
        team="unit-1",
        start_s=day * DAY + 8 * HOUR,
        end_s=day * DAY + 16 * HOUR,
        start_location="depot",
        end_location="depot",
        skills=frozenset({"collective"}),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def visit(name: str, day: int, reward: float, **changes: object) -> Visit:
    """An alternative of a session that may be served on one day at any hour; it takes five."""
    made = Visit(
        id=f"{name}/{day + 1}",
        location="hall",
        service_s=5 * HOUR,
        reward=reward,
        windows=(Window(start_s=day * DAY, end_s=day * DAY + 23 * HOUR),),
        skills=frozenset({"collective"}),
        groups=frozenset({name}),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def problem(*visits: Visit, shifts: tuple[Shift, ...] = (shift(0), shift(1)), hall_s: int = HOUR) -> Problem:
    """The hall lies ``hall_s`` from the depot, the far hall two hours more; an hour's travel costs a point."""
    way = np.array(
        [[0, hall_s, hall_s + 7200], [hall_s, 0, 7200], [hall_s + 7200, 7200, 0]],
        dtype=np.int64,
    )
    return Problem(
        horizon_start_at=datetime(2026, 12, 1, tzinfo=UTC),
        locations=tuple(Location(id=name) for name in ("depot", "hall", "far")),
        matrix=Matrix(duration_s=way, distance_m=way),
        shifts=shifts,
        visits=visits,
        objective=Objective(travel_cost_per_hour=1.0),
    )


def plan(*stops: tuple[str, int]) -> Plan:
    """Which visit stands on which day."""
    return Plan(
        status=Status.FEASIBLE,
        objective=0.0,
        bound=None,
        gap=None,
        seed=1,
        solve_s=0.0,
        routes=tuple(
            Route(
                shift=f"unit-1/{day}",
                travel_s=0,
                distance_m=0,
                stops=(Stop(visit=name, arrival_s=0, start_s=0, end_s=0),),
            )
            for name, day in stops
        ),
        unassigned=(),
    )


def part(rank: int, name: str, day: date | None, **changes: object) -> Part:
    made = Part(
        rank=rank,
        reference=f"BLI-{rank}",
        visit=name,
        day=day,
        is_surveyed=True,
        reason_code=None,
        wished_dates=(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def explain(asked: Problem, answer: Plan, *parts: Part) -> Explanation | None:
    """The explanation of the one inversion."""
    (only,) = Inversions(problem=asked, plan=answer).find(parts)
    return only.explanation


HIGHER, LOWER = part(1, "K-001", SECOND), part(2, "K-002", FIRST)
SWAPPED = plan(("K-002/1", 0), ("K-001/2", 1))
JUMP = problem(visit("K-001", 0, 30), visit("K-001", 1, 20), visit("K-002", 0, 20), visit("K-002", 1, 19))
"""K-001 is worth 10 more on the first day, K-002 one more: to serve K-002 first loses 9 points."""


def test_a_queue_jump_that_nothing_explains_is_found() -> None:
    (only,) = Inversions(problem=JUMP, plan=SWAPPED).find([LOWER, HIGHER])
    assert only == Inversion(higher=HIGHER, lower=LOWER, explanation=None)


def test_in_the_order_of_ranks_there_is_no_inversion() -> None:
    answer = plan(("K-001/1", 0), ("K-002/2", 1))
    parts = [replace(HIGHER, day=FIRST), replace(LOWER, day=SECOND)]
    assert list(Inversions(problem=JUMP, plan=answer).find(parts)) == []
    assert list(Inversions(problem=JUMP, plan=answer).find([replace(part, day=FIRST) for part in parts])) == []


def test_who_waits_without_a_reason_though_worth_more_than_who_is_served_is_unexplained() -> None:
    answer = plan(("K-002/1", 0))
    assert explain(JUMP, answer, replace(HIGHER, day=None), LOWER) is None
    assert explain(JUMP, answer, replace(HIGHER, day=None, reason_code="not_found"), LOWER) is None


def test_a_stored_reason_explains_who_waits() -> None:
    waiting = replace(HIGHER, day=None, reason_code="below_minimum")
    assert explain(JUMP, plan(("K-002/1", 0)), waiting, LOWER) is Explanation.REASON_STORED


def test_a_place_not_surveyed_is_told_to_nobody() -> None:
    assert explain(JUMP, SWAPPED, replace(HIGHER, is_surveyed=False), LOWER) is Explanation.NOT_SURVEYED


@pytest.mark.parametrize("pinned", ["K-001/2", "K-002/1"])
def test_a_promise_of_either_explains(pinned: str) -> None:
    visits = [replace(one, pin=Pin(shift="unit-1/0")) if one.id == pinned else one for one in JUMP.visits]
    assert explain(replace(JUMP, visits=tuple(visits)), SWAPPED, HIGHER, LOWER) is Explanation.PROMISED


def test_a_day_that_the_rule_does_not_prefer_explains() -> None:
    same = problem(visit("K-001", 0, 20), visit("K-001", 1, 20), visit("K-002", 0, 20))
    assert explain(same, SWAPPED, HIGHER, LOWER) is Explanation.DAY_WORTH_NO_MORE
    wishing = replace(HIGHER, wished_dates=(SECOND,))
    assert explain(same, SWAPPED, wishing, LOWER) is Explanation.WISHED_DAY
    both = replace(HIGHER, wished_dates=(FIRST, SECOND))
    assert explain(same, SWAPPED, both, LOWER) is Explanation.DAY_WORTH_NO_MORE


def test_a_day_on_which_it_may_not_be_served_explains() -> None:
    late = problem(visit("K-001", 1, 20), visit("K-002", 0, 20))
    assert explain(late, SWAPPED, HIGHER, LOWER) is Explanation.NO_DAY


@pytest.mark.parametrize(
    "changes", [{"service_s": 7 * HOUR}, {"skills": frozenset({"home"})}, {"location": "far", "service_s": 4 * HOUR}]
)
def test_what_does_not_fit_into_the_other_s_day_explains(changes: dict[str, object]) -> None:
    """Eight hours, less one each way to the hall, or three to the far one."""
    asked = problem(visit("K-001", 0, 30, **changes), visit("K-001", 1, 20), visit("K-002", 0, 20))
    assert explain(asked, SWAPPED, HIGHER, LOWER) is Explanation.NO_PLACE


def test_more_people_there_than_here_explain() -> None:
    """K-001 would gain 1, and K-002 lose 5 on the second day or 40 without one."""
    asked = problem(visit("K-001", 0, 21), visit("K-001", 1, 20), visit("K-002", 0, 40), visit("K-002", 1, 35))
    assert explain(asked, SWAPPED, HIGHER, LOWER) is Explanation.WORTH_LESS


def test_if_there_was_room_beside_the_other_its_worth_explains_nothing() -> None:
    beside = problem(
        visit("K-001", 0, 21, service_s=HOUR), visit("K-001", 1, 20), visit("K-002", 0, 40), visit("K-002", 1, 35)
    )
    assert explain(beside, SWAPPED, HIGHER, LOWER) is None


def test_a_lower_one_served_outside_the_plan_is_unexplained() -> None:
    assert explain(JUMP, plan(("K-001/2", 1)), HIGHER, LOWER) is None


def test_the_name_of_a_session_is_that_of_its_alternatives() -> None:
    assert (name_of("K-001/12"), name_of("R-003")) == ("K-001", "R-003")
