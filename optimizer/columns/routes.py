"""The routes of a solution as arrays, with the insertion of visits into them, compiled."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.compiled import kernel
from optimizer.columns.model import Model
from optimizer.columns.timing import NEVER, NOWHERE, Tables, arrives, drive, schedule, serve

FAR = 1 << 30
"""More than any detour, s."""


class Routes(NamedTuple):
    """A solution: one route a shift. A `stamp` names the content of a route: equal stamps, equal routes.

    `insertion_*` remember the cheapest insertion of every visit into every route at the stamp it was found for.
    """

    stops: NDArray[np.int64]  # (K, M) visits in order
    length: NDArray[np.int64]  # (K,) stops
    travel: NDArray[np.int64]  # (K,) seconds
    stamp: NDArray[np.int64]  # (K + 1,); the last is the last stamp given out
    forward: NDArray[np.int64]  # (K, M + 1, S)
    backward: NDArray[np.int64]  # (K, M + 1, S)
    host: NDArray[np.int64]  # (n,) shift, -1 when unassigned
    taken: NDArray[np.int64]  # (items,) planned visits that use the item: 0 or 1
    insertion_stamp: NDArray[np.int64]  # (n, K)
    insertion_cost: NDArray[np.int64]  # (n, K) more seconds of travel
    insertion_position: NDArray[np.int64]  # (n, K), -1: does not fit


def empty_routes(model: Model) -> Routes:
    """Build the solution in which nobody drives."""
    visits, shifts = model.tables.latest.shape
    states = int(model.tables.states.max(initial=1))
    routes = Routes(
        stops=np.zeros((shifts, model.max_stops + 1), dtype=np.int64),
        length=np.zeros(shifts, dtype=np.int64),
        travel=np.zeros(shifts, dtype=np.int64),
        stamp=np.zeros(shifts + 1, dtype=np.int64),
        forward=np.zeros((shifts, model.max_stops + 2, states), dtype=np.int64),
        backward=np.zeros((shifts, model.max_stops + 2, states), dtype=np.int64),
        host=np.full(visits, -1, dtype=np.int64),
        taken=np.zeros(model.items, dtype=np.int64),
        insertion_stamp=np.full((visits, shifts), -1, dtype=np.int64),
        insertion_cost=np.zeros((visits, shifts), dtype=np.int64),
        insertion_position=np.full((visits, shifts), -1, dtype=np.int64),
    )
    for shift in range(shifts):
        refresh(model.tables, routes, shift)
    return routes


@kernel
def refresh(tables: Tables, routes: Routes, shift: int) -> None:
    """Recompute times and travel of a route whose stops have changed, and give it a new stamp."""
    routes.travel[shift] = schedule(
        tables, shift, routes.stops[shift], routes.length[shift], routes.forward[shift], routes.backward[shift]
    )
    routes.stamp[-1] += 1
    routes.stamp[shift] = routes.stamp[-1]


@kernel
def is_open(tables: Tables, routes: Routes, visit: int) -> bool:
    """Tell whether no planned visit uses an item that a visit needs."""
    for index in range(tables.first_item[visit], tables.first_item[visit + 1]):
        if routes.taken[tables.item[index]] > 0:
            return False
    return True


@kernel
def assign(tables: Tables, routes: Routes, visit: int, shift: int) -> None:
    """Note the shift that serves a visit from now on, `NOWHERE` for none, and that its items are taken or free."""
    routes.host[visit] = shift
    for index in range(tables.first_item[visit], tables.first_item[visit + 1]):
        routes.taken[tables.item[index]] += 1 if shift >= 0 else -1


@kernel
def insert(tables: Tables, routes: Routes, visit: int, shift: int, position: int) -> None:
    """Place a visit in a route."""
    row = routes.stops[shift]
    for index in range(routes.length[shift], position, -1):
        row[index] = row[index - 1]
    row[position] = visit
    routes.length[shift] += 1
    assign(tables, routes, visit, shift)
    refresh(tables, routes, shift)


@kernel
def cut(tables: Tables, routes: Routes, shift: int, start: int, length: int) -> None:
    """Take consecutive stops out of a route."""
    row = routes.stops[shift]
    for index in range(start, start + length):
        assign(tables, routes, row[index], int(NOWHERE))
    for index in range(start + length, routes.length[shift]):
        row[index - length] = row[index]
    routes.length[shift] -= length
    refresh(tables, routes, shift)


@kernel
def find_insertion(tables: Tables, routes: Routes, visit: int, shift: int) -> int:
    """Find the position where a visit costs least travel, −1 when it fits nowhere; remembers the answer."""
    if routes.insertion_stamp[visit, shift] != routes.stamp[shift]:
        routes.insertion_stamp[visit, shift] = routes.stamp[shift]
        if tables.states[shift] == 1:
            _find_plain(tables, routes, visit, shift)
        else:
            _find_with_breaks(tables, routes, visit, shift)
    return int(routes.insertion_position[visit, shift])


@kernel
def _find_plain(tables: Tables, routes: Routes, visit: int, shift: int) -> None:
    best, best_position = int(NEVER), int(NOWHERE)
    place, service, latest = tables.place[visit], tables.service[visit], tables.latest[visit, shift]
    first, last = tables.first_window[visit, shift], tables.last_window[visit, shift]
    opens = tables.window_start[first] if last > first else NEVER
    count = routes.length[shift]
    before = tables.origin[shift]
    for position in range(count + 1):
        ready = routes.forward[shift, position, 0]
        if ready > latest:
            break
        after = tables.place[routes.stops[shift, position]] if position < count else tables.home[shift]
        limit = routes.backward[shift, position, 0] - service - tables.travel[place, after]
        ready += tables.travel[before, place]
        if ready <= limit and opens <= limit:
            cost = tables.travel[before, place] + tables.travel[place, after]
            if count:
                cost -= tables.travel[before, after]
            if cost < best and ready <= latest:
                start = opens
                if ready > opens:
                    start = NEVER
                    for window in range(first, last):
                        if ready <= tables.window_end[window]:
                            start = max(ready, tables.window_start[window])
                            break
                if start <= limit and start <= latest and start <= tables.window_end[last - 1]:
                    best, best_position = cost, position
        before = after
    routes.insertion_cost[visit, shift] = min(best, FAR)
    routes.insertion_position[visit, shift] = best_position


@kernel
def _find_with_breaks(tables: Tables, routes: Routes, visit: int, shift: int) -> None:
    best, best_position = int(NEVER), int(NOWHERE)
    place, states, count = tables.place[visit], tables.states[shift], routes.length[shift]
    before = tables.origin[shift]
    times = np.empty(states, dtype=np.int64)
    for position in range(count + 1):
        after = tables.place[routes.stops[shift, position]] if position < count else tables.home[shift]
        cost = tables.travel[before, place] + tables.travel[place, after]
        if count:
            cost -= tables.travel[before, after]
        if cost < best:
            times[:] = routes.forward[shift, position, :states]
            drive(tables, shift, times, tables.travel[before, place])
            if serve(tables, visit, shift, times):
                drive(tables, shift, times, tables.travel[place, after])
                if arrives(times, routes.backward[shift, position], states):
                    best, best_position = cost, position
        before = after
    routes.insertion_cost[visit, shift] = min(best, FAR)
    routes.insertion_position[visit, shift] = best_position


@kernel
def score(tables: Tables, routes: Routes) -> int:
    """Return the scaled objective, required visits counted with their bonus."""
    total = 0
    for visit in range(len(routes.host)):
        if routes.host[visit] >= 0:
            total += tables.value[visit] + tables.bonus[visit]
    for shift in range(len(routes.length)):
        total -= tables.second_cost * routes.travel[shift]
    return total


@kernel
def load(tables: Tables, routes: Routes, stops: NDArray[np.int64], count: NDArray[np.int64]) -> None:
    """Replace the solution by the one given: stops (K, M) and their number (K,)."""
    routes.host[:] = -1
    routes.taken[:] = 0
    for shift in range(len(count)):
        same = routes.length[shift] == count[shift]
        for position in range(count[shift]):
            visit = stops[shift, position]
            same = same and routes.stops[shift, position] == visit
            routes.stops[shift, position] = visit
            assign(tables, routes, visit, shift)
        routes.length[shift] = count[shift]
        if not same:
            refresh(tables, routes, shift)
