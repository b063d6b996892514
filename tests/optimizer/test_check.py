"""The judge of plans finds every planted bug."""

from dataclasses import replace

import pytest

from optimizer.check import ViolationCode, check
from optimizer.plan import Plan, Reason, ReasonCode, Rest, Route, Status, Stop, Unassigned
from optimizer.problem import Break, Problem
from tests.optimizer.planning_examples import pinned, problem, shift, visit

LINE = [[0, 600, 1200], [600, 0, 600], [1200, 600, 0]]


def instance() -> Problem:
    """Two visits that fit, one that nobody can do, one that is not worth the way, and a second, idle shift."""
    return problem(
        LINE,
        [shift("s", 0, 10_000, skills=frozenset({"x"})), shift("t", 0, 10_000)],
        [
            visit("v", "a", [(0, 9000)], skills=frozenset({"x"})),
            visit("w", "b", [(0, 9000)]),
            visit("y", "a", [(0, 9000)], skills=frozenset({"y"})),
            visit("z", "b", [(90_000, 95_000)]),
        ],
    )


def reason(code: ReasonCode, **fields: object) -> Reason:
    return Reason(code=code, detail="", cheapest_change="", **fields)  # type: ignore[arg-type]


def good_plan() -> Plan:
    """The best plan of `instance`: d → a → b → d, 2400 s of travel, 200 − 40 points."""
    stops = (
        Stop(visit="v", arrival_s=600, start_s=600, end_s=1200),
        Stop(visit="w", arrival_s=1800, start_s=1800, end_s=2400),
    )
    return Plan(
        status=Status.OPTIMAL,
        objective=160.0,
        bound=160.0,
        gap=0.0,
        seed=1,
        solve_s=0.1,
        routes=(Route(shift="s", travel_s=2400, distance_m=24_000, stops=stops),),
        unassigned=(
            Unassigned(visit="y", reason=reason(ReasonCode.NO_SHIFT_WITH_SKILL)),
            Unassigned(visit="z", reason=reason(ReasonCode.NO_WORKING_DAY)),
        ),
    )


def with_stops(plan: Plan, *stops: Stop, **fields: object) -> Plan:
    route = replace(plan.routes[0], stops=stops, **fields)  # type: ignore[arg-type]
    return replace(plan, routes=(route,))


def codes(plan: Plan, of: Problem | None = None) -> set[ViolationCode]:
    return {violation.code for violation in check(of or instance(), plan).violations}


def test_a_good_plan_has_no_violation_and_its_objective_is_recomputed() -> None:
    report = check(instance(), good_plan())
    assert report.violations == ()
    assert report.objective == pytest.approx(160.0)


V, W = good_plan().routes[0].stops
PLANTED = {
    "a visit twice": (
        lambda plan: replace(
            plan, routes=(*plan.routes, Route(shift="t", travel_s=2400, distance_m=24_000, stops=(W,)))
        ),
        ViolationCode.VISIT_TWICE,
    ),
    "a visit forgotten": (lambda plan: replace(plan, unassigned=plan.unassigned[1:]), ViolationCode.VISIT_MISSING),
    "a visit unknown": (lambda plan: with_stops(plan, V, replace(W, visit="q")), ViolationCode.UNKNOWN_ID),
    "a shift unknown": (
        lambda plan: replace(plan, routes=(replace(plan.routes[0], shift="q"),)),
        ViolationCode.UNKNOWN_ID,
    ),
    "a shift twice": (lambda plan: replace(plan, routes=plan.routes * 2), ViolationCode.SHIFT_TWICE),
    "a skill ignored": (
        lambda plan: replace(plan, routes=(replace(plan.routes[0], shift="t"),)),
        ViolationCode.SKILL_MISSING,
    ),
    "a window ignored": (
        lambda plan: with_stops(plan, V, replace(W, start_s=9001, end_s=9601)),
        ViolationCode.OUTSIDE_WINDOW,
    ),
    "faster than the matrix": (
        lambda plan: with_stops(plan, V, replace(W, arrival_s=1700, start_s=1700, end_s=2300)),
        ViolationCode.TOO_EARLY,
    ),
    "a service cut short": (lambda plan: with_stops(plan, V, replace(W, end_s=2300)), ViolationCode.WRONG_SERVICE),
    "home too late": (
        lambda plan: with_stops(plan, V, replace(W, start_s=8900, end_s=9500)),
        ViolationCode.LATE_RETURN,
    ),
    "travel misstated": (
        lambda plan: replace(plan, routes=(replace(plan.routes[0], distance_m=1),)),
        ViolationCode.WRONG_TRAVEL,
    ),
    "objective misstated": (lambda plan: replace(plan, objective=161.0), ViolationCode.WRONG_OBJECTIVE),
    "bound below the objective": (lambda plan: replace(plan, bound=150.0), ViolationCode.WRONG_BOUND),
    "gap misstated": (lambda plan: replace(plan, bound=170.0), ViolationCode.WRONG_BOUND),
    "a proof without a bound": (lambda plan: replace(plan, bound=None, gap=None), ViolationCode.WRONG_BOUND),
    "optimal with a gap": (lambda plan: replace(plan, bound=200.0, gap=0.2), ViolationCode.WRONG_STATUS),
    "infeasible without need": (lambda plan: replace(plan, status=Status.INFEASIBLE), ViolationCode.WRONG_STATUS),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_is_found(name: str) -> None:
    plant, expected = PLANTED[name]
    assert expected in codes(plant(good_plan()))


def left_out(name: str, why: Reason) -> tuple[Problem, Plan]:
    """Leave out w or v of the good plan, for a reason."""
    plan = good_plan()
    kept = V if name == "w" else replace(W, arrival_s=1200, start_s=1200, end_s=1800)
    travel_s = 1200 if name == "w" else 2400
    return instance(), replace(
        with_stops(plan, kept, travel_s=travel_s, distance_m=10 * travel_s),
        status=Status.FEASIBLE,
        objective=100.0 - travel_s / 60,
        bound=None,
        gap=None,
        unassigned=(Unassigned(visit=name, reason=why), *plan.unassigned),
    )


@pytest.mark.parametrize(
    "why",
    [
        reason(ReasonCode.NO_SHIFT_WITH_SKILL),
        reason(ReasonCode.NO_WORKING_DAY),
        reason(ReasonCode.UNREACHABLE),
        reason(ReasonCode.BELOW_TRAVEL_COST),
        reason(ReasonCode.ALTERNATIVE_PLANNED, displaced_by=("v",)),
        reason(ReasonCode.DISPLACED, shift="s", displaced_by=("v",)),
        reason(ReasonCode.DISPLACED, shift="q", displaced_by=("v",)),
    ],
)
def test_a_false_reason_is_found(why: Reason) -> None:
    of, plan = left_out("w", why)
    assert codes(plan, of) == {ViolationCode.FALSE_REASON}


def test_a_search_that_ended_early_may_say_so() -> None:
    of, plan = left_out("w", reason(ReasonCode.NOT_FOUND))
    assert codes(plan, of) == set()


def test_an_impossible_visit_may_not_be_called_not_found() -> None:
    plan = replace(
        good_plan(),
        unassigned=(
            Unassigned(visit="y", reason=reason(ReasonCode.NOT_FOUND)),
            good_plan().unassigned[1],
        ),
    )
    assert codes(plan) == {ViolationCode.FALSE_REASON}


def test_a_required_visit_may_be_missing_only_from_an_infeasible_plan() -> None:
    of, plan = left_out("w", reason(ReasonCode.NOT_FOUND))
    strict = replace(of, visits=tuple(replace(v, required=v.id == "w") for v in of.visits))
    assert codes(plan, strict) == {ViolationCode.REQUIRED_MISSING}
    assert codes(replace(plan, status=Status.INFEASIBLE), strict) == set()


@pytest.mark.parametrize(("to", "start_s"), [("t", None), ("s", 5000)])
def test_a_broken_pin_is_found(to: str, start_s: int | None) -> None:
    of = instance()
    moved = replace(of, visits=tuple(pinned(v, to, start_s) if v.id == "w" else v for v in of.visits))
    assert codes(good_plan(), moved) == {ViolationCode.PIN_BROKEN}


def test_two_visits_of_a_group_are_found() -> None:
    of = instance()
    grouped = replace(of, visits=tuple(replace(v, groups=frozenset("g" * (v.id in "vw"))) for v in of.visits))
    assert codes(good_plan(), grouped) == {ViolationCode.GROUP_TWICE}


def test_two_visits_that_share_any_of_their_groups_are_found() -> None:
    of = instance()
    groups = {"v": frozenset("ab"), "w": frozenset("bc")}
    grouped = replace(of, visits=tuple(replace(v, groups=groups.get(v.id, frozenset())) for v in of.visits))
    assert codes(good_plan(), grouped) == {ViolationCode.GROUP_TWICE}
    apart = replace(of, visits=tuple(replace(v, groups=groups.get(v.id, frozenset()) - {"b"}) for v in of.visits))
    assert codes(good_plan(), apart) == set()


@pytest.mark.parametrize(("named", "expected"), [(("v", "w"), False), (("v",), True), (("y",), True), ((), True)])
def test_every_planned_alternative_has_to_be_named(named: tuple[str, ...], expected: bool) -> None:
    of = instance()
    groups = {"v": frozenset("a"), "w": frozenset("b"), "p": frozenset("ab")}
    pooled = visit("p", "b", [(0, 9000)])
    visits = tuple(replace(v, groups=groups.get(v.id, frozenset())) for v in (*of.visits, pooled))
    why = reason(ReasonCode.ALTERNATIVE_PLANNED, displaced_by=named)
    plan = replace(good_plan(), unassigned=(*good_plan().unassigned, Unassigned(visit="p", reason=why)))
    assert (ViolationCode.FALSE_REASON in codes(plan, replace(of, visits=visits))) is expected


REST = Break(earliest_s=1000, latest_s=1500, duration_s=300)


@pytest.mark.parametrize(
    ("rest", "rests", "start_s", "expected"),
    [
        (REST, (), 1800, {ViolationCode.BREAK_MISSED}),  # 1200..1800 is all travel
        (REST, (), 2100, set()),  # room for 300 s before the drive
        (REST, (Rest(start_s=1200, end_s=1500),), 2100, set()),
        (REST, (Rest(start_s=1500, end_s=1800),), 2100, {ViolationCode.BREAK_MISSED}),  # cuts the drive in two
        (REST, (Rest(start_s=1000, end_s=1300),), 2100, {ViolationCode.BREAK_MISSED}),  # during service
        (REST, (Rest(start_s=1200, end_s=1400),), 2100, {ViolationCode.BREAK_MISSED}),  # too short
        (REST, (Rest(start_s=1200, end_s=1500),) * 2, 2100, {ViolationCode.BREAK_MISSED}),  # one too many
    ],
)
def test_breaks_need_idle_time_of_their_own(
    rest: Break, rests: tuple[Rest, ...], start_s: int, expected: set[ViolationCode]
) -> None:
    of = instance()
    resting = replace(of, shifts=(replace(of.shifts[0], breaks=(rest,)), of.shifts[1]))
    late = replace(W, arrival_s=start_s, start_s=start_s, end_s=start_s + 600)
    assert codes(with_stops(good_plan(), V, late, breaks=rests), resting) == expected
