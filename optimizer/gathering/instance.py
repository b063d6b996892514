"""A gathering problem as arrays: the groups that can be gathered somewhere, and what each choice costs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.gathering.problem import GatheringProblem

type Loads = NDArray[np.int64]
"""A solution: applicants of each group at each venue, shape (groups, venues)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """Only groups that fit somewhere, in the order of the problem; G groups, V venues.

    Attributes
    ----------
    rows
        Shape (G,): index of each group in the problem.
    applicants, vulnerable
        Shape (G,).
    parts
        Shape (G,): 1, or the fewest venues that hold a group larger than every capacity.
    capacity
        Shape (V,).
    usable
        Shape (G, V): in reach, step-free where needed, and large enough for the group or for its parts.
    travel_cost
        Shape (G, V): cost per applicant; 0 where not usable.
    sunk_cost
        Cost of the groups that fit nowhere.
    """

    rows: NDArray[np.int64]
    applicants: NDArray[np.int64]
    vulnerable: NDArray[np.bool_]
    parts: NDArray[np.int64]
    capacity: NDArray[np.int64]
    usable: NDArray[np.bool_]
    travel_cost: NDArray[np.float64]
    minimum: int
    venue_cost: float
    unserved_cost: float
    sunk_cost: float

    def empty(self) -> Loads:
        """Serve nobody."""
        return np.zeros(self.usable.shape, dtype=np.int64)

    def cost(self, loads: Loads) -> float:
        """Return the objective of a solution, sunk cost included."""
        open_venues = np.count_nonzero(loads.any(axis=0))
        unserved = int((self.applicants - loads.sum(axis=1)).sum())
        travel = float((self.travel_cost * loads).sum())
        return self.venue_cost * open_venues + travel + self.unserved_cost * unserved + self.sunk_cost


def build_instance(problem: GatheringProblem) -> Instance:
    """Leave out groups that stay at home or fit nowhere, and find where the others may go."""
    applicants = np.array([group.applicants for group in problem.groups], dtype=np.int64)
    capacity = np.array([venue.capacity for venue in problem.venues], dtype=np.int64)
    allowed = _allowed(problem)
    divisible = applicants > capacity.max(initial=0)
    usable = allowed & (divisible[:, None] | (applicants[:, None] <= capacity[None, :]))
    parts = np.array(
        [_fewest(people, capacity[can]) for people, can in zip(applicants, usable, strict=True)], dtype=int
    )
    at_home = np.array([group.home_only for group in problem.groups], dtype=bool)
    rows = np.flatnonzero((parts > 0) & ~at_home)
    travel_cost = np.where(usable, problem.travel_s, 0.0) * (problem.travel_cost_per_applicant_hour / 3600)
    return Instance(
        rows=rows,
        applicants=applicants[rows],
        vulnerable=np.array([group.vulnerable for group in problem.groups], dtype=bool)[rows],
        parts=parts[rows],
        capacity=capacity,
        usable=usable[rows],
        travel_cost=travel_cost[rows],
        minimum=problem.min_applicants,
        venue_cost=problem.venue_cost,
        unserved_cost=problem.unserved_cost_per_applicant,
        sunk_cost=problem.unserved_cost_per_applicant * int(applicants[(parts == 0) & ~at_home].sum()),
    )


def _allowed(problem: GatheringProblem) -> NDArray[np.bool_]:
    limits = np.array([group.max_travel_s for group in problem.groups], dtype=np.float64)
    needs = np.array([group.needs_step_free for group in problem.groups], dtype=bool)
    step_free = np.array([venue.step_free for venue in problem.venues], dtype=bool)
    reached = problem.travel_s <= limits[:, None]
    return np.asarray(reached & (~needs[:, None] | step_free[None, :]), dtype=np.bool_)


def _fewest(people: int, capacities: NDArray[np.int64]) -> int:
    """Return how many of the venues hold so many people, 0 when all together do not."""
    held = np.cumsum(np.sort(capacities)[::-1])
    return int(np.searchsorted(held, people)) + 1 if len(held) and held[-1] >= people else 0
