"""The graph of a shift under duals: the visits that it may serve with profit, cut to what labelling needs."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.compiled import kernel
from optimizer.columns.timing import NEVER, Tables, earliest_start

FORBIDDEN = 1 << 58
"""A dual that keeps a visit out of every route."""
SLOT_BITS = (6, 9)  # time slots of the completion bound are 2 ** 6 = 64 to 512 s wide
NOT_NUMBERED = -1


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
    """Build the graph of a shift under duals (n,), yet without completion bounds.

    `remembers[v, i]`: a label at visit v remembers item i.
    """
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
    no_bound = np.empty((0, 0), np.int64)
    return Graph(
        visits, travel, out, back, profit, opens, closes, simple, word, bit, several, uses, keep, no_bound, slot_bits
    )


@kernel
def _memories(
    tables: Tables, visits: NDArray[np.int64], remembers: NDArray[np.bool_], elementary: bool
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.bool_], NDArray[np.uint64], NDArray[np.uint64]]:
    """Number the items of a graph and return its `word`, `bit`, `several`, `uses` and `keep`."""
    size = len(visits)
    local = np.full(remembers.shape[1], NOT_NUMBERED, dtype=np.int64)
    known = np.empty(remembers.shape[1], dtype=np.int64)
    items = 0
    for visit in visits:
        for index in range(tables.first_item[visit], tables.first_item[visit + 1]):
            if local[tables.item[index]] == NOT_NUMBERED:
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
def start_service(tables: Tables, shift: int, graph: Graph, node: int, ready: int) -> int:
    """Return the earliest start at a node for a team that is ready then; `NEVER` when its windows are over."""
    if graph.simple[node]:
        start = max(ready, graph.opens[node])
        return start if start <= graph.closes[node] else NEVER
    return earliest_start(tables, graph.visits[node], shift, ready)
