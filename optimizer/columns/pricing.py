"""Pricing: the most profitable routes of a class of shifts under given duals, by labelling, compiled.

Partial routes (labels) are extended in order of time. A label is dropped when another one at the same visit is as
early, as profitable and remembers no item more (dominance), or when even the completion bound cannot lift it above
the threshold. Labels remember only items of visits near the current one (ng-routes [1]_), a relaxation: routes may use
again an item they have forgotten. All arithmetic is on integers, so that "no better route exists" is exact.

References
----------
.. [1] Baldacci, Mingozzi, Roberti, "New route relaxation and pricing strategies for the vehicle routing problem",
   Operations Research 59(5), 2011.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.compiled import kernel
from optimizer.columns.timing import NEVER, Tables, earliest_start, take_breaks

FAST, PROVED, EVERY = 0, 1, 2
"""Modes of a search. `FAST`: elementary routes, dominance ignores memories, may miss routes. `PROVED`: ng-routes,
nothing better is missed. `EVERY`: for each set of items above the threshold its best elementary route."""
FORBIDDEN = 1 << 58
"""A dual that keeps a visit out of every route."""
UNBOUNDED = 1 << 61
SLOT_BITS = (6, 9)  # time slots of the completion bound are 2 ** 6 = 64 to 512 s wide
NONE = -1
NOTHING = 0


class Labels(NamedTuple):
    """Room for the labels of one search, and for the best routes that it finds."""

    node: NDArray[np.int64]  # (C,)
    time: NDArray[np.int64]
    profit: NDArray[np.int64]
    breaks: NDArray[np.int64]  # set of breaks taken
    parent: NDArray[np.int64]
    same_node: NDArray[np.int64]  # next label of the same visit and slot
    same_slot: NDArray[np.int64]  # next label to extend in the slot
    alive: NDArray[np.bool_]
    memory: NDArray[np.uint64]  # (C, W)
    found: NDArray[np.int64]  # (C,) last labels of routes above the threshold
    found_profit: NDArray[np.int64]  # (C,)


def new_labels(capacity: int, words: int) -> Labels:
    """Reserve room for labels over at most 64 × `words` items."""
    return Labels(
        node=np.zeros(capacity, dtype=np.int64),
        time=np.zeros(capacity, dtype=np.int64),
        profit=np.zeros(capacity, dtype=np.int64),
        breaks=np.zeros(capacity, dtype=np.int64),
        parent=np.zeros(capacity, dtype=np.int64),
        same_node=np.zeros(capacity, dtype=np.int64),
        same_slot=np.zeros(capacity, dtype=np.int64),
        alive=np.zeros(capacity, dtype=np.bool_),
        memory=np.zeros((capacity, words), dtype=np.uint64),
        found=np.zeros(capacity, dtype=np.int64),
        found_profit=np.zeros(capacity, dtype=np.int64),
    )


class Graph(NamedTuple):
    """The visits that a shift may serve with profit (m nodes), cut to what labelling needs."""

    visits: NDArray[np.int64]  # (m,)
    travel: NDArray[np.int64]  # (m, m)
    out: NDArray[np.int64]  # (m,) from the origin
    back: NDArray[np.int64]  # (m,) to the home location
    profit: NDArray[np.int64]  # (m,) value − dual
    opens: NDArray[np.int64]  # (m,) first window
    closes: NDArray[np.int64]
    simple: NDArray[np.bool_]  # (m,) there is only that window
    word: NDArray[np.int64]  # (m,) where the bit of the first item stands in a memory
    bit: NDArray[np.uint64]
    several: NDArray[np.bool_]  # (m,) the visit uses more items than that
    uses: NDArray[np.uint64]  # (m, W) the bits of all items
    keep: NDArray[np.uint64]  # (m, W) what a label at the node remembers
    bound: NDArray[np.int64]  # (m, slots) what can still be earned after a service that ends in the slot
    slot_bits: int  # width 2 ** bits seconds; 0: no completion bound


@kernel
def select_nodes(tables: Tables, shift: int, dual: NDArray[np.int64], shortcut: NDArray[np.int64]) -> NDArray[np.int64]:
    """List visits worth passing: leaving one out that does not pay costs neither time nor travel elsewhere."""
    chosen = np.empty(len(tables.place), dtype=np.int64)
    size = 0
    for visit in range(len(tables.place)):
        if tables.latest[visit, shift] < 0:
            continue
        if dual[visit] >= FORBIDDEN:
            continue
        gain = tables.value[visit] - dual[visit]
        excess = shortcut[tables.place[visit]]
        if gain + tables.second_cost * excess > 0 or tables.service[visit] < excess:
            chosen[size] = visit
            size += 1
    return chosen[:size]


@kernel
def build_graph(
    tables: Tables,
    shift: int,
    visits: NDArray[np.int64],
    dual: NDArray[np.int64],
    remembers: NDArray[np.bool_],
    elementary: bool,
) -> Graph:
    """Build the graph of a shift under duals (n,); `remembers[v, i]`: a label at visit v remembers item i."""
    size = len(visits)
    places = tables.place[visits]
    travel = np.empty((size, size), dtype=np.int64)
    opens, closes = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
    simple = np.empty(size, dtype=np.bool_)
    profit = np.empty(size, dtype=np.int64)
    out, back = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
    for index in range(size):
        visit = visits[index]
        for other in range(size):
            travel[index, other] = tables.travel[places[index], places[other]]
        out[index] = tables.travel[tables.origin[shift], places[index]]
        back[index] = tables.travel[places[index], tables.home[shift]]
        profit[index] = tables.value[visit] - dual[visit]
        first, last = tables.first_window[visit, shift], tables.last_window[visit, shift]
        simple[index] = last - first == 1
        opens[index] = tables.window_start[first]
        closes[index] = min(tables.latest[visit, shift], tables.window_end[last - 1])
    word, bit, several, uses, keep = _memories(tables, visits, remembers, elementary)
    slot_bits = _slot_bits(tables, visits, travel)
    bound = np.empty((0, 0), np.int64)
    graph = Graph(
        visits, travel, out, back, profit, opens, closes, simple, word, bit, several, uses, keep, bound, slot_bits
    )
    bound = _completion(tables, shift, graph)
    return Graph(
        visits, travel, out, back, profit, opens, closes, simple, word, bit, several, uses, keep, bound, slot_bits
    )


@kernel
def _memories(
    tables: Tables, visits: NDArray[np.int64], remembers: NDArray[np.bool_], elementary: bool
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.bool_], NDArray[np.uint64], NDArray[np.uint64]]:
    """Number the items of a graph and return its `word`, `bit`, `several`, `uses` and `keep`."""
    size = len(visits)
    local = np.full(remembers.shape[1], NONE, dtype=np.int64)
    known = np.empty(remembers.shape[1], dtype=np.int64)
    items = 0
    for visit in visits:
        for index in range(tables.first_item[visit], tables.first_item[visit + 1]):
            if local[tables.item[index]] == NONE:
                local[tables.item[index]] = items
                known[items] = tables.item[index]
                items += 1
    words = max(1, (items + 63) >> 6)
    word, bit = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.uint64)
    several = np.empty(size, dtype=np.bool_)
    uses, keep = np.zeros((size, words), dtype=np.uint64), np.zeros((size, words), dtype=np.uint64)
    for node in range(size):
        first, last = tables.first_item[visits[node]], tables.first_item[visits[node] + 1]
        several[node] = last - first > 1
        for index in range(last - 1, first - 1, -1):
            own = local[tables.item[index]]
            word[node], bit[node] = own >> 6, np.uint64(1) << np.uint64(own & 63)
            uses[node, word[node]] |= bit[node]
        for own in range(items):
            if elementary or remembers[visits[node], known[own]]:
                keep[node, own >> 6] |= np.uint64(1) << np.uint64(own & 63)
    return word, bit, several, uses, keep


@kernel
def _slot_bits(tables: Tables, visits: NDArray[np.int64], travel: NDArray[np.int64]) -> int:
    """Choose slots so narrow that every step leads to a later one; 0 when they would be too narrow."""
    step = int(1 << SLOT_BITS[1])
    for index in range(len(visits)):
        nearest = int(NEVER)
        for other in range(len(visits)):
            if other != index:
                nearest = min(nearest, travel[other, index])
        step = min(step, tables.service[visits[index]] + min(nearest, travel[index, index]))
    bits = int(SLOT_BITS[1])
    while bits >= SLOT_BITS[0] and 1 << bits > step:
        bits -= 1
    return bits if bits >= SLOT_BITS[0] else 0


@kernel
def _start(tables: Tables, shift: int, graph: Graph, node: int, ready: int) -> int:
    if graph.simple[node]:
        start = max(ready, graph.opens[node])
        return start if start <= graph.closes[node] else NEVER
    return earliest_start(tables, graph.visits[node], shift, ready)


@kernel
def _completion(tables: Tables, shift: int, graph: Graph) -> NDArray[np.int64]:
    """Bound what can be earned after a service that ends in a slot, visits allowed again and again."""
    if graph.slot_bits == 0:
        return np.empty((0, 0), dtype=np.int64)
    size = len(graph.visits)
    begin, end = tables.shift_start[shift], tables.shift_end[shift]
    slots = ((end - begin) >> graph.slot_bits) + 1
    bound = np.full((size, slots), -UNBOUNDED, dtype=np.int64)
    service = tables.service[graph.visits]
    for slot in range(slots - 1, -1, -1):
        now = begin + (slot << graph.slot_bits)
        for node in range(size):
            best = -UNBOUNDED
            if now + graph.back[node] <= end:
                best = -tables.second_cost * graph.back[node]
            for target in range(size):
                ready = now + graph.travel[node, target]
                if ready > graph.closes[target] or target == node:
                    continue
                start = _start(tables, shift, graph, target, ready)
                later = (start + service[target] - begin) >> graph.slot_bits
                if later < slots:
                    gain = graph.profit[target] - tables.second_cost * graph.travel[node, target]
                    best = max(best, gain + bound[target, later])
            bound[node, slot] = best
    return bound


@kernel
def _remaining(graph: Graph, node: int, offset: int) -> int:
    """Return the completion bound after a service that ends `offset` seconds into the shift."""
    if graph.slot_bits == 0:
        return UNBOUNDED >> 1
    return int(graph.bound[node, min(offset >> graph.slot_bits, graph.bound.shape[1] - 1)])


@kernel
def root_bound(tables: Tables, shift: int, graph: Graph) -> int:
    """Bound the profit of every route from the completion bounds alone."""
    best = int(NOTHING)
    for node in range(len(graph.visits)):
        start = _start(tables, shift, graph, node, tables.shift_start[shift] + graph.out[node])
        if start < NEVER:
            offset = start + tables.service[graph.visits[node]] - tables.shift_start[shift]
            gain = graph.profit[node] - tables.second_cost * graph.out[node]
            best = max(best, gain + _remaining(graph, node, offset))
    return best


class Search(NamedTuple):
    """The state of one search: lists of labels by visit and slot, queues by slot, and its tally."""

    at_node: NDArray[np.int64]  # (m, slots) newest label
    head: NDArray[np.int64]  # (slots,) queue of labels to extend
    tail: NDArray[np.int64]
    ready: NDArray[np.int64]  # (states,) scratch
    times: NDArray[np.int64]  # (states,) scratch
    tally: NDArray[np.int64]  # (4,) labels used, routes found, best profit, 1 when cut for lack of room
    threshold: int
    mode: int
    slot_bits: int


@kernel
def search(
    tables: Tables, shift: int, graph: Graph, labels: Labels, threshold: int, mode: int, most_labels: int
) -> tuple[int, int, bool]:
    """Search routes of a shift with a profit above a threshold.

    Parameters
    ----------
    threshold
        Scaled; routes that do not exceed it are not looked for.
    mode
        `FAST`, `PROVED` or `EVERY`.
    most_labels
        Labels at most; a search that needs more is cut.

    Returns
    -------
    best, found, complete
        The best profit found (the threshold when none exceeds it), the number of routes noted in `labels.found`,
        and whether nothing was cut: then, unless `FAST`, no route is better than `best`.
    """
    slot_bits = graph.slot_bits if graph.slot_bits else SLOT_BITS[1]
    slots = ((tables.shift_end[shift] - tables.shift_start[shift]) >> slot_bits) + 1
    states = tables.states[shift]
    run = Search(
        np.full((len(graph.visits), slots), NONE, dtype=np.int64),
        np.full(slots, NONE, dtype=np.int64),
        np.full(slots, NONE, dtype=np.int64),
        np.full(states, NEVER, dtype=np.int64),
        np.full(states, NEVER, dtype=np.int64),
        np.array([1, 0, threshold, 0], dtype=np.int64),
        threshold,
        mode,
        slot_bits,
    )
    room = min(most_labels, len(labels.node))
    labels.memory[0, :] = np.uint64(0)
    labels.node[0], labels.parent[0], labels.profit[0], labels.breaks[0] = NONE, NONE, 0, 0
    labels.time[0] = tables.shift_start[shift]
    _extend(tables, shift, graph, labels, run, int(NOTHING), room)
    for slot in range(slots):
        current = run.head[slot]
        while current != NONE and run.tally[3] == 0:
            if labels.alive[current]:
                _extend(tables, shift, graph, labels, run, current, room)
            current = labels.same_slot[current]
    return run.tally[2], run.tally[1], run.tally[3] == 0


@kernel
def _extend(tables: Tables, shift: int, graph: Graph, labels: Labels, run: Search, label: int, room: int) -> None:
    """Extend a label to every visit that it may still serve."""
    states = tables.states[shift]
    node, taken = labels.node[label], labels.breaks[label]
    for target in range(len(graph.visits)):
        seconds = graph.travel[node, target] if node >= 0 else graph.out[target]
        if labels.time[label] + seconds > graph.closes[target]:
            continue
        if labels.memory[label, graph.word[target]] & graph.bit[target]:
            continue
        if graph.several[target] and _meet(labels.memory[label], graph.uses[target]):
            continue
        profit = labels.profit[label] + graph.profit[target] - tables.second_cost * seconds
        run.times[:] = NEVER
        run.times[taken] = labels.time[label]
        if states == 1:
            run.times[0] += seconds
        else:
            _drive(tables, shift, run.times, seconds)
        for state in range(states):
            if run.times[state] > graph.closes[target]:
                continue
            start = _start(tables, shift, graph, target, run.times[state])
            finish = start + tables.service[graph.visits[target]]
            if finish + graph.back[target] > tables.shift_end[shift]:
                continue
            rest = _remaining(graph, target, finish - tables.shift_start[shift])
            if profit + rest <= run.threshold:
                continue
            if run.tally[0] >= room:
                run.tally[3] = 1
                return
            fresh = run.tally[0]
            labels.node[fresh], labels.time[fresh], labels.profit[fresh] = target, finish, profit
            labels.breaks[fresh], labels.parent[fresh] = state, label
            for word in range(graph.keep.shape[1]):
                labels.memory[fresh, word] = labels.memory[label, word] & graph.keep[target, word]
                labels.memory[fresh, word] |= graph.uses[target, word]
            _settle(tables, shift, graph, labels, run, fresh)


@kernel
def _meet(memory: NDArray[np.uint64], uses: NDArray[np.uint64]) -> bool:
    """Tell whether a memory holds an item that a visit uses."""
    common = np.uint64(0)
    for word in range(len(uses)):
        common |= memory[word] & uses[word]
    return bool(common != 0)


@kernel
def _drive(tables: Tables, shift: int, times: NDArray[np.int64], seconds: int) -> None:
    take_breaks(tables, shift, times)
    for state in range(len(times)):
        times[state] = min(NEVER, times[state] + seconds)
    take_breaks(tables, shift, times)


@kernel
def _settle(tables: Tables, shift: int, graph: Graph, labels: Labels, run: Search, fresh: int) -> None:
    """Keep a new label unless it is dominated, drop those that it dominates, and note the route that it closes."""
    node = labels.node[fresh]
    slots = run.at_node.shape[1]
    slot = (labels.time[fresh] - tables.shift_start[shift]) >> run.slot_bits
    words = graph.keep.shape[1]
    for earlier in range(slot + 1):
        other = run.at_node[node, earlier]
        while other != NONE:
            if labels.alive[other] and _dominates(labels, other, fresh, words, run.mode):
                return
            other = labels.same_node[other]
    for later in range(slot, slots):
        other = run.at_node[node, later]
        while other != NONE:
            if labels.alive[other] and _dominates(labels, fresh, other, words, run.mode):
                labels.alive[other] = False
            other = labels.same_node[other]
    run.tally[0] += 1
    labels.alive[fresh] = True
    labels.same_node[fresh] = run.at_node[node, slot]
    run.at_node[node, slot] = fresh
    labels.same_slot[fresh] = NONE
    if run.head[slot] == NONE:
        run.head[slot] = fresh
    else:
        labels.same_slot[run.tail[slot]] = fresh
    run.tail[slot] = fresh
    _close(tables, shift, graph, labels, run, fresh)


@kernel
def _dominates(labels: Labels, one: int, other: int, words: int, mode: int) -> bool:
    if labels.time[one] > labels.time[other] or labels.profit[one] < labels.profit[other]:
        return False
    if labels.breaks[other] & ~labels.breaks[one]:
        return False
    if mode == FAST:
        return True
    for word in range(words):
        if labels.memory[one, word] & ~labels.memory[other, word]:
            return False
        if mode == EVERY and labels.memory[one, word] != labels.memory[other, word]:
            return False
    return True


@kernel
def _close(tables: Tables, shift: int, graph: Graph, labels: Labels, run: Search, label: int) -> None:
    """Note the route that ends with a label if it is home in time with all breaks taken."""
    node = labels.node[label]
    profit = labels.profit[label] - tables.second_cost * graph.back[node]
    if profit <= run.threshold:
        return
    states = tables.states[shift]
    if states > 1:
        run.ready[:] = NEVER
        run.ready[labels.breaks[label]] = labels.time[label]
        _drive(tables, shift, run.ready, graph.back[node])
        if run.ready[states - 1] > tables.shift_end[shift]:
            return
    run.tally[2] = max(run.tally[2], profit)
    labels.found[run.tally[1]], labels.found_profit[run.tally[1]] = label, profit
    run.tally[1] += 1
