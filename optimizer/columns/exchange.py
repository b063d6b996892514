"""One visit against the routes of a solution, compiled: where it fits, what would have to go, how much time is lacking.

The statements that plans make about visits left out rest on these searches, and the exchanges that they find to be
profitable are carried out first.
"""

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.compiled import kernel
from optimizer.columns.routes import Routes, cut, find_insertion, insert, is_open
from optimizer.columns.timing import NEVER, NOWHERE, Tables, arrives, drive, serve, take_breaks

NO_GAIN = -(1 << 61)
ONE = 1


@kernel
def cheapest_insertion(tables: Tables, routes: Routes, visit: int) -> tuple[int, int, int]:
    """Return (seconds of travel, shift, position) of the cheapest insertion; shift −1 when it fits nowhere."""
    cost, best_shift, best_position = int(NEVER), int(NOWHERE), int(NOWHERE)
    for shift in range(len(routes.length)):
        if tables.latest[visit, shift] >= 0:
            position = find_insertion(tables, routes, visit, shift)
            if position >= 0 and routes.insertion_cost[visit, shift] < cost:
                cost, best_shift, best_position = int(routes.insertion_cost[visit, shift]), shift, position
    return cost, best_shift, best_position


@kernel
def best_replacement(tables: Tables, routes: Routes, visit: int) -> tuple[int, int, int, int]:
    """Find the consecutive stops of a route in whose place the visit fits at the least loss.

    Returns
    -------
    gain, shift, start, length
        The scaled gain of the exchange, bonuses counted; shift −1 when there is none.
    """
    best, best_shift = int(NO_GAIN), int(NOWHERE)
    best_start, best_length = int(NOWHERE), int(NOWHERE)
    worth = tables.value[visit] + tables.bonus[visit]
    for shift in range(len(routes.length)):
        if tables.latest[visit, shift] < 0:
            continue
        times = np.empty(tables.states[shift], dtype=np.int64)
        count = routes.length[shift]
        for start in range(count):
            times[:] = routes.forward[shift, start, : tables.states[shift]]
            before = tables.place[routes.stops[shift, start - 1]] if start else tables.origin[shift]
            drive(tables, shift, times, tables.travel[before, tables.place[visit]])
            if not serve(tables, visit, shift, times):
                continue
            loss = tables.second_cost * tables.travel[before, tables.place[visit]]
            place = before
            for end in range(start + 1, count + 1):
                gone = routes.stops[shift, end - 1]
                loss += tables.value[gone] + tables.bonus[gone]
                loss -= tables.second_cost * tables.travel[place, tables.place[gone]]
                place = tables.place[gone]
                after = tables.place[routes.stops[shift, end]] if end < count else tables.home[shift]
                onward = tables.travel[tables.place[visit], after]
                gain = worth - loss - tables.second_cost * (onward - tables.travel[place, after])
                if gain > best and _meets(tables, routes, shift, end, times, onward):
                    best, best_shift, best_start, best_length = gain, shift, start, end - start
    return best, best_shift, best_start, best_length


@kernel
def _meets(tables: Tables, routes: Routes, shift: int, position: int, times: NDArray[np.int64], seconds: int) -> bool:
    onward = times.copy()
    drive(tables, shift, onward, seconds)
    return arrives(onward, routes.backward[shift, position], tables.states[shift])


@kernel
def least_overtime(tables: Tables, routes: Routes, visit: int, able: NDArray[np.bool_]) -> tuple[int, int]:
    """Find the shift that would have to end least later to let the visit in, all its stops kept.

    Returns
    -------
    seconds, shift
        Shift −1 when windows forbid it whatever the shifts' ends are.
    """
    best, best_shift = int(NEVER), int(NOWHERE)
    for shift in range(len(routes.length)):
        if not able[shift]:
            continue
        for position in range(routes.length[shift] + 1):
            overtime = _overtime(tables, routes, visit, shift, position)
            if overtime < best:
                best, best_shift = overtime, shift
    return best, best_shift


@kernel
def _overtime(tables: Tables, routes: Routes, visit: int, shift: int, position: int) -> int:
    states, count = tables.states[shift], routes.length[shift]
    times = routes.forward[shift, position, :states].copy()
    place = tables.place[routes.stops[shift, position - 1]] if position else tables.origin[shift]
    for index in range(position - 1, count):
        stop = visit if index == position - 1 else routes.stops[shift, index]
        drive(tables, shift, times, tables.travel[place, tables.place[stop]])
        alive = False
        for state in range(states):
            start = _window_start(tables, stop, shift, times[state])
            times[state] = min(NEVER, start + tables.service[stop])
            alive = alive or start < NEVER
        if not alive:
            return NEVER
        place = tables.place[stop]
    drive(tables, shift, times, tables.travel[place, tables.home[shift]])
    take_breaks(tables, shift, times)
    return max(0, times[states - 1] - tables.shift_end[shift]) if times[states - 1] < NEVER else NEVER


@kernel
def _window_start(tables: Tables, visit: int, shift: int, ready: int) -> int:
    for window in range(tables.first_window[visit, shift], tables.last_window[visit, shift]):
        if ready <= tables.window_end[window]:
            return int(max(ready, tables.window_start[window]))
    return NEVER


@kernel
def _exchange(tables: Tables, routes: Routes, visit: int, shift: int, start: int, length: int) -> bool:
    """Put a visit at its best place in a route in exchange for stops, if that gains; tell whether it did."""
    count = routes.length[shift]
    before = routes.stops[shift, :count].copy()
    gain = tables.second_cost * routes.travel[shift] + tables.value[visit] + tables.bonus[visit]
    for index in range(start, start + length):
        gain -= tables.value[before[index]] + tables.bonus[before[index]]
    cut(tables, routes, shift, start, length)
    position = find_insertion(tables, routes, visit, shift)
    if position >= 0:
        insert(tables, routes, visit, shift, position)
        if routes.travel[shift] >= 0 and gain > tables.second_cost * routes.travel[shift]:
            return True
        cut(tables, routes, shift, position, int(ONE))
    for index in range(start, start + length):
        insert(tables, routes, before[index], shift, index)
    return False


@kernel
def polish(tables: Tables, routes: Routes) -> None:
    """Carry out every insertion, and every exchange of one visit for consecutive stops, that gains."""
    again = True
    while again:
        again = False
        for visit in range(len(routes.host)):
            if routes.host[visit] >= 0 or not is_open(tables, routes, visit):
                continue
            cost, shift, position = cheapest_insertion(tables, routes, visit)
            worth = tables.value[visit] + tables.bonus[visit]
            if shift >= 0:
                if worth > tables.second_cost * cost:
                    insert(tables, routes, visit, shift, position)
                    again = True
                continue
            _, shift, start, length = best_replacement(tables, routes, visit)
            if shift >= 0 and _exchange(tables, routes, visit, shift, start, length):
                again = True
