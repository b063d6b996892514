"""The gathering problem, or a part of it, as an integer model for CP-SAT."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from optimizer.gathering.instance import Instance, Loads

EXACT_TOTAL = 2**50
"""Costs are scaled to integers so that the largest total stays below this: CP-SAT sums in 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long CP-SAT may try: wall seconds, or (repeatable) deterministic seconds.

    Attributes
    ----------
    precision
        Cost per integer step of the objective: coarse steps prove faster.
    presolve
        Worth its time for the whole problem, not for a neighbourhood.
    """

    wall_s: float
    deterministic_s: float = float("inf")
    threads: int = 1
    seed: int = 0
    precision: float = 1e-6
    presolve: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """The best loads found for the freed groups and venues, and a lower bound of the whole cost around them."""

    loads: Loads
    bound: float
    proved: bool


class _Model:
    """Freed groups choose among freed venues; all else stays as in `start`."""

    def __init__(self, instance: Instance, start: Loads, groups: NDArray[np.intp], venues: NDArray[np.intp]) -> None:
        self.instance = instance
        self.start = start
        self.groups = groups
        self.venues = venues
        self.model = cp_model.CpModel()
        self.kept = start.copy()
        self.kept[groups] = 0
        self.opened = {v: self.model.new_bool_var("") for v in venues}
        self.waived = {v: self.model.new_bool_var("") for v in venues}
        self.present: dict[tuple[int, int], cp_model.IntVar] = {}
        self.people: dict[tuple[int, int], cp_model.LinearExprT] = {}
        self.unserved: dict[int, cp_model.IntVar] = {}

    def build(self, arcs: NDArray[np.bool_]) -> None:
        for g in self.groups:
            self._group(int(g), self.venues[arcs[g, self.venues]])
        for v in self.venues:
            self._venue(int(v))

    def _group(self, g: int, choices: NDArray[np.intp]) -> None:
        people = int(self.instance.applicants[g])
        self.unserved[g] = self.model.new_bool_var("")
        self.model.add_hint(self.unserved[g], not self.start[g].any())
        for v in choices:
            self.present[g, v] = self.model.new_bool_var("")
            self.model.add_hint(self.present[g, v], bool(self.start[g, v]))
            self.model.add_implication(self.present[g, v], self.opened[v])
            self.people[g, v] = people * self.present[g, v]
        used = [self.present[g, v] for v in choices]
        if self.instance.parts[g] == 1:
            self.model.add_exactly_one([*used, self.unserved[g]])
        else:
            self._split(g, choices)

    def _split(self, g: int, choices: NDArray[np.intp]) -> None:
        for v in choices:
            part = self.model.new_int_var(0, int(self.instance.capacity[v]), "")
            self.model.add(part == 0).only_enforce_if(self.present[g, v].negated())
            self.model.add(part >= 1).only_enforce_if(self.present[g, v])
            self.model.add_hint(part, int(self.start[g, v]))
            self.people[g, v] = part
        used = [self.present[g, v] for v in choices]
        self.model.add(sum(used) == int(self.instance.parts[g]) * (1 - self.unserved[g]))
        parts = [self.people[g, v] for v in choices]
        self.model.add(sum(parts) == int(self.instance.applicants[g]) * (1 - self.unserved[g]))

    def _venue(self, v: int) -> None:
        here = [g for g in self.groups if (g, v) in self.present]
        load = sum(self.people[g, v] for g in here) + int(self.kept[:, v].sum())
        stays = self.kept[:, v] > 0
        self.model.add_hint(self.opened[v], bool(self.start[:, v].any()))
        if stays.any():
            self.model.add(self.opened[v] == 1)
        self.model.add(load <= int(self.instance.capacity[v]) * self.opened[v])
        self.model.add(load >= self.instance.minimum * (self.opened[v] - self.waived[v]))
        self.model.add_implication(self.waived[v], self.opened[v])
        if (stays & ~self.instance.vulnerable).any():
            self.model.add(self.waived[v] == 0)
        for g in here:
            if not self.instance.vulnerable[g]:
                self.model.add_at_most_one(self.present[g, v], self.waived[v])

    def minimise(self, precision: float) -> float:
        """Set the objective, costs rounded down to whole steps of the returned size."""
        instance = self.instance
        largest = instance.venue_cost * len(self.venues) + float(
            (
                (instance.unserved_cost + instance.travel_cost[self.groups].max(initial=0))
                * instance.applicants[self.groups]
            ).sum()
        )
        step = max(precision, largest / EXACT_TOTAL)
        terms: list[cp_model.LinearExprT] = [
            int(instance.venue_cost / step) * opened for opened in self.opened.values()
        ]
        for g, unserved in self.unserved.items():
            terms.append(int(instance.unserved_cost * int(instance.applicants[g]) / step) * unserved)
        for (g, v), people in self.people.items():
            if instance.parts[g] == 1:
                terms.append(int(instance.travel_cost[g, v] * int(instance.applicants[g]) / step) * self.present[g, v])
            else:
                terms.append(int(instance.travel_cost[g, v] / step) * people)
        self.model.minimize(sum(terms))
        return step

    def kept_cost(self) -> float:
        """Return what is spent outside the freed part."""
        instance = self.instance
        outside = np.setdiff1d(np.arange(len(instance.applicants)), self.groups)
        closed = np.setdiff1d(np.arange(len(instance.capacity)), self.venues)
        unserved = int((instance.applicants[outside] - self.kept[outside].sum(axis=1)).sum())
        return (
            instance.venue_cost * np.count_nonzero(self.kept[:, closed].any(axis=0))
            + float((instance.travel_cost * self.kept).sum())
            + instance.unserved_cost * unserved
            + instance.sunk_cost
        )


def choose(
    instance: Instance,
    start: Loads,
    groups: NDArray[np.intp],
    venues: NDArray[np.intp],
    arcs: NDArray[np.bool_],
    effort: Effort,
) -> Answer:
    """Choose again for some groups among some venues, the rest staying as it is.

    Parameters
    ----------
    start
        A solution that keeps all rules; its loads at freed venues of groups not freed are kept.
    groups, venues
        Indices set free. A freed group has no load outside the freed venues.
    arcs
        Shape (G, V): which usable pairs to consider.

    Returns
    -------
    Answer
        `start` itself when nothing better was found. The bound holds for all solutions over `arcs` that agree with
        `start` elsewhere.
    """
    model = _Model(instance, start, groups, venues)
    model.build(arcs)
    step = model.minimise(effort.precision)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, effort.wall_s)
    solver.parameters.max_deterministic_time = effort.deterministic_s
    solver.parameters.num_workers = effort.threads
    solver.parameters.random_seed = effort.seed
    solver.parameters.cp_model_presolve = effort.presolve
    # Otherwise presolve rewrites the objective through the exactly-one rows and bounds start far below zero.
    solver.parameters.keep_all_feasible_solutions_in_presolve = True
    solver.parameters.linearization_level = 2
    status = solver.solve(model.model)
    bound = solver.best_objective_bound * step + model.kept_cost()
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(loads=start, bound=bound, proved=False)
    loads = model.kept.copy()
    for (g, v), people in model.people.items():
        loads[g, v] = solver.value(people)
    better = instance.cost(loads) < instance.cost(start)
    return Answer(loads=loads if better else start, bound=bound, proved=status == cp_model.OPTIMAL)
