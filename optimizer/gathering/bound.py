"""A strong lower bound: column generation over venues, stabilised, with a valid Lagrangian bound at every step."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt  # type: ignore[import-untyped]  # ships no stubs

from optimizer.gathering.instance import Instance, Loads
from optimizer.gathering.pricing import Column, Priced, Pricer

SUBGRADIENT_STEPS = 25
SMOOTHING = 0.7
"""Weight of the best prices so far against those of the master (Wentges 1997)."""
USED = 1e-6
REPRICINGS = 1
SURE = 0.7
"""Columns used at least this much are fixed together in a dive: no two of them can overlap."""
CLOSED = 1e-5
"""Relative distance of master and bound at which column generation ends."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Used:
    """A column in an optimum of the master, and how much of it."""

    variable: mathopt.Variable
    column: Column
    value: float


class _Master:
    """The linear master: each group at most once, each venue at most once; grows by columns."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.model = mathopt.Model()
        self.model.objective.is_maximize = False
        self.groups = [self.model.add_linear_constraint(lb=1.0, ub=1.0) for _ in instance.applicants]
        self.venues = [self.model.add_linear_constraint(ub=1.0) for _ in instance.capacity]
        self.known: set[tuple[int, bytes, bytes]] = set()
        self.columns: list[tuple[mathopt.Variable, Column]] = []
        for row, people in zip(self.groups, instance.applicants, strict=True):
            left = self.model.add_variable(lb=0.0)
            row.set_coefficient(left, 1.0)
            self.model.objective.set_linear_coefficient(left, instance.unserved_cost * float(people))
        self.solver = mathopt.IncrementalSolver(self.model, mathopt.SolverType.GLOP)

    def add(self, column: Column) -> bool:
        key = (column.venue, column.groups.tobytes(), column.shares.tobytes())
        if key in self.known:
            return False
        self.known.add(key)
        use = self.model.add_variable(lb=0.0)
        self.venues[column.venue].set_coefficient(use, 1.0)
        for g, share in zip(column.groups.tolist(), column.shares.tolist(), strict=True):
            self.groups[g].set_coefficient(use, share)
        self.model.objective.set_linear_coefficient(use, column.cost)
        self.columns.append((use, column))
        return True

    def solve(self) -> tuple[float, NDArray[np.float64]]:
        """Return the optimum, sunk cost included, and the prices of the groups."""
        self.result = result = self.solver.solve()
        return result.objective_value() + self.instance.sunk_cost, np.array(result.dual_values(self.groups))

    def by_use(self) -> list[_Used]:
        """Return the columns that the last optimum uses, most used first."""
        values = self.result.variable_values([variable for variable, _ in self.columns])
        used = [
            _Used(variable=variable, column=column, value=value)
            for (variable, column), value in zip(self.columns, values, strict=True)
            if value > USED
        ]
        return sorted(used, key=lambda entry: -entry.value)

    def fix(self, entry: _Used) -> None:
        """Use a column wholly from now on."""
        entry.variable.lower_bound = 1.0


class ColumnGeneration:
    """Raises the bound step by step; after any step its best prices and its rounded master can be used.

    A few subgradient steps give prices of the right size; then master and pricing alternate, the pricing between the
    best prices and the master's. Every bound is valid, whenever the caller stops.

    Parameters
    ----------
    loads
        A good solution: it gives the first prices and the length of the steps.

    References
    ----------
    .. [1] Wentges, Weighted Dantzig–Wolfe decomposition for linear mixed-integer programming, ITOR 4(2), 1997.
    .. [2] Held, Wolfe, Crowder, Validation of subgradient optimization, Mathematical Programming 6, 1974.
    """

    def __init__(self, instance: Instance, loads: Loads) -> None:
        self.instance = instance
        self.target = instance.cost(loads)
        self.pricer = Pricer(instance)
        self.master = _Master(instance)
        self.prices = _guess(instance, loads)
        self.bound = -np.inf

    def steps(self) -> Iterator[float]:
        """Yield the best bound after every pricing until it meets the master."""
        for prices, priced in _subgradient(self.instance, self.pricer, self.prices, self.target):
            self._take(prices, priced)
            yield self.bound
        smoothing = SMOOTHING
        while True:
            optimum, duals = self.master.solve()
            if optimum - self.bound <= CLOSED * abs(optimum):
                return
            prices = smoothing * self.prices + (1 - smoothing) * duals
            raised, new = self._take(prices, self.pricer.price(prices))
            yield self.bound
            if smoothing == 0.0 and not new and not raised:
                return
            smoothing = SMOOTHING if new else 0.0

    def _take(self, prices: NDArray[np.float64], priced: Priced) -> tuple[bool, int]:
        new = sum([self.master.add(column) for column in priced.columns])
        raised = priced.bound > self.bound
        if raised:
            self.prices, self.bound = prices, priced.bound
        return raised, new

    def dive(self) -> Iterator[Loads]:
        """Give venues their columns for good, the most used first, pricing anew in between; yield what is fixed.

        Uses up the master: no more steps afterwards.
        """
        loads = self.instance.empty()
        while True:
            self._reprice(loads)
            used = [entry for entry in self.master.by_use() if not loads[:, entry.column.venue].any()]
            whole = [entry for entry in used if (entry.column.shares == 1).all()]
            if not whole:
                return
            for entry in whole[:1] + [entry for entry in whole[1:] if entry.value >= SURE]:
                self.master.fix(entry)
                groups = entry.column.groups
                loads[groups, entry.column.venue] = self.instance.applicants[groups]
            yield loads.copy()

    def _reprice(self, loads: Loads) -> None:
        """Add columns for those without a venue until none pays or enough was tried."""
        for _ in range(REPRICINGS):
            _, duals = self.master.solve()
            priced = self.pricer.price(duals, loads.any(axis=1))
            if not sum([self.master.add(column) for column in priced.columns if not loads[:, column.venue].any()]):
                return
        self.master.solve()

    def priced(self) -> Priced:
        """Price once more at the best prices."""
        return self.pricer.price(self.prices)


def _guess(instance: Instance, loads: Loads) -> NDArray[np.float64]:
    """Price each group at its share of what its venue costs now, or at what leaving it costs."""
    crowd = np.maximum(loads.sum(axis=0), 1)
    share = (loads * (instance.travel_cost + instance.venue_cost / crowd)).sum(axis=1)
    return np.where(loads.any(axis=1), share, instance.unserved_cost * instance.applicants)


def _subgradient(
    instance: Instance, pricer: Pricer, prices: NDArray[np.float64], target: float
) -> Iterator[tuple[NDArray[np.float64], Priced]]:
    unserved = instance.unserved_cost * instance.applicants
    best, best_bound = prices, -np.inf
    step, stalled = 1.0, 0
    direction = np.zeros(len(prices))
    for _ in range(SUBGRADIENT_STEPS):
        priced = pricer.price(prices)
        yield prices, priced
        slope = 1.0 - (unserved < prices)
        for column in priced.columns:
            slope[column.groups] -= column.shares
        stalled += 1
        if priced.bound > best_bound:
            best, best_bound, stalled = prices, priced.bound, 0
        elif stalled == 5:
            prices, stalled, step = best, 0, step / 2
        direction = 0.3 * direction + slope
        length = float(direction @ direction)
        if length < 1e-9:
            return
        prices = prices + step * max(target - priced.bound, 0.0) / length * direction
