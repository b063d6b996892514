"""The order of work in a search for clusters: construct, improve, bound, round, prove."""

import time

import numpy as np
from numpy.typing import NDArray

from optimizer.gathering.bound import ColumnGeneration
from optimizer.gathering.construct import construct
from optimizer.gathering.improve import FIRST, Guide, improve
from optimizer.gathering.instance import Instance, Loads, build_instance
from optimizer.gathering.model import Effort, choose
from optimizer.gathering.params import GatherParams, Progress
from optimizer.gathering.pricing import Pricer
from optimizer.gathering.problem import Cluster, Clusters, GatheringProblem, Part, UnservedGroup
from optimizer.gathering.reasons import misfit_reason, unserved_reason
from optimizer.gathering.validate import require_valid_gathering
from optimizer.plan import Status

WARM_UP, BOUND_BY, DIVE_BY, FIRST_PROOF_BY, SEARCH_BY = 0.03, 0.4, 0.6, 0.6, 0.9
"""Shares of the time limit by which first solution, bound, rounding, an early proof and improvement end."""
CHOICES = 25
"""Venues per group that improvement considers."""
SMALL = 2000
"""With so few pairs of group and venue a proof is tried before large neighbourhoods."""
OPTIMAL_GAP = 1e-6
"""Relative gap below which clusters are called optimal, as for plans."""


def run(problem: GatheringProblem, params: GatherParams) -> Clusters:
    """Choose which groups come together, as `optimizer.gathering.solve.gather` promises."""
    require_valid_gathering(problem)
    search = _Search(build_instance(problem), params)
    search.run()
    return _clusters(problem, search.instance, search.best, search.bound)


class _Search:
    def __init__(self, instance: Instance, params: GatherParams) -> None:
        self.started = time.monotonic()
        self.instance = instance
        self.params = params
        self.best = construct(instance)
        self.objective = instance.cost(self.best)
        self.bound = instance.sunk_cost

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self.started

    def run(self) -> None:
        """Work until the gap is closed or the time is over."""
        instance, limit_s = self.instance, self.params.time_limit_s
        if not len(instance.applicants):
            self.bound = self.objective
            return
        self.search(Guide(arcs=instance.usable), until_s=WARM_UP * limit_s, largest=FIRST)
        left = instance.usable
        if Pricer.is_affordable(instance) and not self.is_closed:
            generation = ColumnGeneration(instance, self.best)
            self.generate(generation)
            priced = generation.priced()
            costs = generation.pricer.arc_bounds(generation.prices, priced)
            self.dive(generation)
            guide = Guide(arcs=_cheapest(costs), prices=generation.prices, gains=priced.gains)
            if np.count_nonzero(costs <= self.objective) <= SMALL:
                self.search(guide, until_s=limit_s, largest=FIRST)
                self.prove(costs <= self.objective, until_s=FIRST_PROOF_BY * limit_s)
            self.search(guide, until_s=SEARCH_BY * limit_s, largest=len(instance.capacity))
            left = costs <= self.objective
        self.prove(left, until_s=limit_s)

    def generate(self, generation: ColumnGeneration) -> None:
        """Raise the bound."""
        for bound in generation.steps():
            self.raise_bound(bound)
            if self.elapsed_s > BOUND_BY * self.params.time_limit_s or self.is_closed:
                return

    def dive(self, generation: ColumnGeneration) -> None:
        """Round the columns to a solution."""
        fixed = self.instance.empty()
        for loads in generation.dive():
            fixed = loads
            if self.elapsed_s > DIVE_BY * self.params.time_limit_s:
                break
        self.offer(construct(self.instance, fixed))

    def search(self, guide: Guide, *, until_s: float, largest: int) -> None:
        """Improve until the time comes or neighbourhoods do not help any more."""
        params = self.params
        found = improve(self.instance, self.best, guide, seed=params.seed, threads=params.threads, largest=largest)
        if self.is_closed:
            return
        for loads in found:
            self.offer(loads)
            if self.elapsed_s > until_s or self.is_closed:
                return

    def prove(self, arcs: NDArray[np.bool_], *, until_s: float) -> None:
        """Solve the whole over the pairs that can still be part of a better solution."""
        left_s = until_s - self.elapsed_s
        if left_s <= 0 or self.is_closed:
            return
        everything = np.arange(len(self.instance.applicants)), np.arange(len(self.instance.capacity))
        effort = Effort(
            wall_s=left_s,
            threads=self.params.threads,
            seed=self.params.seed,
            precision=OPTIMAL_GAP * max(1.0, self.objective) / (2 * sum(map(len, everything))),
            presolve=True,
        )
        answer = choose(self.instance, self.best, *everything, arcs | (self.best > 0), effort)
        self.offer(answer.loads)
        self.raise_bound(answer.bound)

    @property
    def is_closed(self) -> bool:
        return self.objective - self.bound <= OPTIMAL_GAP * max(1.0, abs(self.objective))

    def offer(self, loads: Loads) -> bool:
        objective = self.instance.cost(loads)
        if objective >= self.objective:
            return False
        self.best, self.objective = loads, objective
        self.tell()
        return True

    def raise_bound(self, bound: float) -> None:
        if bound > self.bound:
            self.bound = min(bound, self.objective)
            self.tell()

    def tell(self) -> None:
        if self.params.on_progress is not None:
            self.params.on_progress(Progress(elapsed_s=self.elapsed_s, objective=self.objective, bound=self.bound))


def _cheapest(costs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Keep the few venues of each group that can be part of the cheapest solutions, shape (G, V)."""
    limit = np.sort(costs, axis=1)[:, min(CHOICES, costs.shape[1]) - 1]
    return np.isfinite(costs) & (costs <= limit[:, None])


def _clusters(problem: GatheringProblem, instance: Instance, loads: Loads, bound: float) -> Clusters:
    objective = instance.cost(loads)
    fits = {int(row): g for g, row in enumerate(instance.rows)}
    unserved = []
    for row, group in enumerate(problem.groups):
        if group.home_only or (row in fits and loads[fits[row]].any()):
            continue
        reason = unserved_reason(problem, instance, loads, fits[row]) if row in fits else misfit_reason(problem, row)
        unserved.append(UnservedGroup(id=group.id, applicants=group.applicants, reason=reason))
    proved = objective - bound <= OPTIMAL_GAP * max(1.0, abs(objective))
    return Clusters(
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        objective=objective,
        bound=bound,
        clusters=tuple(
            Cluster(
                venue=problem.venues[v].id,
                groups=tuple(
                    Part(id=problem.groups[instance.rows[g]].id, applicants=int(loads[g, v]))
                    for g in np.flatnonzero(loads[:, v])
                ),
            )
            for v in np.flatnonzero(loads.any(axis=0))
        ),
        home=tuple(group.id for group in problem.groups if group.home_only),
        unserved=tuple(unserved),
    )
