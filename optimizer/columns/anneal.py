"""Improvement by simulated annealing over ruin and recreate moves (slack induction by string removals), compiled.

A move takes strings of neighbouring stops out of a few routes and inserts unassigned visits again where they gain
most, in an order drawn anew each time; it is kept by the Metropolis criterion.

References
----------
.. [1] Christiaens, Vanden Berghe, "Slack induction by string removals for vehicle routing problems",
   Transportation Science 54(2), 2020.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.chance import below, unit
from optimizer.columns.compiled import kernel
from optimizer.columns.model import Model
from optimizer.columns.pool import Pool, add_column, route_value
from optimizer.columns.routes import FAR, Routes, assign, cut, find_insertion, insert, is_open, load, refresh, score
from optimizer.columns.timing import NOWHERE, Tables

MEAN_REMOVED = 10.0  # visits removed a move, [1]_ section 5.2
LONGEST_STRING = 10.0  # stops, [1]_ section 5.2
BLINKS = (0.01, 0.1, 0.4)
STYLES = 6  # orders of insertion
MOST_HOSTS = 3  # routes ruined to make room for a visit
WHOLE = 0  # a whole route begins here
SNAPSHOT = 256  # moves between two looks at the current solution for the pool


class Workspace(NamedTuple):
    """What annealing needs besides the solution."""

    neighbours: NDArray[np.int64]  # (n, A) nearest visits, nearest first, itself included
    fit_start: NDArray[np.int64]  # (n + 1,) shifts that can serve a visit: fits[fit_start[v]:fit_start[v + 1]]
    fits: NDArray[np.int64]
    shift_class: NDArray[np.int64]  # (K,)
    alternatives: NDArray[np.bool_]  # (n,) other visits use an item of it
    remoteness: NDArray[np.float64]  # (n,) seconds from the nearest origin
    touched: NDArray[np.int64]  # (K + 1,) routes changed by the move; the last is their number
    saved_stops: NDArray[np.int64]  # (K, M) their stops before the move
    saved: NDArray[np.int64]  # (K, 3) number of stops, travel, stamp before the move; number −1: not touched
    removed: NDArray[np.bool_]  # (n,) taken out by the move
    best_stops: NDArray[np.int64]  # (K, M)
    best_count: NDArray[np.int64]  # (K,)
    best: NDArray[np.int64]  # (1,) score of the best solution


def new_workspace(model: Model) -> Workspace:
    """Build the workspace of a model."""
    tables = model.tables
    visits, shifts = tables.latest.shape
    between = tables.travel[np.ix_(tables.place, tables.place)].astype(np.int64)
    order = np.argsort(between + between.T, axis=1, kind="stable")[:, : min(visits, 100)]
    servable = tables.latest >= 0
    shared = np.bincount(tables.item, minlength=model.items) > 1
    far = tables.travel[np.ix_(np.unique(tables.origin), tables.place)] if shifts else np.zeros((1, visits))
    return Workspace(
        neighbours=np.ascontiguousarray(order, dtype=np.int64),
        fit_start=np.concatenate([[0], np.cumsum(servable.sum(axis=1))]).astype(np.int64),
        fits=np.nonzero(servable)[1].astype(np.int64),
        shift_class=model.shift_class,
        alternatives=np.array([shared[list(own)].any() for own in model.uses], dtype=np.bool_),
        remoteness=far.min(axis=0).astype(np.float64),
        touched=np.zeros(shifts + 1, dtype=np.int64),
        saved_stops=np.zeros((shifts, model.max_stops + 1), dtype=np.int64),
        saved=np.full((shifts, 3), -1, dtype=np.int64),
        removed=np.zeros(visits, dtype=np.bool_),
        best_stops=np.zeros((shifts, model.max_stops + 1), dtype=np.int64),
        best_count=np.zeros(shifts, dtype=np.int64),
        best=np.zeros(1, dtype=np.int64),
    )


@kernel
def anneal(
    tables: Tables,
    routes: Routes,
    space: Workspace,
    pool: Pool,
    generator: NDArray[np.uint64],
    moves: int,
    hot: float,
    cold: float,
) -> None:
    """Try a number of moves while the temperature falls from `hot` to `cold` (scaled points) geometrically."""
    space.removed[:] = True  # so that every unassigned visit is tried everywhere once
    _recreate(tables, routes, space, generator)
    _forget_move(space)
    current = score(tables, routes)
    if current > space.best[0]:
        _record(tables, routes, space, pool, current < space.best[0])
        _keep_best(routes, space, current)
    changed = False
    for move in range(moves):
        temperature = hot * (cold / hot) ** (move / moves)
        _ruin(tables, routes, space, generator)
        _recreate(tables, routes, space, generator)
        gain = _gain(tables, routes, space)
        if gain >= temperature * np.log(unit(generator)):
            current += gain
            changed = changed or gain != 0
            better = current > space.best[0]
            if better or (changed and move % SNAPSHOT == 0):
                _record(tables, routes, space, pool, better)
                changed = False
            if better:
                _keep_best(routes, space, current)
        else:
            _undo(tables, routes, space)
        _forget_move(space)


@kernel
def _keep_best(routes: Routes, space: Workspace, current: int) -> None:
    space.best[0] = current
    space.best_count[:] = routes.length
    space.best_stops[:] = routes.stops


@kernel
def _record(tables: Tables, routes: Routes, space: Workspace, pool: Pool, only_touched: bool) -> None:
    for shift in range(len(routes.length)):
        count = routes.length[shift]
        if count and not (only_touched and space.saved[shift, 0] < 0):
            value = route_value(tables, routes.stops[shift], count, shift)
            add_column(pool, space.shift_class[shift], routes.stops[shift], count, value)


@kernel
def _touch(routes: Routes, space: Workspace, shift: int) -> None:
    if space.saved[shift, 0] >= 0:
        return
    space.touched[space.touched[-1]] = shift
    space.touched[-1] += 1
    count = routes.length[shift]
    space.saved[shift, 0] = count
    space.saved[shift, 1] = routes.travel[shift]
    space.saved[shift, 2] = routes.stamp[shift]
    space.saved_stops[shift, :count] = routes.stops[shift, :count]


@kernel
def _gain(tables: Tables, routes: Routes, space: Workspace) -> int:
    gain = 0
    for index in range(space.touched[-1]):
        shift = space.touched[index]
        gain += tables.second_cost * (space.saved[shift, 1] - routes.travel[shift])
        for position in range(routes.length[shift]):
            visit = routes.stops[shift, position]
            gain += tables.value[visit] + tables.bonus[visit]
        for position in range(space.saved[shift, 0]):
            visit = space.saved_stops[shift, position]
            gain -= tables.value[visit] + tables.bonus[visit]
    return gain


@kernel
def _undo(tables: Tables, routes: Routes, space: Workspace) -> None:
    for index in range(space.touched[-1]):
        shift = space.touched[index]
        for position in range(routes.length[shift]):
            assign(tables, routes, routes.stops[shift, position], int(NOWHERE))
    for index in range(space.touched[-1]):
        shift = space.touched[index]
        count = space.saved[shift, 0]
        routes.length[shift] = count
        routes.stops[shift, :count] = space.saved_stops[shift, :count]
        for position in range(count):
            assign(tables, routes, routes.stops[shift, position], shift)
        refresh(tables, routes, shift)
        routes.stamp[shift] = space.saved[shift, 2]


@kernel
def _forget_move(space: Workspace) -> None:
    for index in range(space.touched[-1]):
        space.saved[space.touched[index], 0] = -1
    space.touched[-1] = 0


@kernel
def _ruin(tables: Tables, routes: Routes, space: Workspace, generator: NDArray[np.uint64]) -> None:
    visits = len(routes.host)
    space.removed[:] = False
    seed = below(generator, visits)
    if unit(generator) < 0.5:  # look for a visit that is left out
        for _ in range(8):
            if routes.host[seed] < 0 and space.fit_start[seed + 1] > space.fit_start[seed]:
                break
            seed = below(generator, visits)
    style = unit(generator)
    if style < 0.6:
        _ruin_near(tables, routes, space, generator, seed)
    else:
        _ruin_hosts(tables, routes, space, generator, seed)


@kernel
def _ruin_near(tables: Tables, routes: Routes, space: Workspace, generator: NDArray[np.uint64], seed: int) -> None:
    """Cut strings out of the routes that pass near a visit."""
    planned, used = 0, 0
    for shift in range(len(routes.length)):
        planned += routes.length[shift]
        used += 1 if routes.length[shift] else 0
    longest = min(LONGEST_STRING, planned / max(1, used))
    most = 4.0 * MEAN_REMOVED / (1.0 + longest) - 1.0
    strings = int(unit(generator) * most + 1.0)
    for visit in space.neighbours[seed]:
        shift = routes.host[visit]
        if shift < 0 or space.saved[shift, 0] >= 0:
            continue
        position = 0
        while routes.stops[shift, position] != visit:
            position += 1
        limit = min(longest, np.float64(routes.length[shift]))
        _cut_string(tables, routes, space, generator, shift, position, int(unit(generator) * limit + 1.0))
        strings -= 1
        if strings <= 0:
            break


@kernel
def _ruin_hosts(tables: Tables, routes: Routes, space: Workspace, generator: NDArray[np.uint64], seed: int) -> None:
    """Cut strings out of routes that could serve a visit."""
    options = space.fit_start[seed + 1] - space.fit_start[seed]
    if options == 0:
        return
    for _ in range(1 + below(generator, int(MOST_HOSTS))):
        shift = space.fits[space.fit_start[seed] + below(generator, options)]
        count = routes.length[shift]
        if count and space.saved[shift, 0] < 0:
            length = 1 + below(generator, min(count, int(LONGEST_STRING)))
            _cut_string(tables, routes, space, generator, shift, below(generator, count), length)


@kernel
def _cut_string(
    tables: Tables,
    routes: Routes,
    space: Workspace,
    generator: NDArray[np.uint64],
    shift: int,
    position: int,
    length: int,
) -> None:
    """Cut a string that contains a position, sometimes sparing some stops in its middle ("split string")."""
    _touch(routes, space, shift)
    count = routes.length[shift]
    length = min(length, count)
    spared = 0
    if length > 1 and unit(generator) < 0.5:
        while length + spared < count and unit(generator) > 0.5:
            spared += 1
    span = length + spared
    start = max(0, min(count - span, position - below(generator, span)))
    for index in range(start, start + span):
        space.removed[routes.stops[shift, index]] = True
    if spared:
        head = 1 + below(generator, length - 1)
        for index in range(start + head, start + head + spared):
            space.removed[routes.stops[shift, index]] = False
        cut(tables, routes, shift, start + head + spared, length - head)
        cut(tables, routes, shift, start, head)
    else:
        cut(tables, routes, shift, start, length)
    if routes.travel[shift] < 0:  # without the triangle inequality fewer stops may take longer
        for index in range(routes.length[shift]):
            space.removed[routes.stops[shift, index]] = True
        cut(tables, routes, shift, int(WHOLE), routes.length[shift])


@kernel
def _recreate(tables: Tables, routes: Routes, space: Workspace, generator: NDArray[np.uint64]) -> None:
    """Insert unassigned visits one by one where they cost least travel, if they gain."""
    visits = len(routes.host)
    waiting = np.empty(visits, dtype=np.int64)
    rank = np.empty(visits, dtype=np.float64)
    style = below(generator, int(STYLES))
    size = 0
    for visit in range(visits):
        if routes.host[visit] < 0 and space.fit_start[visit + 1] > space.fit_start[visit]:
            waiting[size] = visit
            rank[size] = _rank(tables, space, generator, style, visit)
            size += 1
    for index in np.argsort(rank[:size]):
        visit = waiting[index]
        if is_open(tables, routes, visit):
            _insert_best(tables, routes, space, generator, visit)


@kernel
def _rank(tables: Tables, space: Workspace, generator: NDArray[np.uint64], style: int, visit: int) -> float:
    """Rank a visit for insertion, lowest first, by one of several criteria, blurred."""
    blur = 0.7 + 0.6 * unit(generator)
    if tables.bonus[visit] > 0:
        return -np.inf
    value = np.float64(tables.value[visit])
    if style == 0:
        return blur
    if style == 1:
        return float(-value * blur)
    if style in (2, 3):
        return float(-value / (tables.service[visit] + 0.5 * space.remoteness[visit] + 600.0) * blur)
    if style == 4:
        return np.float64(space.fit_start[visit + 1] - space.fit_start[visit]) * blur
    return float(-space.remoteness[visit] * blur)


@kernel
def _insert_best(tables: Tables, routes: Routes, space: Workspace, generator: NDArray[np.uint64], visit: int) -> None:
    """Insert a visit at its cheapest place; one that the move did not free was tried elsewhere before."""
    best_cost, best_shift = int(FAR), int(NOWHERE)
    blink = BLINKS[below(generator, len(BLINKS))]
    everywhere = space.removed[visit] or space.alternatives[visit]
    empty_class = -1
    options = space.fits[space.fit_start[visit] : space.fit_start[visit + 1]]
    candidates = options if everywhere else space.touched[: space.touched[-1]]
    for shift in candidates:
        if tables.latest[visit, shift] < 0 or unit(generator) < blink:
            continue
        if everywhere and routes.length[shift] == 0:
            if space.shift_class[shift] == empty_class:
                continue
            empty_class = space.shift_class[shift]
        if find_insertion(tables, routes, visit, shift) >= 0 and routes.insertion_cost[visit, shift] < best_cost:
            best_cost, best_shift = int(routes.insertion_cost[visit, shift]), shift
    gain = tables.value[visit] + tables.bonus[visit] - tables.second_cost * best_cost
    if best_shift >= 0 and gain > 0:
        _touch(routes, space, best_shift)
        insert(tables, routes, visit, best_shift, routes.insertion_position[visit, best_shift])


@kernel
def resume(tables: Tables, routes: Routes, space: Workspace, stops: NDArray[np.int64], count: NDArray[np.int64]) -> int:
    """Continue from another solution; return its score."""
    load(tables, routes, stops, count)
    return score(tables, routes)
