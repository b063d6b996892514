"""Which groups should share a venue, given what serving each is worth: a knapsack for every venue at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.gathering.instance import Instance

MAX_CELLS = 400_000_000
"""Groups × venues × places: beyond it the tables would take too much memory and time."""
NEVER = -1e15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """A venue and who comes: group indices, the share of each group, and what it costs in all."""

    venue: int
    groups: NDArray[np.intp]
    shares: NDArray[np.float64]
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Priced:
    """Answer of a pricing: the Lagrangian bound and, for each venue that pays, its best column."""

    bound: float
    columns: tuple[Column, ...]
    gains: NDArray[np.float64]


class Pricer:
    """Solves, by dynamic programming over exact loads, the best use of every venue for given prices of groups.

    Groups larger than every capacity fill what room is left, as if they could be cut freely and regardless of the
    minimum: so their part of the bound stays valid, if weak.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        whole = instance.parts == 1
        attainable = (instance.usable & whole[:, None]).T @ instance.applicants
        self.places = int(np.minimum(instance.capacity, attainable).max(initial=0))
        self.cost = instance.travel_cost * instance.applicants[:, None]
        self.whole = np.flatnonzero(whole)
        self.frail = np.flatnonzero(whole & instance.vulnerable)
        self.cut = np.flatnonzero(~whole)
        self.venues = [np.flatnonzero(row) for row in instance.usable]
        loads = np.arange(self.places + 1)[None, :]
        self.has_cut = instance.usable[self.cut].any(axis=0)
        self.loads_allowed = loads <= instance.capacity[:, None]
        self.loads_enough = self.loads_allowed & ((loads >= instance.minimum) | self.has_cut[:, None])

    @staticmethod
    def is_affordable(instance: Instance) -> bool:
        """Tell whether the tables stay within reason."""
        return instance.usable.size * int(instance.capacity.max(initial=0)) <= MAX_CELLS

    def price(self, prices: NDArray[np.float64], taken: NDArray[np.bool_] | None = None) -> Priced:
        """Find the best column of each venue.

        Parameters
        ----------
        prices
            Shape (G,): what serving a group is worth.
        taken
            Shape (G,): groups to leave out, for instance because they were given a venue for good.

        Returns
        -------
        Priced
            `gains`, shape (V,): worth less cost of the best column, the venue's cost included. The bound is valid for
            any prices (Lagrangian relaxation of "every group at one venue").
        """
        instance = self.instance
        profit = prices[:, None] - self.cost
        rates = self._rates(prices)
        whole = self.whole if taken is None else self.whole[~taken[self.whole]]
        frail = self.frail if taken is None else self.frail[~taken[self.frail]]
        best, steps = self._fill(profit, whole, self.places)
        filled = best + np.where(self.loads_allowed, self._room(), 0) * np.maximum(rates, 0)[:, None]
        value, load = _best_load(np.where(self.loads_enough, filled, NEVER))
        low = min(max(instance.minimum - 1, 0), self.places)
        frail_best, frail_steps = self._fill(profit, frail, low)
        frail_value, frail_load = _best_load(np.where(self.loads_allowed[:, : low + 1], frail_best, NEVER)[:, 1:])
        gains = np.maximum(value, frail_value) - instance.venue_cost
        columns = []
        for v in np.flatnonzero(gains > 0).tolist():
            if value[v] >= frail_value[v]:
                groups = self._trace(steps, whole, v, int(load[v]))
                columns.append(self._column(v, groups, int(load[v]), rates[v] > 0, prices))
            else:
                groups = self._trace(frail_steps, frail, v, int(frail_load[v]) + 1)
                columns.append(self._column(v, groups, 0, False, prices))
        unserved = instance.unserved_cost * instance.applicants
        bound = float(prices.sum() + np.minimum(0, unserved - prices).sum() - np.maximum(0, gains).sum())
        return Priced(bound=bound + instance.sunk_cost, columns=tuple(columns), gains=gains)

    def arc_bounds(self, prices: NDArray[np.float64], priced: Priced) -> NDArray[np.float64]:
        """Bound the cost of all solutions in which a group is at a venue, shape (G, V); infinite where not usable.

        The minimum is waived here, which only lowers the bounds. Pairs of groups that may be cut are left at the bound.
        """
        bounds = np.where(self.instance.usable, priced.bound, np.inf)
        profit = prices[:, None] - self.cost
        rates = np.maximum(self._rates(prices), 0)
        for v in range(len(self.instance.capacity)):
            groups = self.whole[self.instance.usable[self.whole, v]]
            if len(groups):
                limit = int(self.instance.capacity[v])
                forced = _forced(profit[groups, v], self.instance.applicants[groups], limit, float(rates[v]))
                gain = max(float(priced.gains[v]), 0.0)
                bounds[groups, v] += gain - (forced - self.instance.venue_cost)
        return bounds

    def _rates(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what one more person of a cut group is worth at each venue, shape (V,)."""
        if not len(self.cut):
            return np.zeros(len(self.instance.capacity))
        each = (prices / self.instance.applicants)[self.cut, None] - self.instance.travel_cost[self.cut]
        return np.asarray(np.where(self.instance.usable[self.cut], each, 0.0).max(axis=0))

    def _room(self) -> NDArray[np.int64]:
        return self.instance.capacity[:, None] - np.arange(self.places + 1)[None, :]

    def _fill(
        self, profit: NDArray[np.float64], groups: NDArray[np.intp], places: int
    ) -> tuple[NDArray[np.float64], list[NDArray[np.bool_]]]:
        """Return the best profit for each exact load, shape (V, places + 1), and who was taken to reach it."""
        best = np.full((len(self.instance.capacity), places + 1), NEVER)
        best[:, 0] = 0.0
        steps = []
        for g in groups.tolist():
            venues, people = self.venues[g], int(self.instance.applicants[g])
            if people > places:
                steps.append(np.zeros((len(venues), 0), dtype=bool))
                continue
            rows = best[venues]
            offered = rows[:, : places + 1 - people] + profit[g, venues][:, None]
            better = offered > rows[:, people:]
            np.copyto(rows[:, people:], offered, where=better)
            best[venues] = rows
            steps.append(better)
        return best, steps

    def _trace(self, steps: list[NDArray[np.bool_]], groups: NDArray[np.intp], v: int, load: int) -> NDArray[np.intp]:
        chosen = []
        for index in range(len(groups) - 1, -1, -1):
            g = int(groups[index])
            if not self.instance.usable[g, v] or not steps[index].shape[1]:
                continue
            people = int(self.instance.applicants[g])
            row = int(np.searchsorted(self.venues[g], v))
            if load >= people and steps[index][row, load - people]:
                chosen.append(g)
                load -= people
        return np.array(chosen[::-1], dtype=np.intp)

    def _column(self, v: int, groups: NDArray[np.intp], load: int, filled: bool, prices: NDArray[np.float64]) -> Column:
        cost = self.instance.venue_cost + float(self.cost[groups, v].sum())
        shares = np.ones(len(groups))
        room = int(self.instance.capacity[v]) - load
        if filled and room > 0:
            each = (prices / self.instance.applicants)[self.cut] - self.instance.travel_cost[self.cut, v]
            g = int(self.cut[np.where(self.instance.usable[self.cut, v], each, NEVER).argmax()])
            groups = np.append(groups, g)
            shares = np.append(shares, room / int(self.instance.applicants[g]))
            cost += room * float(self.instance.travel_cost[g, v])
        return Column(venue=v, groups=groups, shares=shares, cost=cost)


def _best_load(filled: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    if not filled.shape[1]:
        return np.full(len(filled), NEVER), np.zeros(len(filled), dtype=np.intp)
    load = filled.argmax(axis=1)
    return filled[np.arange(len(filled)), load], load


def _forced(profit: NDArray[np.float64], people: NDArray[np.int64], limit: int, rate: float) -> NDArray[np.float64]:
    """Return, for each item of a knapsack, the best profit of all fillings that contain it; room left earns `rate`."""
    after = [rate * np.arange(limit + 1, dtype=np.float64)]
    for gain, size in zip(profit[::-1].tolist(), people[::-1].tolist(), strict=True):
        filled = after[-1].copy()
        np.maximum(filled[size:], after[-1][: limit + 1 - size] + gain, out=filled[size:])
        after.append(filled)
    before = np.full(limit + 1, NEVER)
    before[0] = 0.0
    best = np.empty(len(profit))
    for index, (gain, size) in enumerate(zip(profit.tolist(), people.tolist(), strict=True)):
        rest = after[len(profit) - 1 - index]
        room = limit - size
        best[index] = gain + (before[: room + 1] + rest[room::-1]).max()
        filled = before.copy()
        np.maximum(filled[size:], before[: limit + 1 - size] + gain, out=filled[size:])
        before = filled
    return best
