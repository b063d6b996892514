"""Seeded gathering problems of the size of the working area: groups around towns, venues scattered, rural roads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.gathering import GatheringProblem, Group, Venue

SIDE_KM = 60.0
CIRCUITY = 1.35
SPEED_KM_H = 32.0
TOWNS = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A problem and where its groups are, km, shape (groups, 2): what clustering by distance needs."""

    problem: GatheringProblem
    group_km: NDArray[np.float64]


def build_case(groups: int, venues: int, seed: int) -> Case:
    """Draw a case with the costs of the contract's example."""
    random = np.random.default_rng(seed)
    towns = random.uniform(0, SIDE_KM, (TOWNS, 2))
    group_km = towns[random.integers(0, TOWNS, groups)] + random.normal(0, 5, (groups, 2))
    venue_km = random.uniform(0, SIDE_KM, (venues, 2))
    km = np.linalg.norm(group_km[:, None] - venue_km[None, :], axis=2) * CIRCUITY
    return Case(
        group_km=group_km,
        problem=GatheringProblem(
            groups=tuple(
                Group(
                    id=f"g{index}",
                    applicants=int(random.integers(3, 46)),
                    max_travel_s=int(random.integers(1800, 5400)),
                    needs_step_free=bool(random.random() < 0.25),
                    vulnerable=bool(random.random() < 0.08),
                )
                for index in range(groups)
            ),
            venues=tuple(
                Venue(id=f"b{index}", capacity=int(random.integers(60, 151)), step_free=bool(random.random() < 0.6))
                for index in range(venues)
            ),
            travel_s=np.floor(km / SPEED_KM_H * 3600 + 120),
            min_applicants=30,
            venue_cost=40.0,
            travel_cost_per_applicant_hour=10.0,
            unserved_cost_per_applicant=100.0,
        ),
    )
