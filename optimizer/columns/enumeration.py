"""Enumeration of all columns that could be part of a better plan, and the exact choice among them.

A plan better than the incumbent uses only routes whose reduced profit lies above −gap: prices of the bound charge
every other route more than the gap leaves [1]_. When these are few, the integer choice among them is a proof.

References
----------
.. [1] Baldacci, Christofides, Mingozzi, "An exact algorithm for the vehicle routing problem based on the set
   partitioning formulation with additional cuts", Mathematical Programming 115, 2008.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.graph import FORBIDDEN
from optimizer.columns.labels import EVERY, Labels, new_labels
from optimizer.columns.packing import Effort
from optimizer.columns.pool import Pool, empty, new_pool, reduced_profits
from optimizer.columns.priced import Harvest, new_harvest, price
from optimizer.columns.relaxation import collect
from optimizer.columns.search import Column, Search, columns_of
from optimizer.columns.solution import Solution

MOST_ENUMERATED = 30_000
MOST_LABELS_PROVING, MOST_LABELS_NEARBY = 15_000, 6_000  # a class
WORTH_ANOTHER = 0.7
"""A proof is tried again when the gap has shrunk by this factor."""
FEW, MANY = 300, 3000
"""Fewer columns near a visit widen the next enumeration, more narrow it."""


class Enumerator:
    """Enumerates columns into the pool; one for each thread."""

    def __init__(self, search: Search, seed: int) -> None:
        self._search = search
        self._labels: Labels = new_labels(MOST_LABELS_PROVING, search.relaxation.words)
        self._harvest: Harvest = new_harvest(MOST_ENUMERATED * 4, min(search.model.max_stops, 24))
        self._pool: Pool = new_pool(search.model, capacity=4 * MOST_ENUMERATED)
        self._random = np.random.default_rng(seed)
        self._margin = 0.3 * float(search.model.tables.value.mean()) if len(search.model.visits) else 0.0
        self._shifts = min(8, len(search.model.shifts))
        self._tried_gap: int | None = None

    def _enumerate(
        self, classes: NDArray[np.int64], visit_price: NDArray[np.int64], margin: int, most_labels: int
    ) -> bool:
        """Add every route with a reduced profit above −margin to the own pool; false when it was cut."""
        relaxation = self._search.relaxation
        self._harvest.used[0] = 0
        best = np.zeros(len(relaxation.class_price), dtype=np.int64)
        complete = price(
            self._search.model.tables,
            classes,
            relaxation.representative,
            visit_price,
            relaxation.class_price - margin,
            relaxation.remembers,
            self._search.model.shortcut_s,
            self._labels,
            self._harvest,
            EVERY,
            most_labels,
            most_labels,
            best,
        )
        collect(self._search.model.tables, self._pool, self._harvest, relaxation.representative)
        return bool(complete) and self._harvest.used[0] < len(self._harvest.shift_class)

    def prove(self, effort: Effort) -> bool:
        """Try to close the gap by an exact choice; tell whether it was worth trying."""
        search = self._search
        gap = search.gap()
        if gap is None or (self._tried_gap is not None and gap > WORTH_ANOTHER * self._tried_gap):
            return False
        self._tried_gap = gap
        empty(self._pool)
        visit_price = search.model.visit_prices(search.relaxation.item_price)
        for number in range(len(search.model.classes)):
            one = np.array([number], dtype=np.int64)
            complete = self._enumerate(one, visit_price, gap + 1, MOST_LABELS_PROVING)
            if not complete or self._pool.used[0] > MOST_ENUMERATED:
                return False
        columns = columns_of(self._pool, np.arange(self._pool.used[0]))
        base = search.incumbent.solution
        value = search.value()
        choice, patch = search.choose(columns, base, range(len(search.model.shifts)), effort)
        search.apply(patch)
        if value is not None:
            search.note_bound(max(value, choice.bound))
        return True

    def improve(self, effort: Effort) -> bool:
        """Free some shifts and choose their routes anew; tell whether the incumbent became better."""
        search, model = self._search, self._search.model
        base = search.incumbent.solution
        shifts = self._neighbourhood(base)
        if not shifts:
            return False
        free = self._free_visits(base, shifts)
        visit_price = np.full(len(model.visits), FORBIDDEN, dtype=np.int64)
        visit_price[free] = model.visit_prices(search.relaxation.item_price)[free]
        classes = np.unique(model.shift_class[shifts])
        empty(self._pool)
        complete = self._enumerate(classes, visit_price, int(self._margin), MOST_LABELS_NEARBY)
        columns = self._best_columns(self._pool, visit_price, classes)
        if len(columns) > MANY or not complete:
            self._margin *= 0.8
            columns += self._best_columns(search.pool, visit_price, classes)
        elif len(columns) < FEW:
            self._margin *= 1.25
        choice, patch = search.choose(columns[: 2 * MANY], base, shifts, effort)
        self._shifts = min(len(model.shifts), self._shifts + 1) if choice.proved else max(1, self._shifts - 2)
        return search.apply(patch)

    def _best_columns(self, pool: Pool, visit_price: NDArray[np.int64], classes: NDArray[np.int64]) -> list[Column]:
        """Read the columns of some classes with a reduced profit above −margin, the best first."""
        profits = reduced_profits(pool, visit_price, self._search.relaxation.class_price)
        usable = np.zeros(len(self._search.model.classes), dtype=np.bool_)
        usable[classes] = True
        keep = (profits >= -int(self._margin)) & usable[pool.shift_class[: len(profits)]]
        numbers = np.flatnonzero(keep & pool.elementary[: len(profits)])
        return columns_of(pool, numbers[np.argsort(-profits[numbers], kind="stable")][:MANY])

    def _neighbourhood(self, base: Solution) -> list[int]:
        """Choose shifts around a visit: hosts that it could have, or routes that pass near it."""
        space, random = self._search.space, self._random
        seed = int(random.integers(len(space.alternatives)))
        hosts = space.fits[space.fit_start[seed] : space.fit_start[seed + 1]]
        wanted = int(random.integers(max(1, self._shifts // 2), self._shifts + 1))
        chosen: dict[int, None] = {}
        if random.random() < 0.5:
            for shift in random.permutation(hosts)[: max(1, wanted // 2)].tolist():
                chosen[shift] = None
        host = np.full(len(space.alternatives), -1, dtype=np.int64)
        for shift in np.flatnonzero(base.count).tolist():
            host[base.stops[shift, : base.count[shift]]] = shift
        for visit in space.neighbours[seed].tolist():
            if len(chosen) >= wanted:
                break
            if host[visit] >= 0:
                chosen[int(host[visit])] = None
        for shift in random.permutation(hosts).tolist():
            if len(chosen) >= wanted:
                break
            chosen[shift] = None
        return list(chosen)

    def _free_visits(self, base: Solution, shifts: Sequence[int]) -> NDArray[np.int64]:
        """List the visits of the shifts, and the unassigned ones of whose items nobody else uses any."""
        model = self._search.model
        kept = np.zeros(model.items, dtype=np.int64)
        for shift in np.setdiff1d(np.flatnonzero(base.count), shifts).tolist():
            kept[model.items_of(base.route(shift))] = 1
        return np.flatnonzero(model.visit_prices(kept) == 0)
