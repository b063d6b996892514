"""Gathering: small cases by hand and by brute force, larger ones against the judge, planted errors that it must see."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.gathering import (
    Cluster,
    Clusters,
    GatheringProblem,
    GatherParams,
    Group,
    Part,
    UnservedCode,
    Venue,
    ViolationCode,
    check_clusters,
    gather,
)
from optimizer.plan import Status

PARAMS = GatherParams(time_limit_s=20, seed=1)


def problem(
    groups: list[Group], venues: list[Venue], travel_s: list[list[float]], **changes: float
) -> GatheringProblem:
    rates = {
        "min_applicants": 30,
        "venue_cost": 40.0,
        "travel_cost_per_applicant_hour": 10.0,
        "unserved_cost_per_applicant": 100.0,
    }
    travel = np.array(travel_s, dtype=np.float64).reshape(len(groups), len(venues))
    return GatheringProblem(groups=tuple(groups), venues=tuple(venues), travel_s=travel, **(rates | changes))


def group(name: str, applicants: int, **changes: object) -> Group:
    return Group(**({"id": name, "applicants": applicants, "max_travel_s": 3600} | changes))


def random_problem(seed: int, groups: int, venues: int) -> GatheringProblem:
    """Scatter groups and venues over 30 km × 30 km; one group in four has a special need."""
    random = np.random.default_rng(seed)
    metres = random.uniform(0, 30_000, (groups + venues, 2))
    travel = np.linalg.norm(metres[:groups, None] - metres[None, groups:], axis=2) / 7
    return problem(
        [
            group(
                f"g{index}",
                int(random.integers(3, 40)),
                max_travel_s=int(random.integers(900, 4000)),
                needs_step_free=bool(random.random() < 0.2),
                vulnerable=bool(random.random() < 0.15),
                home_only=bool(random.random() < 0.05),
            )
            for index in range(groups)
        ],
        [
            Venue(id=f"b{index}", capacity=int(random.integers(25, 90)), step_free=bool(random.random() < 0.6))
            for index in range(venues)
        ],
        np.floor(travel).tolist(),
        venue_cost=float(random.choice([10.0, 40.0, 300.0])),
    )


def cheapest_by_brute_force(case: GatheringProblem) -> float:
    """Try every venue, or none, for every group that can be gathered and fits whole."""
    movable = [row for row, one in enumerate(case.groups) if not one.home_only]
    choices = [
        [None, *(v for v in range(len(case.venues)) if case.travel_s[row, v] <= case.groups[row].max_travel_s)]
        for row in movable
    ]
    best = math.inf
    for choice in itertools.product(*choices):
        cost, keeps_rules = 0.0, True
        for v, venue in enumerate(case.venues):
            here = [row for row, chosen in zip(movable, choice, strict=True) if chosen == v]
            people = sum(case.groups[row].applicants for row in here)
            enough = people >= case.min_applicants or all(case.groups[row].vulnerable for row in here)
            steps = not venue.step_free and any(case.groups[row].needs_step_free for row in here)
            keeps_rules &= people <= venue.capacity and enough and not steps
            cost += case.venue_cost * bool(here)
            for row in here:
                hours = case.travel_s[row, v] / 3600
                cost += case.groups[row].applicants * hours * case.travel_cost_per_applicant_hour
        for row, chosen in zip(movable, choice, strict=True):
            if chosen is None:
                cost += case.groups[row].applicants * case.unserved_cost_per_applicant
        if keeps_rules:
            best = min(best, cost)
    return best


def reasons(clusters: Clusters) -> dict[str, UnservedCode]:
    return {one.id: one.reason.code for one in clusters.unserved}


def test_small_neighbours_are_pooled_to_reach_the_minimum() -> None:
    # Alone 12 and 20 are below 30; together at b2: 40 + 10 × (12 × 0.5 h + 20 × 0.25 h) = 150.
    case = problem(
        [group("g1", 12), group("g2", 20)],
        [Venue(id="b1", capacity=90), Venue(id="b2", capacity=90)],
        [[600, 1800], [7200, 900]],
    )
    found = gather(case, PARAMS)
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(150.0)
    assert found.clusters == (Cluster(venue="b2", groups=(Part(id="g1", applicants=12), Part(id="g2", applicants=20))),)


def test_vulnerable_groups_may_come_in_small_numbers() -> None:
    case = problem([group("g1", 5, vulnerable=True)], [Venue(id="b1", capacity=90)], [[0]])
    assert gather(case, PARAMS).objective == pytest.approx(40.0)
    assert gather(replace(case, groups=(group("g1", 5),)), PARAMS).objective == pytest.approx(500.0)


def test_one_ordinary_group_takes_the_waiver_away() -> None:
    case = problem([group("g1", 5, vulnerable=True), group("g2", 6)], [Venue(id="b1", capacity=90)], [[0], [0]])
    found = gather(case, PARAMS)
    assert [part.id for part in found.clusters[0].groups] == ["g1"]
    assert reasons(found) == {"g2": UnservedCode.BELOW_MINIMUM}


def test_a_group_larger_than_every_capacity_is_split_into_the_fewest_parts() -> None:
    case = problem(
        [group("g1", 150)],
        [Venue(id="b1", capacity=50), Venue(id="b2", capacity=90), Venue(id="b3", capacity=80)],
        [[0, 600, 600]],
    )
    found = gather(case, PARAMS)
    assert {cluster.venue for cluster in found.clusters} == {"b2", "b3"}
    assert sum(part.applicants for cluster in found.clusters for part in cluster.groups) == 150
    assert check_clusters(case, found) == ()


def test_a_group_that_fits_somewhere_is_never_split() -> None:
    # 60 people could be served in two halls of 40, but a hall of 60 exists, out of reach: whole or not at all.
    case = problem(
        [group("g1", 60)],
        [Venue(id="b1", capacity=40), Venue(id="b2", capacity=40), Venue(id="b3", capacity=60)],
        [[0, 0, 9999]],
    )
    found = gather(case, PARAMS)
    assert found.clusters == ()
    assert reasons(found) == {"g1": UnservedCode.OVER_CAPACITY}


def test_groups_for_home_visits_are_not_gathered() -> None:
    found = gather(problem([group("g1", 40, home_only=True)], [Venue(id="b1", capacity=90)], [[0]]), PARAMS)
    assert (found.home, found.clusters, found.unserved, found.objective) == (("g1",), (), (), 0.0)


@pytest.mark.parametrize(
    ("changes", "travel_s", "expected"),
    [
        pytest.param({}, [math.inf, math.inf], UnservedCode.NO_VENUE_IN_REACH, id="an island without a way"),
        pytest.param({}, [1e12, 4000], UnservedCode.NO_VENUE_IN_REACH, id="all too far"),
        pytest.param({"needs_step_free": True}, [600, 600], UnservedCode.NO_STEP_FREE_VENUE, id="steps everywhere"),
        pytest.param({"applicants": 200}, [600, 600], UnservedCode.OVER_CAPACITY, id="larger than all together"),
        pytest.param({"applicants": 29}, [600, 600], UnservedCode.BELOW_MINIMUM, id="too few alone"),
    ],
)
def test_what_fits_nowhere_is_told_why(changes: dict[str, object], travel_s: list[float], expected: str) -> None:
    case = problem(
        [group("g1", 40, **changes) if "applicants" not in changes else group("g1", **changes)],
        [Venue(id="b1", capacity=90), Venue(id="b2", capacity=80)],
        [travel_s],
    )
    found = gather(case, PARAMS)
    assert reasons(found) == {"g1": expected}
    assert check_clusters(case, found) == ()


def test_a_group_whose_places_others_take_is_told_so() -> None:
    case = problem([group("g1", 50), group("g2", 60)], [Venue(id="b1", capacity=60)], [[0], [0]])
    assert reasons(gather(case, PARAMS)) == {"g1": UnservedCode.DISPLACED}


def test_a_group_that_costs_more_than_it_brings_is_told_so() -> None:
    case = problem([group("g1", 40)], [Venue(id="b1", capacity=60)], [[0]], venue_cost=5000.0)
    assert reasons(gather(case, PARAMS)) == {"g1": UnservedCode.COSTS_MORE}


@pytest.mark.parametrize(("groups", "venues"), [(0, 0), (3, 0), (0, 2)])
def test_emptiness_is_no_error(groups: int, venues: int) -> None:
    case = random_problem(1, groups, venues)
    found = gather(case, PARAMS)
    assert found.status is Status.OPTIMAL
    assert check_clusters(case, found) == ()


@pytest.mark.parametrize("seed", range(12))
def test_small_problems_are_solved_like_by_brute_force(seed: int) -> None:
    case = random_problem(seed, groups=6, venues=3)
    found = gather(case, PARAMS)
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(cheapest_by_brute_force(case), abs=1e-6)
    assert check_clusters(case, found) == ()


@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), groups=st.integers(8, 40), venues=st.integers(2, 12), threads=st.integers(1, 2))
def test_larger_answers_keep_every_rule(seed: int, groups: int, venues: int, threads: int) -> None:
    case = random_problem(seed, groups, venues)
    found = gather(case, GatherParams(time_limit_s=0.6, seed=seed, threads=threads))
    assert check_clusters(case, found) == ()
    assert found.bound is not None
    assert found.bound <= found.objective


def test_same_seed_same_clusters() -> None:
    case = random_problem(7, groups=20, venues=8)
    assert gather(case, PARAMS) == gather(case, PARAMS)


def test_progress_only_gets_better() -> None:
    told = []
    gather(random_problem(5, groups=30, venues=10), replace(PARAMS, time_limit_s=1.5, on_progress=told.append))
    assert told
    assert all(b.objective <= a.objective and b.bound >= a.bound for a, b in itertools.pairwise(told))


def planted(case: GatheringProblem, clusters: tuple[Cluster, ...], **changes: object) -> set[ViolationCode]:
    """Return what the judge says of an answer to a problem with one venue's worth of error."""
    columns = {venue.id: column for column, venue in enumerate(case.venues)} | {"b9": 0}
    rows = {one.id: row for row, one in enumerate(case.groups)}
    cost = case.venue_cost * len(clusters)
    for cluster in clusters:
        for part in cluster.groups:
            hours = case.travel_s[rows[part.id], columns[cluster.venue]] / 3600
            cost += part.applicants * hours * case.travel_cost_per_applicant_hour
    answer = Clusters(
        **(
            {"status": Status.FEASIBLE, "objective": float(cost), "bound": None, "clusters": clusters}
            | {"home": (), "unserved": ()}
            | changes
        )
    )
    return {violation.code for violation in check_clusters(case, answer)}


def test_the_judge_sees_planted_errors() -> None:
    case = problem(
        [group("g1", 20), group("g2", 10, needs_step_free=True)],
        [Venue(id="b1", capacity=30, step_free=True), Venue(id="b2", capacity=30)],
        [[600, 600], [600, 9999]],
    )
    g1, g2 = Part(id="g1", applicants=20), Part(id="g2", applicants=10)
    right = (Cluster(venue="b1", groups=(g1, g2)),)
    assert planted(case, right) == set()
    assert planted(case, right, objective=1.0) == {ViolationCode.OBJECTIVE}
    assert planted(case, right, bound=1e6) == {ViolationCode.BOUND}
    assert planted(case, right, status=Status.OPTIMAL) == {ViolationCode.BOUND}
    assert planted(case, right, home=("g1",)) == {ViolationCode.HOME, ViolationCode.HEADCOUNT}
    assert planted(replace(case, min_applicants=31), right) == {ViolationCode.MINIMUM}
    smaller = replace(case, venues=(replace(case.venues[0], capacity=29), case.venues[1]))
    assert planted(smaller, right) == {ViolationCode.CAPACITY}
    assert planted(case, (Cluster(venue="b2", groups=(g1, g2)),)) == {ViolationCode.TRAVEL, ViolationCode.STEP_FREE}
    halves = (
        Cluster(venue="b1", groups=(Part(id="g1", applicants=10), g2)),
        Cluster(venue="b2", groups=(Part(id="g1", applicants=10),)),
    )
    assert planted(replace(case, min_applicants=0), halves) == {ViolationCode.SPLIT}
    assert planted(case, (*right, right[0])) >= {ViolationCode.REPEATED, ViolationCode.HEADCOUNT}
    assert planted(case, (Cluster(venue="b9", groups=(g1, g2)),), objective=0.0) == {ViolationCode.UNKNOWN_ID}
    assert planted(case, (*right, Cluster(venue="b2", groups=()))) == {ViolationCode.HEADCOUNT}
