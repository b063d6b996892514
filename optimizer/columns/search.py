"""The state of one search, and the integer choice over its columns."""

from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.anneal import Workspace, anneal, new_workspace
from optimizer.columns.chance import new_generator
from optimizer.columns.model import Model
from optimizer.columns.packing import Candidate, Choice, Effort, choose
from optimizer.columns.pool import Pool, add_column, merge, new_pool, reduced_profits, route_value
from optimizer.columns.relaxation import Relaxation
from optimizer.columns.routes import Routes, empty_routes, load
from optimizer.columns.solution import Incumbent, Patch, Solution, nobody_drives

WIDEST_CHOICE = 20_000
"""Columns of an integer choice at most, the most promising ones."""


type Column = tuple[int, tuple[int, ...], int]
"""Class, visits in order, scaled value."""


def columns_of(pool: Pool, numbers: NDArray[np.int64]) -> list[Column]:
    """Read columns out of a pool."""
    return [
        (
            int(pool.shift_class[number]),
            tuple(pool.stops[pool.start[number] : pool.start[number + 1]].tolist()),
            int(pool.value[number]),
        )
        for number in numbers.tolist()
    ]


class Search:
    """What the parts of a search share: model, pool, relaxation, incumbent and bound.

    Attributes
    ----------
    bound
        Scaled; no plan that serves all certain visits exceeds it. None before the first proof.
    """

    def __init__(self, model: Model, seed: int, threads: int) -> None:
        self.model, self.seed = model, seed
        self.incumbent = Incumbent(nobody_drives(model))
        self.lock = Lock()
        self.pool: Pool = new_pool(model)
        self.space: Workspace = new_workspace(model)
        self.relaxation = Relaxation(model, self.pool, self.lock, self.space.neighbours, threads)
        self._bonus = int(model.tables.bonus.sum())
        self._proved: int | None = None

    @property
    def bound(self) -> int | None:
        """The lowest bound proved."""
        bounds = [bound for bound in (self._proved, self.relaxation.bound) if bound is not None]
        return min(bounds, default=None)

    def note_bound(self, bound: int) -> None:
        """Remember a proof that no better plan than `bound` (scaled) exists."""
        self._proved = bound if self._proved is None else min(self._proved, bound)

    def value(self) -> int | None:
        """Return the scaled objective of the incumbent, None while it leaves out a certain visit."""
        solution = self.incumbent.solution
        planned = np.zeros(len(self.model.visits), dtype=np.bool_)
        for shift in np.flatnonzero(solution.count).tolist():
            planned[solution.stops[shift, : solution.count[shift]]] = True
        return None if (self.model.certain & ~planned).any() else solution.score - self._bonus

    def value_of(self, solution: Solution) -> int:
        """Return the scaled objective of a solution, bonuses not counted."""
        planned = np.flatnonzero(solution.count).tolist()
        bonus = sum(int(self.model.tables.bonus[solution.stops[k, : solution.count[k]]].sum()) for k in planned)
        return solution.score - bonus

    def gap(self) -> int | None:
        """Return bound − objective, scaled, when both are known."""
        bound, value = self.bound, self.value()
        return None if bound is None or value is None else max(0, bound - value)

    def profits(self) -> NDArray[np.int64]:
        """Return the reduced profit of every column of the pool at the prices of the best bound."""
        visit_price = self.model.visit_prices(self.relaxation.item_price)
        return reduced_profits(self.pool, visit_price, self.relaxation.class_price)

    def choose(
        self, columns: Sequence[Column], base: Solution, shifts: Sequence[int], effort: Effort
    ) -> tuple[Choice, Patch | None]:
        """Choose new routes for some shifts of a solution among columns.

        Parameters
        ----------
        columns
            Elementary, of classes of the shifts, of items that no other shift uses. The present routes of the
            shifts need not be among them.
        """
        model, tables = self.model, self.model.tables
        complete = self.value() is not None
        sizes = np.bincount(model.shift_class[list(shifts)], minlength=len(model.classes))
        present = [(int(model.shift_class[shift]), base.route(shift)) for shift in shifts if base.count[shift]]
        values = {(shift_class, stops): value for shift_class, stops, value in columns}
        for route in present:
            if route not in values:
                values[route] = self._route_value(route)
        routes = list(values)
        candidates = [
            Candidate(
                shift_class=shift_class,
                items=tuple(model.items_of(stops)),
                value=value if complete else value + int(tables.bonus[list(stops)].sum()),
            )
            for (shift_class, stops), value in values.items()
        ]
        certain = frozenset(np.flatnonzero(model.certain_items).tolist()) if complete else frozenset()
        known = set(present)
        hint = frozenset(position for position, route in enumerate(routes) if route in known)
        choice = choose(candidates, sizes, certain, hint, effort)
        if choice.chosen is None:
            return choice, None
        chosen = tuple(routes[position] for position in choice.chosen)
        return choice, Patch(base=base, shifts=tuple(shifts), routes=chosen)

    def _route_value(self, route: tuple[int, tuple[int, ...]]) -> int:
        shift = int(self.model.classes[route[0]][0])
        stops = np.array(route[1], dtype=np.int64)
        return int(route_value(self.model.tables, stops, len(stops), shift))

    def apply(self, patch: Patch | None) -> bool:
        """Offer new routes to the incumbent and the pool; tell whether the incumbent became better."""
        if patch is None:
            return False
        with self.lock:
            for route in patch.routes:
                stops = np.array(route[1], dtype=np.int64)
                add_column(self.pool, route[0], stops, len(stops), self._route_value(route))
        return self.incumbent.offer_patch(self.model, patch)

    def recombine(self, effort: Effort) -> bool:
        """Choose the best plan out of the whole pool; tell whether the incumbent became better."""
        profits = self.profits()
        columns = np.flatnonzero(self.pool.elementary[: len(profits)])
        gap = self.gap()
        if gap is not None:
            columns = columns[profits[columns] >= -gap]
        columns = columns[np.argsort(-profits[columns], kind="stable")][:WIDEST_CHOICE]
        base = self.incumbent.solution
        _, patch = self.choose(columns_of(self.pool, columns), base, range(len(self.model.shifts)), effort)
        return self.apply(patch)


class Walker:
    """One solution being annealed, with its own random numbers and columns."""

    def __init__(self, search: Search, seed: int) -> None:
        self._search = search
        self._routes: Routes = empty_routes(search.model)
        self._space: Workspace = new_workspace(search.model)
        self._pool: Pool = new_pool(search.model, capacity=20_000)
        self._generator = new_generator(seed)
        values = search.model.tables.value[search.model.tables.value > 0]
        self._mean = float(values.mean()) if len(values) else 1.0

    def restart(self, solution: Solution) -> None:
        """Continue from a solution."""
        load(self._search.model.tables, self._routes, solution.stops, solution.count)
        self._space.best[0] = solution.score
        self._space.best_count[:] = solution.count
        self._space.best_stops[:] = solution.stops

    def walk(self, moves: int, hot: float, cold: float) -> bool:
        """Try moves between two temperatures in mean values of a visit; tell whether the incumbent became better."""
        search = self._search
        anneal(
            search.model.tables,
            self._routes,
            self._space,
            self._pool,
            self._generator,
            moves,
            hot * self._mean,
            cold * self._mean,
        )
        with search.lock:
            merge(search.pool, self._pool)
        if self._space.best[0] <= search.incumbent.solution.score:
            return False
        return search.incumbent.offer(
            Solution(
                stops=self._space.best_stops.copy(),
                count=self._space.best_count.copy(),
                score=int(self._space.best[0]),
            )
        )
