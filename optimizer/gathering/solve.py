"""The one door into gathering: a problem in, clusters with a proved bound out."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.gathering.construct import construct
from optimizer.gathering.improve import improve
from optimizer.gathering.instance import Instance, Loads, build_instance
from optimizer.gathering.model import Effort, choose
from optimizer.gathering.problem import Cluster, Clusters, GatheringProblem, Part, UnservedGroup
from optimizer.gathering.reasons import misfit_reason, unserved_reason
from optimizer.gathering.validate import require_valid_gathering
from optimizer.plan import Status

OPTIMAL_GAP = 1e-6
"""Relative gap below which clusters are called optimal, as for plans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a search has come: seconds since its start, best objective, proved bound."""

    elapsed_s: float
    objective: float
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherParams:
    """Limits of a search. `on_progress` hears of every better solution or bound."""

    time_limit_s: float = 10.0
    seed: int = 0
    threads: int = 1
    on_progress: Callable[[Progress], None] | None = None


def gather(problem: GatheringProblem, params: GatherParams) -> Clusters:
    """Choose which groups come together at which venue.

    Parameters
    ----------
    problem
        Groups, venues, travel and costs.
    params
        Seed and limits. With a time limit that does not cut the search, the answer depends on the seed only.

    Returns
    -------
    Clusters
        Every group is gathered, at home, or unserved with a reason. `bound` is a proved lower bound of the cost;
        `status` is optimal when the gap is proved below 1e-6.

    Raises
    ------
    InvalidProblem
        With every finding.
    """
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
    def left_s(self) -> float:
        return self.started + self.params.time_limit_s - time.monotonic()

    def run(self) -> None:
        if not len(self.instance.applicants):
            self.bound = self.objective
            return
        everything = np.arange(len(self.instance.applicants)), np.arange(len(self.instance.capacity))
        arcs = self.instance.usable
        found = improve(self.instance, self.best, arcs, seed=self.params.seed, threads=self.params.threads)
        for rounds, loads in enumerate(found):
            self.offer(loads)
            if self.left_s < self.params.time_limit_s / 2 or rounds > 30:
                break
        effort = Effort(wall_s=self.left_s, threads=self.params.threads, seed=self.params.seed)
        answer = choose(self.instance, self.best, *everything, self.instance.usable, effort)
        self.offer(answer.loads)
        self.raise_bound(answer.bound)

    def offer(self, loads: Loads) -> None:
        objective = self.instance.cost(loads)
        if objective < self.objective:
            self.best, self.objective = loads, objective
            self.tell()

    def raise_bound(self, bound: float) -> None:
        if bound > self.bound:
            self.bound = min(bound, self.objective)
            self.tell()

    def tell(self) -> None:
        if self.params.on_progress is not None:
            elapsed_s = time.monotonic() - self.started
            self.params.on_progress(Progress(elapsed_s=elapsed_s, objective=self.objective, bound=self.bound))


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
