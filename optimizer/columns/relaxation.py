"""Column generation: the linear relaxation over all routes, and with it a valid bound of every plan.

For any prices π of items (π >= 0 where an item may be left out) the best routes give the Lagrangian bound

    Σ π_i + Σ_k shifts_k · max(0, best profit of a route of class k under π).

It holds whatever the prices are, so rounding them to integers costs nothing but a little strength. Prices are
smoothed towards those of the best bound so far [1]_, and ng-memories grow where the relaxation exploits cycles [2]_.

References
----------
.. [1] Pessoa, Sadykov, Uchoa, Vanderbeck, "Automation and combination of linear-programming based stabilization
   techniques in column generation", INFORMS Journal on Computing 30(2), 2018.
.. [2] Roberti, Mingozzi, "Dynamic ng-path relaxation for the delivery man problem", Transportation Science 48(3), 2014.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.compiled import kernel
from optimizer.columns.labels import FAST, PROVED, Labels, new_labels
from optimizer.columns.master import Duals, Master, MasterFailedError
from optimizer.columns.model import Model
from optimizer.columns.pool import Pool, add_column, reduced_profits, route_value
from optimizer.columns.priced import Harvest, new_harvest, price
from optimizer.columns.timing import Tables

NEAR = 8  # visits whose items a label remembers at first
MOST_REMEMBERED = 40  # items to which memories may grow
ROUTES_A_CLASS = 20  # taken from one pricing
CLASSES_A_ROUND = 64  # of fast pricing
ENOUGH_NEW = 0.25  # new columns a class, below which fast pricing gives way to the proof
SMOOTHING = 0.7
NEARLY_CHOSEN = 0.9
FIXED_A_STEP = 0.06  # of the routes still open
TOLERANCE = 1e-7  # relative distance of bound and relaxation at which they count as equal
MOST_LABELS = 1_000_000
LABEL_BYTES = 400_000_000


class Relaxation:
    """The master problem, its columns' origin, and the best bound so far.

    Attributes
    ----------
    bound
        Scaled; no plan that serves all certain items exceeds it. None before the first proof.
    item_price, class_price
        The prices of that bound, scaled; a class price is proved to exceed no route's profit.
    settled
        The relaxation has been solved once, with the memories of the start.
    converged
        It is solved, and memories need not grow any more: the bound cannot improve.
    """

    def __init__(self, model: Model, pool: Pool, lock: Lock, neighbours: NDArray[np.int64], threads: int) -> None:
        self._model, self._pool, self._lock = model, pool, lock
        self._master = Master(model)
        self._loaded: list[int] = []
        self._in_master = np.zeros(len(pool.value), dtype=np.bool_)
        self.remembers = np.zeros((len(model.visits), model.items), dtype=np.bool_)
        for visit, near in enumerate(neighbours[:, : NEAR + 1]):
            self.remembers[visit, model.items_of(near)] = True
        self.words = _words(model)
        capacity = min(MOST_LABELS, LABEL_BYTES // (60 + 8 * self.words))
        self._rooms: tuple[tuple[Labels, Harvest], ...] = tuple(
            (new_labels(capacity, self.words), new_harvest(100_000, min(model.max_stops, 24)))
            for _ in range(min(threads, 2))
        )
        self.representative = np.array([own[0] for own in model.classes], dtype=np.int64)
        self.sizes = np.array([len(own) for own in model.classes], dtype=np.int64)
        self.bound: int | None = None
        self.item_price = np.zeros(model.items, dtype=np.int64)
        self.class_price = np.zeros(len(model.classes), dtype=np.int64)
        self.converged = False
        self.settled = False
        self._all_classes = np.arange(len(model.classes), dtype=np.int64)
        self._turn = 0
        self._poor = 0  # classes in a row that fast pricing found hardly any columns for
        self._proving = False
        self._smoothing = SMOOTHING
        self.duals: Duals | None = None

    def round(self, most_labels: int) -> tuple[int, bool]:
        """Solve the master problem once and price once.

        Returns
        -------
        work, complete
            In units of about a microsecond, and whether no pricing search was cut.
        """
        self._load_from_pool()
        try:
            duals = self.duals = self._master.solve()
        except MasterFailedError:
            self.settled = self.converged = True  # the bound stays as good as it is
            return self._work(), True
        item, shift_class = self._prices(duals, smooth=self._proving)
        best = np.zeros(len(self.class_price), dtype=np.int64)
        if not self._proving:
            classes = self._next_classes()
            complete = self._price(item, shift_class, FAST, most_labels, best, classes)
            new = self._collect()
            self._poor = self._poor + len(classes) if new < ENOUGH_NEW * len(classes) else 0
            self._proving = self._poor >= len(self.class_price)
            return self._work(), complete
        self._poor = 0
        complete = self._price(item, shift_class, PROVED, most_labels, best, self._all_classes)
        new = self._collect()
        self._note_bound(item, best)
        self._adapt(duals, new, complete)
        return self._work(), complete

    def prove_next(self) -> None:
        """Let the next round prove a bound, whatever fast pricing would still find."""
        self._proving = True

    def dive(self, most_labels: int, go_on: Callable[[int], bool]) -> list[tuple[int, tuple[int, ...]]]:
        """Round the relaxation to a plan: fix what it is surest of, generate columns for the rest, again and again.

        Parameters
        ----------
        go_on
            Told the work of each step; when it returns False, the rest is rounded at once.

        Returns
        -------
        list
            (class, visits in order) of every route.
        """
        fixed: list[int] = []
        patient = True
        while patient:
            patient = go_on(self._work() // 1000 + 1)
            try:
                duals = self.duals = self._master.solve()
            except MasterFailedError:
                break
            surest = self._surest(fixed, FIXED_A_STEP if patient else 1.0)
            if not surest:
                break
            for column in surest:
                self._master.fix(column)
            fixed += surest
            item, shift_class = self._prices(duals, smooth=False)
            self._price(item, shift_class, FAST, most_labels, np.zeros_like(shift_class), self._next_classes())
            self._collect()
        self._master.release()
        return [self._route(self._loaded[column]) for column in fixed]

    def _surest(self, fixed: list[int], share: float) -> list[int]:
        """List columns to fix next: those nearly chosen anyway, or else the likeliest, a share of the rest."""
        values = self._master.values()
        values[fixed] = 0.0
        values[~self._pool.elementary[self._loaded[: len(values)]]] = 0.0
        order = np.argsort(-values, kind="stable")
        few = max(1, round(share * float(values.sum())))
        certain = int(np.count_nonzero(values > NEARLY_CHOSEN))
        chosen = order[: max(certain, few)] if share < 1.0 else order
        return self._compatible([int(column) for column in chosen if values[column] > 1e-6], fixed)

    def _compatible(self, columns: list[int], fixed: list[int]) -> list[int]:
        """Keep the columns that can be chosen together with those before them and those fixed."""
        taken: set[int] = set()
        left = self.sizes.copy()
        kept = []
        for column in [*fixed, *columns]:
            shift_class, stops = self._route(self._loaded[column])
            items = set(self._model.items_of(stops))
            if not items & taken and left[shift_class] > 0:
                taken |= items
                left[shift_class] -= 1
                kept.append(column)
        return kept[len(fixed) :]

    def _route(self, number: int) -> tuple[int, tuple[int, ...]]:
        pool = self._pool
        stops = tuple(pool.stops[pool.start[number] : pool.start[number + 1]].tolist())
        return int(pool.shift_class[number]), stops

    def _work(self) -> int:
        return 200 * len(self.class_price) + 50 * self._master.columns

    def _price(
        self,
        item: NDArray[np.int64],
        shift_class: NDArray[np.int64],
        mode: int,
        most_labels: int,
        best: NDArray[np.int64],
        classes: NDArray[np.int64],
    ) -> bool:
        """Price classes, in two threads when there is room and enough to do; the order of columns is the same."""
        visit = self._model.visit_prices(item)

        def part(number: int) -> bool:
            labels, harvest = self._rooms[number]
            harvest.used[0] = 0
            return price(
                self._model.tables,
                np.ascontiguousarray(classes[number :: len(self._rooms)]),
                self.representative,
                visit,
                shift_class,
                self.remembers,
                self._model.shortcut_s,
                labels,
                harvest,
                mode,
                most_labels,
                ROUTES_A_CLASS,
                best,
            )

        with ThreadPoolExecutor(max_workers=1) as helper:
            others = [helper.submit(part, number) for number in range(1, len(self._rooms))]
            return all([part(0), *(other.result() for other in others)])

    def _next_classes(self) -> NDArray[np.int64]:
        """Take turns: so many classes that the master problem is solved about as long as routes are priced."""
        self._turn = (self._turn + 1) % -(-len(self._all_classes) // CLASSES_A_ROUND)
        return self._all_classes[self._turn * CLASSES_A_ROUND : (self._turn + 1) * CLASSES_A_ROUND]

    def _prices(self, duals: Duals, *, smooth: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        scale = self._model.scale
        item, shift_class = duals.item * scale, duals.shift_class * scale
        if smooth and self.bound is not None:
            item = self._smoothing * self.item_price + (1 - self._smoothing) * item
            shift_class = self._smoothing * self.class_price + (1 - self._smoothing) * shift_class
        free = ~self._model.certain_items
        item[free] = np.maximum(item[free], 0.0)
        return np.rint(item).astype(np.int64), np.rint(np.maximum(shift_class, 0.0)).astype(np.int64)

    def _note_bound(self, item: NDArray[np.int64], best: NDArray[np.int64]) -> None:
        bound = int(item.sum()) + int((self.sizes * best).sum())
        if self.bound is None or bound < self.bound:
            self.bound, self.item_price, self.class_price = bound, item, best

    def _adapt(self, duals: Duals, new: int, complete: bool) -> None:
        """Decide how to price next: prove again with other prices, go back to fast pricing, or end."""
        relaxed = duals.objective * self._model.scale
        if self.bound is not None and self.bound - relaxed <= TOLERANCE * abs(relaxed):
            self.settled = True
            self.converged = not self._grow_memories()
            self._smoothing = SMOOTHING
        elif new == 0 and self._smoothing == 0.0:
            self.settled = True
            self.converged = not (complete and self._grow_memories())
        elif new == 0:
            self._smoothing = self._smoothing / 2 if self._smoothing > 0.1 else 0.0
        else:
            self._smoothing = SMOOTHING
            self._proving = new < len(self.class_price)

    def _collect(self) -> int:
        """Move harvested routes into the pool and the master problem."""
        with self._lock:
            before = int(self._pool.used[0])
            for _, harvest in self._rooms:
                collect(self._model.tables, self._pool, harvest, self.representative)
            after = int(self._pool.used[0])
        self._load(range(before, after))
        return after - before

    def _load(self, columns: range | list[int]) -> None:
        pool = self._pool
        for column in columns:
            stops = pool.stops[pool.start[column] : pool.start[column + 1]].tolist()
            self._master.add(int(pool.value[column]), int(pool.shift_class[column]), stops)
            self._in_master[column] = True
            self._loaded.append(column)

    def _load_from_pool(self) -> None:
        """Load columns of others that would improve the relaxation, the best first."""
        used = int(self._pool.used[0])
        waiting = np.flatnonzero(~self._in_master[:used])
        if self.duals is not None and len(waiting):
            scale = self._model.scale
            visit = self._model.visit_prices(np.rint(self.duals.item * scale).astype(np.int64))
            shift_class = np.rint(self.duals.shift_class * scale).astype(np.int64)
            profit = reduced_profits(self._pool, visit, shift_class)[waiting]
            waiting = waiting[np.argsort(-profit, kind="stable")][: np.count_nonzero(profit > 0)]
        self._load(waiting[:2000].tolist())

    def _grow_memories(self) -> bool:
        """Let labels remember the items that cycles in the relaxation return to; false when there are none."""
        values = self._master.values()
        grown = False
        for column in np.flatnonzero(values > 1e-6).tolist():
            number = self._loaded[column]
            stops = self._pool.stops[self._pool.start[number] : self._pool.start[number + 1]]
            grown = self._forbid_cycles(stops) or grown
        if grown:
            for column, number in enumerate(self._loaded):
                stops = self._pool.stops[self._pool.start[number] : self._pool.start[number + 1]]
                if not self._remembered(stops):
                    self._master.disable(column)
        return grown

    def _forbid_cycles(self, stops: NDArray[np.int64]) -> bool:
        grown = False
        for first, last, item in _cycles(self._model, stops):
            inner = stops[first : last + 1]
            if self.remembers[inner].sum(axis=1).max() < MOST_REMEMBERED:
                self.remembers[inner, item] = True
                grown = True
        return grown

    def _remembered(self, stops: NDArray[np.int64]) -> bool:
        """Tell whether a route is still an ng-route: every cycle passes a visit that has forgotten its start."""
        return not any(
            self.remembers[stops[first + 1 : last], item].all() for first, last, item in _cycles(self._model, stops)
        )


def _cycles(model: Model, stops: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """List the shortest cycles of a route: positions (first, last) that use the same item, and the item."""
    seen: dict[int, int] = {}
    cycles = []
    for position, visit in enumerate(stops.tolist()):
        for item in model.uses[visit]:
            if item in seen:
                cycles.append((seen[item], position, item))
            seen[item] = position
    return cycles


def _words(model: Model) -> int:
    """Return how many words hold a bit for each item that one shift may use."""
    servable = (np.flatnonzero(model.tables.latest[:, own[0]] >= 0) for own in model.classes)
    most = max((len(set(model.items_of(visits.tolist()))) for visits in servable), default=0)
    return max(1, (most + 63) // 64)


@kernel
def collect(tables: Tables, pool: Pool, harvest: Harvest, representative: NDArray[np.int64]) -> None:
    """Add harvested routes to the pool."""
    for route in range(harvest.used[0]):
        stops = harvest.stops[harvest.start[route] : harvest.start[route + 1]]
        shift_class = harvest.shift_class[route]
        value = route_value(tables, stops, len(stops), representative[shift_class])
        add_column(pool, shift_class, stops, len(stops), value)
