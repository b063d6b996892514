"""The integer choice: which columns make the best plan, by CP-SAT, with its proof."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

RESOLUTION = 1e10
"""Values are rounded up to this fraction of their sum: small enough for proofs, large enough for int64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A column to choose: its class, its items, its scaled value."""

    shift_class: int
    items: tuple[int, ...]
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long one choice may take: seconds by the clock, CP-SAT's deterministic time, or both."""

    seconds: float | None
    deterministic: float | None
    seed: int
    workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Positions of the chosen candidates (None: none found) and a proved upper bound of the value, scaled."""

    chosen: tuple[int, ...] | None
    bound: int
    proved: bool


def choose(
    candidates: Sequence[Candidate],
    sizes: NDArray[np.int64],
    certain: frozenset[int],
    hint: frozenset[int],
    effort: Effort,
) -> Choice:
    """Choose candidates of the highest total value.

    Parameters
    ----------
    sizes
        (classes,) how many candidates of a class may be chosen.
    certain
        Items that must be covered; every other at most once.
    hint
        Positions of a choice to start from.
    """
    model = cp_model.CpModel()
    picks = [model.new_bool_var("") for _ in candidates]
    unit = max(1, math.floor(sum(abs(candidate.value) for candidate in candidates) / RESOLUTION))
    by_item, by_class = defaultdict(list), defaultdict(list)
    for pick, candidate in zip(picks, candidates, strict=True):
        by_class[candidate.shift_class].append(pick)
        for item in candidate.items:
            by_item[item].append(pick)
    for item, own in by_item.items():
        if item in certain:
            model.add_exactly_one(own)
        else:
            model.add_at_most_one(own)
    for shift_class, own in by_class.items():
        if sizes[shift_class] == 1:
            model.add_at_most_one(own)
        else:
            model.add(cp_model.LinearExpr.sum(own) <= int(sizes[shift_class]))
    weights = [-(-candidate.value // unit) for candidate in candidates]
    model.maximize(cp_model.LinearExpr.weighted_sum(picks, weights))
    if hint:
        for position, pick in enumerate(picks):
            model.add_hint(pick, position in hint)
    return _solved(model, picks, unit, effort)


def _solved(model: cp_model.CpModel, picks: list[cp_model.IntVar], unit: int, effort: Effort) -> Choice:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = effort.workers
    solver.parameters.linearization_level = 2  # the linear relaxation is what makes packings easy
    solver.parameters.random_seed = effort.seed
    if effort.deterministic is not None:
        solver.parameters.max_deterministic_time = effort.deterministic
    if effort.seconds is not None:
        solver.parameters.max_time_in_seconds = max(0.01, effort.seconds)
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    values = np.array(solver.response_proto.solution, dtype=np.int64) if found else None
    return Choice(
        chosen=None if values is None else tuple(np.flatnonzero(values).tolist()),
        bound=math.ceil(solver.best_objective_bound) * unit if found else 2**62,
        proved=status in (cp_model.OPTIMAL, cp_model.INFEASIBLE),
    )
