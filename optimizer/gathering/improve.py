"""Large-neighbourhood search: free a few venues near each other and all their groups, choose again exactly."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from optimizer.gathering.instance import Instance, Loads
from optimizer.gathering.model import Answer, Effort, choose

SMALLEST = 4
"""Venues freed at once, at least."""
SUBPROBLEM_S = 1.0
"""Deterministic seconds of CP-SAT for one neighbourhood: most need a tenth."""


class Neighbourhoods:
    """Draws sets of venues that compete for the same groups; the size adapts to what can be solved."""

    def __init__(self, instance: Instance, seed: int) -> None:
        self.instance = instance
        self.random = np.random.default_rng(seed)
        usable = instance.usable.astype(np.float64) * instance.applicants[:, None]
        nearness = 1 / (1 + instance.travel_cost)
        weighted = usable * nearness
        self.rivalry = weighted.T @ (instance.usable * nearness)
        self.size = min(2 * SMALLEST, len(instance.capacity))
        self.order: list[int] = []

    def draw(self, loads: Loads, count: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Yield up to `count` disjoint neighbourhoods: the freed groups and the freed venues of each."""
        taken = np.zeros(len(self.instance.capacity), dtype=bool)
        touched = np.zeros(len(self.instance.applicants), dtype=bool)
        for _ in range(count):
            venues = self._venues(taken)
            groups = self._groups(loads, venues)
            groups = groups[~touched[groups]]
            taken[venues] = True
            touched[groups] = True
            if len(groups):
                yield groups, venues

    def _venues(self, taken: NDArray[np.bool_]) -> NDArray[np.intp]:
        if not self.order:
            self.order = self.random.permutation(len(taken)).tolist()
        centre = self.order.pop()
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

    def learn(self, answers: list[Answer]) -> None:
        """Free more venues while proofs come easily, fewer when they do not come."""
        if all(answer.proved for answer in answers):
            self.size = min(self.size + 1 if self.random.random() < 0.2 else self.size, len(self.instance.capacity))
        else:
            self.size = max(SMALLEST, self.size - 1)


def improve(instance: Instance, loads: Loads, arcs: NDArray[np.bool_], *, seed: int, threads: int) -> Iterator[Loads]:
    """Yield ever better (or equal) solutions, endlessly; the caller stops when time or patience is over.

    Parameters
    ----------
    arcs
        Shape (G, V): pairs worth considering; those in use are always considered.
    """
    neighbourhoods = Neighbourhoods(instance, seed)
    with ThreadPoolExecutor(threads) as pool:
        while True:
            drawn = list(neighbourhoods.draw(loads, threads))
            effort = Effort(
                wall_s=10.0,
                deterministic_s=SUBPROBLEM_S,
                seed=int(neighbourhoods.random.integers(2**31)),
                precision=1e-3,
            )
            considered = arcs | (loads > 0)
            tasks = [pool.submit(choose, instance, loads, *freed, considered, effort) for freed in drawn]
            answers = [task.result() for task in tasks]
            for (groups, _), answer in zip(drawn, answers, strict=True):
                loads = loads.copy()
                loads[groups] = answer.loads[groups]
            neighbourhoods.learn(answers)
            yield loads
