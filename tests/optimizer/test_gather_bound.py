"""The bound of gathering: never above the optimum, for any prices, and close to it in the end."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.gathering import GatheringProblem, GatherParams, Group, Venue, gather
from optimizer.gathering.bound import ColumnGeneration
from optimizer.gathering.construct import construct
from optimizer.gathering.instance import Instance, build_instance
from optimizer.gathering.model import Effort, choose
from optimizer.gathering.pricing import Pricer


def random_problem(seed: int, *, groups: int = 7, venues: int = 4, largest: int = 40) -> GatheringProblem:
    random = np.random.default_rng(seed)
    return GatheringProblem(
        groups=tuple(
            Group(
                id=f"g{index}",
                applicants=int(random.integers(3, largest)),
                max_travel_s=3000,
                vulnerable=bool(random.random() < 0.2),
            )
            for index in range(groups)
        ),
        venues=tuple(Venue(id=f"b{index}", capacity=int(random.integers(30, 70))) for index in range(venues)),
        travel_s=random.integers(0, 4000, (groups, venues)).astype(np.float64),
        min_applicants=30,
        venue_cost=float(random.choice([20.0, 300.0])),
        travel_cost_per_applicant_hour=10.0,
        unserved_cost_per_applicant=float(random.choice([5.0, 100.0])),
    )


def optimum(problem: GatheringProblem) -> float:
    """Solve exactly, by the integer model alone."""
    instance = build_instance(problem)
    everything = np.arange(len(instance.applicants)), np.arange(len(instance.capacity))
    answer = choose(instance, instance.empty(), *everything, instance.usable, Effort(wall_s=30))
    assert answer.proved
    return instance.cost(answer.loads)


CASES = [*((seed, 40) for seed in range(12)), *((seed, 120) for seed in range(12, 18))]
"""Seeds, and the largest group: with 120 people some groups exceed every capacity and are split."""


@pytest.mark.parametrize(("seed", "largest"), CASES)
def test_no_bound_on_the_way_exceeds_the_optimum(seed: int, largest: int) -> None:
    problem = random_problem(seed, largest=largest)
    instance = build_instance(problem)
    best = optimum(problem)
    bounds = list(ColumnGeneration(instance, construct(instance)).steps())
    assert max(bounds) <= best + 1e-6 * abs(best)


@pytest.mark.parametrize(("seed", "largest"), CASES)
def test_any_prices_give_a_valid_bound(seed: int, largest: int) -> None:
    problem = random_problem(seed, largest=largest)
    instance = build_instance(problem)
    best = optimum(problem)
    random = np.random.default_rng(seed)
    for _ in range(20):
        prices = random.uniform(-50, 800, len(instance.applicants))
        assert Pricer(instance).price(prices).bound <= best + 1e-6 * abs(best)


@pytest.mark.parametrize(("seed", "largest"), CASES)
def test_pairs_that_the_bound_excludes_are_in_no_better_solution(seed: int, largest: int) -> None:
    problem = random_problem(seed, largest=largest)
    instance = build_instance(problem)
    generation = ColumnGeneration(instance, construct(instance))
    for _ in generation.steps():
        pass
    costs = generation.pricer.arc_bounds(generation.prices, generation.priced())
    for g, v in np.argwhere(instance.usable & (instance.parts == 1)[:, None]):
        assert costs[g, v] <= cost_when_together(instance, int(g), int(v)) + 1e-6


def cost_when_together(instance: Instance, g: int, v: int) -> float:
    """Find the cheapest solution with group g at venue v, infinite when leaving it unserved is cheaper."""
    usable = instance.usable.copy()
    usable[g] = False
    usable[g, v] = True
    forced = replace(instance, usable=usable)
    everything = np.arange(len(instance.applicants)), np.arange(len(instance.capacity))
    answer = choose(forced, forced.empty(), *everything, usable, Effort(wall_s=30))
    return forced.cost(answer.loads) if answer.loads[g, v] else np.inf


def test_the_bound_is_close_on_ordinary_problems() -> None:
    problem = random_problem(3, groups=30, venues=10)
    instance = build_instance(problem)
    bound = max(ColumnGeneration(instance, construct(instance)).steps())
    found = gather(problem, GatherParams(time_limit_s=2, threads=2))
    assert bound >= 0.97 * found.objective
