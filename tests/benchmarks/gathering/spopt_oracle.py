"""Compare gathering with the exact p-medians of spopt, where both answer the same question.

    python -m tests.benchmarks.gathering.spopt_oracle

Without a minimum of people, limits of travel, steps or capacity, gathering costs what the best p-median costs over all
numbers p of venues, plus p times the cost of a venue. spopt solves each p to the end with CBC.
"""

import sys
import time
from dataclasses import replace

import numpy as np
from pulp import PULP_CBC_CMD  # type: ignore[import-untyped]
from spopt.locate import PMedian  # type: ignore[import-untyped]

from optimizer.gathering import GatheringProblem, GatherParams, check_clusters, gather
from optimizer.plan import Status
from tests.benchmarks.gathering.instances import build_case

GROUPS, VENUES, SEEDS = 60, 25, (1, 2, 3)
LIMIT_S = 5.0
TOLERANCE = 1e-6
"""Relative; sums of floats in another order."""


def without_limits(problem: GatheringProblem) -> GatheringProblem:
    """Return the same groups, venues and ways with everything allowed and everybody worth serving."""
    everyone = sum(group.applicants for group in problem.groups)
    farthest_s = int(problem.travel_s.max()) + 1
    return replace(
        problem,
        groups=tuple(replace(g, max_travel_s=farthest_s, needs_step_free=False) for g in problem.groups),
        venues=tuple(replace(venue, capacity=everyone) for venue in problem.venues),
        min_applicants=0,
        unserved_cost_per_applicant=1e4,
    )


def best_of_medians(problem: GatheringProblem) -> tuple[float, int]:
    """Return the least cost over all numbers of venues, and that number."""
    weights = np.array([group.applicants for group in problem.groups])
    costs = problem.travel_s / 3600 * problem.travel_cost_per_applicant_hour
    best, chosen = float("inf"), 0
    for count in range(1, len(problem.venues) + 1):
        if problem.venue_cost * count >= best:
            break
        median = PMedian.from_cost_matrix(costs, weights, p_facilities=count)
        median.solve(PULP_CBC_CMD(msg=False, gapRel=0.0), results=False)
        cost = problem.venue_cost * count + float(median.problem.objective.value())
        if cost < best:
            best, chosen = cost, count
    return best, chosen


def measure(seed: int) -> bool:
    """Print one line; return whether both found the same cost."""
    problem = without_limits(build_case(GROUPS, VENUES, seed).problem)
    started = time.perf_counter()
    ours = gather(problem, GatherParams(time_limit_s=LIMIT_S, seed=seed, threads=2))
    took_s = time.perf_counter() - started
    started = time.perf_counter()
    theirs, venues = best_of_medians(problem)
    met = (
        abs(ours.objective / theirs - 1) <= TOLERANCE
        and ours.status is Status.OPTIMAL
        and not check_clusters(problem, ours)
    )
    sys.stdout.write(
        f"{GROUPS} × {VENUES} seed {seed}: ours {ours.objective:.1f} with {len(ours.clusters)} venues ({ours.status}, "
        f"{took_s:.1f} s), spopt {theirs:.1f} with {venues} ({time.perf_counter() - started:.1f} s), ratio "
        f"{ours.objective / theirs:.6f}; {'met' if met else 'MISSED'}\n"
    )
    sys.stdout.flush()
    return met


def main() -> int:
    """Run all seeds; the exit code says whether every cost is the same."""
    outcomes = [measure(seed) for seed in SEEDS]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    raise SystemExit(main())
