"""Large-neighbourhood search: free a few venues near each other and all their groups, choose again exactly."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.gathering.instance import Instance, Loads
from optimizer.gathering.model import Answer, Effort, choose

SMALLEST, FIRST = 4, 12
"""Venues freed at once: at least, and to begin with."""
GROWTH = 4
SUBPROBLEM_S = 0.5
"""Deterministic seconds of CP-SAT for one neighbourhood: most need a tenth."""
PATIENCE = 4
"""How often each venue is freed without a gain, on average, before neighbourhoods grow."""
FAMILIARITY = 0.5
"""Chance of a venue to be the next centre, after each time that it was."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guide:
    """Where to look: the pairs worth considering, shape (G, V), and by prices what each venue loses.

    Attributes
    ----------
    prices, gains
        Shapes (G,) and (V,), of the best bound: the gap between a solution and the bound is a sum over venues.
    """

    arcs: NDArray[np.bool_]
    prices: NDArray[np.float64] | None = None
    gains: NDArray[np.float64] | None = None

    def losses(self, instance: Instance, loads: Loads) -> NDArray[np.float64]:
        """Return each venue's share of the gap, shape (V,); equal shares without prices."""
        if self.prices is None or self.gains is None:
            return np.ones(len(instance.capacity))
        worth = (loads / instance.applicants[:, None] * self.prices[:, None]).sum(axis=0)
        spent = instance.venue_cost * loads.any(axis=0) + (loads * instance.travel_cost).sum(axis=0)
        return np.asarray(np.maximum(np.maximum(self.gains, 0.0) + spent - worth, 0.0))


class _Neighbourhoods:
    """Draws sets of venues that compete for the same groups, around those that lose most."""

    def __init__(self, instance: Instance, guide: Guide, seed: int) -> None:
        self.instance = instance
        self.guide = guide
        self.random = np.random.default_rng(seed)
        nearness = instance.usable / (1 + instance.travel_cost)
        self.rivalry = (nearness * instance.applicants[:, None]).T @ nearness
        self.size = min(FIRST, len(instance.capacity))
        self.visits = np.zeros(len(instance.capacity))
        self.in_vain = 0

    def draw(self, loads: Loads, count: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Yield up to `count` disjoint neighbourhoods: the freed groups and the freed venues of each."""
        losses = self.guide.losses(self.instance, loads)
        weights = (losses + losses.mean() * 0.01 + 1e-9) * FAMILIARITY**self.visits
        taken = np.zeros(len(weights), dtype=bool)
        touched = np.zeros(len(self.instance.applicants), dtype=bool)
        for _ in range(count):
            free = np.where(taken, 0.0, weights)
            if not free.any():
                return
            centre = int(self.random.choice(len(free), p=free / free.sum()))
            self.visits[centre] += 1
            venues = self._rivals(centre, taken)
            groups = self._groups(loads, venues)
            groups = groups[~touched[groups]]
            taken[venues] = True
            touched[groups] = True
            if len(groups):
                yield groups, venues

    def _rivals(self, centre: int, taken: NDArray[np.bool_]) -> NDArray[np.intp]:
        score = self.rivalry[centre] * self.random.uniform(0.3, 1.0, len(taken))
        score[centre] = np.inf
        score[taken] = -np.inf
        nearest = np.argsort(-score, kind="stable")[: self.size]
        return np.sort(nearest[score[nearest] > 0])

    def _groups(self, loads: Loads, venues: NDArray[np.intp]) -> NDArray[np.intp]:
        """Find whoever is only at these venues, or unserved and able to come."""
        freed = np.zeros(len(self.instance.capacity), dtype=bool)
        freed[venues] = True
        inside = ~loads[:, ~freed].any(axis=1)
        choices = self.instance.usable[:, freed].sum(axis=1)
        return np.flatnonzero(inside & (choices >= self.instance.parts))

    def learn(self, answers: list[Answer], *, gained: bool) -> None:
        """Forget familiarity after a gain; free fewer venues when proofs do not come."""
        self.in_vain = 0 if gained else self.in_vain + max(1, len(answers)) * self.size
        if gained:
            self.visits *= 0.5
        if answers and not any(answer.proved for answer in answers):
            self.size = max(SMALLEST, self.size - 1)

    @property
    def exhausted(self) -> bool:
        """Whether so many venues were freed since the last gain that another of this size is unlikely."""
        return self.in_vain >= PATIENCE * len(self.visits)

    def grow(self) -> None:
        """Free more venues from now on."""
        self.size = min(self.size + GROWTH, len(self.instance.capacity))
        self.in_vain = 0
        self.visits[:] = 0


def improve(
    instance: Instance, loads: Loads, guide: Guide, *, seed: int, threads: int, largest: int
) -> Iterator[Loads]:
    """Yield ever better (or equal) solutions until no neighbourhood of up to `largest` venues seems to help.

    Parameters
    ----------
    guide
        Pairs in use are always considered besides those of the guide.
    seed, threads
        Neighbourhoods of one round are disjoint and solved at the same time; the outcome depends on both numbers.
    """
    neighbourhoods = _Neighbourhoods(instance, guide, seed)
    with ThreadPoolExecutor(threads) as pool:
        while True:
            drawn = list(neighbourhoods.draw(loads, threads))
            effort = Effort(
                wall_s=60.0,
                deterministic_s=SUBPROBLEM_S,
                seed=int(neighbourhoods.random.integers(2**31)),
                precision=1e-3,
            )
            considered = guide.arcs | (loads > 0)
            tasks = [pool.submit(choose, instance, loads, *freed, considered, effort) for freed in drawn]
            answers = [task.result() for task in tasks]
            better = loads.copy()
            for (groups, _), answer in zip(drawn, answers, strict=True):
                better[groups] = answer.loads[groups]
            neighbourhoods.learn(answers, gained=instance.cost(better) < instance.cost(loads))
            loads = better
            yield loads
            if neighbourhoods.exhausted:
                if neighbourhoods.size >= min(largest, len(instance.capacity)):
                    return
                neighbourhoods.grow()
