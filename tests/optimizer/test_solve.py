"""The optimizer against hand arithmetic, brute force and the judge of plans."""

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings

from optimizer.check import check
from optimizer.plan import Plan, ReasonCode, Status
from optimizer.problem import Break, Matrix, Problem
from optimizer.solve import SolveParams, solve, warm_up
from optimizer.validate import InvalidProblem, IssueCode
from optimizer.wire import write_plan
from tests.benchmarks.planning.instances import Family, generate
from tests.optimizer.planning_examples import (
    best_objective,
    matrix,
    overlapping,
    pinned,
    problem,
    problems,
    shift,
    visit,
)

WORK = SolveParams(time_limit_s=None, work_limit=3000, threads=1)
LINE = [[0, 600, 1200], [600, 0, 600], [1200, 600, 0]]
"""Seconds between d, a and b, which lie on a line."""
SMALL = Family(name="small", visits=25, days=4, teams=2, home_share=0.4, load=(1.0, 1.3), limit_s=5)


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    warm_up()


def reasons(plan: Plan) -> dict[str, ReasonCode]:
    return {item.visit: item.reason.code for item in plan.unassigned}


def test_two_visits_on_a_line_are_served_in_one_tour() -> None:
    # d → a → b → d: 600 + 600 + 1200 = 2400 s of travel = 40 points at 60 an hour; 2 × 100 − 40 = 160.
    instance = problem(LINE, [shift("s", 0, 10_000)], [visit("v", "a", [(0, 9000)]), visit("w", "b", [(0, 9000)])])
    plan = solve(instance, WORK)
    assert plan.status is Status.OPTIMAL
    assert plan.objective == pytest.approx(160.0, abs=1e-6)
    assert plan.bound == pytest.approx(160.0, abs=1e-6)
    assert check(instance, plan).violations == ()


def test_a_break_is_taken_between_services_and_delays_the_second() -> None:
    # Service at a from 600 to 1200; the break must begin by 1300, so before or after the drive of 600 s is no choice:
    # 1200 + 300 = 1500, drive to b until 2100.
    rest = Break(earliest_s=1200, latest_s=1300, duration_s=300)
    visits = [visit("v", "a", [(0, 700)]), visit("w", "b", [(0, 9000)])]
    instance = problem(LINE, [shift("s", 0, 10_000, breaks=(rest,))], visits)
    plan = solve(instance, WORK)
    assert [(stop.visit, stop.start_s) for stop in plan.routes[0].stops] == [("v", 600), ("w", 2100)]
    assert [(one.start_s, one.end_s) for one in plan.routes[0].breaks] == [(1200, 1500)]
    assert check(instance, plan).violations == ()


def test_a_pinned_visit_stands_where_and_when_it_is_pinned() -> None:
    shifts = [shift("s1", 0, 10_000), shift("s2", 0, 10_000)]
    one = pinned(visit("v", "b", [(0, 9000)]), "s2", 5000)
    plan = solve(problem(LINE, shifts, [one, visit("w", "a", [(0, 9000)])]), WORK)
    stops = {stop.visit: (route.shift, stop.start_s) for route in plan.routes for stop in route.stops}
    assert stops["v"] == ("s2", 5000)
    assert plan.status is Status.OPTIMAL


def test_one_alternative_of_a_group_is_planned_and_the_other_says_why_not() -> None:
    visits = [visit(name, where, [(0, 9000)], groups=frozenset("g")) for name, where in (("v", "a"), ("w", "b"))]
    plan = solve(problem(LINE, [shift("s", 0, 10_000)], visits), WORK)
    assert [stop.visit for stop in plan.routes[0].stops] == ["v"]
    assert reasons(plan) == {"w": ReasonCode.ALTERNATIVE_PLANNED}
    assert plan.status is Status.OPTIMAL


@pytest.mark.parametrize(("pooled_reward", "expected"), [(199.0, ["w", "v"]), (201.0, ["p"])])
def test_a_pooled_visit_goes_against_the_own_visits_of_all_its_requests(
    pooled_reward: float, expected: list[str]
) -> None:
    # d → a → b → d takes 2400 s, d → b → d as long; so only the rewards decide: 100 + 100 for both, or the pooled one.
    own = [visit(name, where, [(0, 9000)], groups=frozenset(name)) for name, where in (("v", "a"), ("w", "b"))]
    pooled = visit("p", "b", [(0, 9000)], reward=pooled_reward, groups=frozenset("vw"))
    instance = problem(LINE, [shift("s", 0, 10_000)], [*own, pooled])
    plan = solve(instance, WORK)
    assert sorted(stop.visit for stop in plan.routes[0].stops) == sorted(expected)
    assert plan.status is Status.OPTIMAL
    named = {item.visit: item.reason.displaced_by for item in plan.unassigned}
    assert named == ({"p": ("v", "w")} if expected != ["p"] else {"v": ("p",), "w": ("p",)})
    assert check(instance, plan).violations == ()


def test_a_required_pooled_visit_keeps_the_better_own_visits_out() -> None:
    own = [visit(name, "a", [(0, 9000)], reward=500.0, groups=frozenset(name)) for name in "vw"]
    pooled = visit("p", "b", [(0, 9000)], required=True, groups=frozenset("vw"))
    plan = solve(problem(LINE, [shift("s", 0, 10_000)], [*own, pooled]), WORK)
    assert [stop.visit for stop in plan.routes[0].stops] == ["p"]
    assert plan.status is Status.OPTIMAL


def test_a_required_visit_is_planned_at_a_loss_and_goes_before_better_ones() -> None:
    poor = visit("poor", "b", [(0, 2000)], reward=1.0, required=True)
    rich = visit("rich", "a", [(0, 500)], reward=500.0)
    plan = solve(problem(LINE, [shift("s", 0, 4000)], [poor, rich]), WORK)
    assert [stop.visit for route in plan.routes for stop in route.stops] == ["poor"]
    assert plan.objective == pytest.approx(1 - 40)


def test_required_visits_that_exclude_each_other_make_the_plan_infeasible_with_a_reason() -> None:
    visits = [visit(name, "b", [(1200, 1300)], required=True) for name in "vw"]
    instance = problem(LINE, [shift("s", 0, 4000)], visits)
    plan = solve(instance, WORK)
    assert plan.status is Status.INFEASIBLE
    assert plan.bound is None
    assert list(reasons(plan).values()) == [ReasonCode.DISPLACED]
    assert check(instance, plan).violations == ()


@pytest.mark.parametrize(
    ("left_out", "expected"),
    [
        (visit("v", "a", [(0, 9000)], skills=frozenset({"home"})), ReasonCode.NO_SHIFT_WITH_SKILL),
        (visit("v", "a", [(86_400, 90_000)]), ReasonCode.NO_WORKING_DAY),
        (visit("v", "b", [(0, 1100)]), ReasonCode.UNREACHABLE),
        (visit("v", "b", [(0, 9000)], service_s=9000), ReasonCode.UNREACHABLE),
        (visit("v", "b", [(0, 9000)], reward=20.0), ReasonCode.BELOW_TRAVEL_COST),
        (visit("v", "a", [(600, 700)], reward=50.0), ReasonCode.DISPLACED),
    ],
)
def test_a_visit_left_out_says_truly_why(left_out: object, expected: ReasonCode) -> None:
    other = visit("other", "d", [(0, 100)], service_s=1000)
    instance = problem(LINE, [shift("s", 0, 10_000)], [left_out, other])  # type: ignore[list-item]
    plan = solve(instance, WORK)
    assert reasons(plan) == {"v": expected}
    assert check(instance, plan).violations == ()


@pytest.mark.parametrize("empty", ["shifts", "visits", "both"])
def test_an_empty_problem_has_the_empty_plan(empty: str) -> None:
    shifts = [] if empty != "visits" else [shift("s", 0, 10_000)]
    visits = [] if empty != "shifts" else [visit("v", "a", [(0, 9000)])]
    instance = problem(LINE, shifts, visits)
    plan = solve(instance, WORK)
    assert (plan.status, plan.objective, plan.routes) == (Status.OPTIMAL, 0.0, ())
    assert check(instance, plan).violations == ()


def test_a_broken_problem_is_refused_with_its_findings() -> None:
    with pytest.raises(InvalidProblem) as refusal:
        solve(problem(LINE, [shift("s", 9, 3)], [visit("v", "nowhere", [(5, 1)])]), WORK)
    codes = {issue.code for issue in refusal.value.issues}
    assert codes == {IssueCode.SHIFT_REVERSED, IssueCode.UNKNOWN_ID, IssueCode.WINDOW_REVERSED}


@settings(max_examples=60, derandomize=True, deadline=None)
@given(problems())
def test_objective_and_bound_agree_with_brute_force(instance: Problem) -> None:
    plan = solve(instance, WORK)
    assert check(instance, plan).violations == ()
    assert plan.objective == pytest.approx(best_objective(instance), abs=1e-6)
    assert plan.bound is not None
    assert plan.bound == pytest.approx(plan.objective, abs=1e-6)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(overlapping())
def test_the_best_choice_among_overlapping_groups_is_found_and_proved(instance: Problem) -> None:
    plan = solve(instance, WORK)
    assert check(instance, plan).violations == ()
    assert plan.objective == pytest.approx(best_objective(instance), abs=1e-6)
    assert plan.bound == pytest.approx(plan.objective, abs=1e-6)


def crowded(visits: int, seed: int) -> Problem:
    """An instance of the benchmark in which every visit shares one group with some others and one with some more."""
    instance = generate(replace(SMALL, visits=visits), seed)
    ways = enumerate(instance.visits)
    return replace(
        instance,
        visits=tuple(replace(one, groups=frozenset({f"a{n % (visits // 3)}", f"b{n % 11}"})) for n, one in ways),
    )


@pytest.mark.parametrize("work", [40, 3000])
def test_overlapping_groups_give_the_same_bytes_again_and_a_bound_that_holds(work: int) -> None:
    plans = [solve(crowded(50, 2), replace(WORK, work_limit=work)) for _ in range(4)]
    assert len({write_plan(plan) for plan in plans}) == 1
    assert check(crowded(50, 2), plans[0]).violations == ()
    best = solve(crowded(50, 2), replace(WORK, seed=5)).objective
    assert plans[0].bound is None or plans[0].bound >= best - 1e-6


@settings(max_examples=40, derandomize=True, deadline=None)
@given(problems(most_visits=9, most_shifts=3))
def test_random_plans_pass_the_judge_and_stay_below_their_bound(instance: Problem) -> None:
    plan = solve(instance, replace(WORK, work_limit=400))
    assert check(instance, plan).violations == ()
    assert plan.bound is None or plan.bound >= plan.objective


@settings(max_examples=25, derandomize=True, deadline=None)
@given(problems(most_visits=4, most_shifts=2))
def test_another_shift_never_lowers_the_optimum(instance: Problem) -> None:
    another = replace(instance.shifts[0], id="another")
    more = replace(instance, shifts=(*instance.shifts, another))
    assert solve(more, WORK).objective >= solve(instance, WORK).objective - 1e-6


def test_more_work_with_the_same_seed_is_never_worse() -> None:
    instance = generate(SMALL, 1)
    objectives = [
        solve(instance, replace(WORK, work_limit=work)).objective for work in (1, 40, 200, 330, 340, 800, 2500)
    ]
    assert objectives == sorted(objectives)


@pytest.mark.parametrize("work", [40, 250])
def test_twenty_runs_give_the_same_bytes(work: int) -> None:
    instance = generate(replace(SMALL, visits=50), 2)
    assert len({write_plan(solve(instance, replace(WORK, work_limit=work))) for _ in range(20)}) == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_search_cut_at_once_still_knows_why_visits_are_left_out(seed: int) -> None:
    instance = generate(replace(SMALL, visits=50), seed)
    plan = solve(instance, replace(WORK, work_limit=1))
    assert ReasonCode.NOT_FOUND not in reasons(plan).values()
    assert check(instance, plan).violations == ()


def test_another_seed_is_noted_in_the_plan() -> None:
    assert solve(generate(SMALL, 2), replace(WORK, work_limit=1, seed=7)).seed == 7


def test_the_order_of_the_input_changes_nothing() -> None:
    instance = generate(SMALL, 3)
    order = list(range(len(instance.locations)))
    random.Random(5).shuffle(order)
    shuffled = replace(
        instance,
        locations=tuple(instance.locations[index] for index in order),
        matrix=Matrix(
            duration_s=instance.matrix.duration_s[order][:, order],
            distance_m=instance.matrix.distance_m[order][:, order],
        ),
        shifts=tuple(random.Random(6).sample(instance.shifts, len(instance.shifts))),
        visits=tuple(random.Random(7).sample(instance.visits, len(instance.visits))),
    )
    params = replace(WORK, work_limit=600)
    assert write_plan(solve(shuffled, params)) == write_plan(solve(instance, params))


@pytest.mark.parametrize("threads", [1, 2])
def test_the_wall_clock_limit_is_kept(threads: int) -> None:
    family = Family(name="clock", visits=100, days=10, teams=3, home_share=0.5, load=(1.2, 1.3), limit_s=2)
    begin = time.monotonic()
    plan = solve(generate(family, 1), SolveParams(time_limit_s=2.0, threads=threads))
    assert time.monotonic() - begin < 2.0 * 1.1 + 1.0
    assert check(generate(family, 1), plan).violations == ()


def test_a_search_can_be_watched_and_ended() -> None:
    seen: list[float] = []

    def watch(progress: object) -> bool:
        seen.append(progress.objective)  # type: ignore[attr-defined]
        return len(seen) == 3

    plan = solve(generate(SMALL, 4), SolveParams(time_limit_s=30.0, threads=1, on_progress=watch))
    assert len(seen) == 3
    assert seen == sorted(seen)
    assert plan.status is Status.FEASIBLE


def test_asymmetric_travel_and_different_ends_are_respected() -> None:
    # From d out to a 100 s and on to b, where the shift ends, 200 s; the way back would be 5000 s.
    rows = [[0, 100, 5000], [5000, 0, 200], [5000, 5000, 0]]
    instance = problem(rows, [shift("s", 0, 2000, end_location="b")], [visit("v", "a", [(0, 900)])], rate=3600.0)
    plan = solve(replace(instance, visits=(replace(instance.visits[0], reward=1000.0),)), WORK)
    assert plan.objective == pytest.approx(1000 - 300)
    assert plan.routes[0].distance_m == 3000
    assert matrix(rows) == instance.matrix
