"""The master problem: the linear relaxation of choosing columns, solved again and again as columns arrive."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt  # type: ignore[import-untyped]  # ships no type hints

from optimizer.columns.model import Model


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Duals:
    """Prices of a master solution in points: of each item, and of each class of shifts."""

    objective: float
    item: NDArray[np.float64]
    shift_class: NDArray[np.float64]


class MasterFailedError(RuntimeError):
    """The linear solver gave up."""


class Master:
    """Choose columns to maximise their value: each item at most once, each class at most as often as it has shifts.

    Certain items (required, pinned) must be covered; a slack at a price above everything else keeps that feasible.
    """

    def __init__(self, model: Model) -> None:
        self._model = mathopt.Model()
        self._scale = model.scale
        self._rows = [self._model.add_linear_constraint(ub=1.0) for _ in range(model.items)]
        self._class_rows = [self._model.add_linear_constraint(ub=float(len(own))) for own in model.classes]
        self._items_of = model.items_of
        self._variables: list[mathopt.Variable] = []
        self._fixed: list[int] = []
        self._model.objective.is_maximize = True
        penalty = float(model.tables.bonus.max(initial=0)) / model.scale
        for item in np.flatnonzero(model.certain_items):
            self._rows[item].lower_bound = 1.0
            slack = self._model.add_variable(lb=0.0)
            self._rows[item].set_coefficient(slack, 1.0)
            self._model.objective.set_linear_coefficient(slack, -penalty)
        self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)
        self._reading = mathopt.ModelSolveParameters(
            variable_values_filter=mathopt.VariableFilter(skip_zero_values=True),
            reduced_costs_filter=mathopt.VariableFilter(filtered_items=[]),
        )

    @property
    def columns(self) -> int:
        """The number of columns so far."""
        return len(self._variables)

    def add(self, value: int, shift_class: int, visits: Sequence[int]) -> None:
        """Add a column: its scaled value, its class and its visits (an item may be used twice)."""
        variable = self._model.add_variable(lb=0.0)
        self._variables.append(variable)
        self._model.objective.set_linear_coefficient(variable, value / self._scale)
        self._class_rows[shift_class].set_coefficient(variable, 1.0)
        items, counts = np.unique(self._items_of(visits), return_counts=True)
        for item, count in zip(items.tolist(), counts.tolist(), strict=True):
            self._rows[item].set_coefficient(variable, float(count))

    def disable(self, column: int) -> None:
        """Take a column, numbered in order of addition, out of the choice."""
        self._variables[column].upper_bound = 0.0

    def fix(self, column: int) -> None:
        """Choose a column for good, until `release`."""
        self._variables[column].lower_bound = 1.0
        self._fixed.append(column)

    def release(self) -> None:
        """Undo every `fix`."""
        for column in self._fixed:
            self._variables[column].lower_bound = 0.0
        self._fixed.clear()

    def solve(self) -> Duals:
        """Solve the relaxation over the columns added so far.

        Raises
        ------
        MasterFailedError
            When the solver gives up, on numbers too far apart.
        """
        result = self._solver.solve(model_params=self._reading)
        if result.termination.reason is not mathopt.TerminationReason.OPTIMAL:
            raise MasterFailedError(str(result.termination))
        self._result, self._solved = result, len(self._variables)
        return Duals(
            objective=result.objective_value(),
            item=np.array(result.dual_values(self._rows)),
            shift_class=np.array(result.dual_values(self._class_rows)),
        )

    def values(self) -> NDArray[np.float64]:
        """Return the value of every column that the last solution knew."""
        known = self._result.variable_values()
        return np.array([known.get(variable, 0.0) for variable in self._variables[: self._solved]])
