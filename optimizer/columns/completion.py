"""Completion bounds: what a route can still earn at most, given where and when a service ends."""

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.compiled import kernel
from optimizer.columns.graph import Graph, start_service
from optimizer.columns.timing import NEVER, Tables

UNBOUNDED = 1 << 61
NOTHING = 0


@kernel
def add_completion(tables: Tables, shift: int, graph: Graph) -> Graph:
    """Return a graph with its completion bounds."""
    return Graph(
        graph.visits,
        graph.travel,
        graph.out,
        graph.back,
        graph.profit,
        graph.opens,
        graph.closes,
        graph.simple,
        graph.word,
        graph.bit,
        graph.several,
        graph.uses,
        graph.keep,
        _completion(tables, shift, graph),
        graph.slot_bits,
    )


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
                start = start_service(tables, shift, graph, target, ready)
                later = (start + service[target] - begin) >> graph.slot_bits
                if later < slots:
                    gain = graph.profit[target] - tables.second_cost * graph.travel[node, target]
                    best = max(best, gain + bound[target, later])
            bound[node, slot] = best
    return bound


@kernel
def remaining(graph: Graph, node: int, offset: int) -> int:
    """Return the completion bound after a service that ends `offset` seconds into the shift."""
    if graph.slot_bits == 0:
        return UNBOUNDED >> 1
    return int(graph.bound[node, min(offset >> graph.slot_bits, graph.bound.shape[1] - 1)])


@kernel
def root_bound(tables: Tables, shift: int, graph: Graph) -> int:
    """Bound the profit of every route from the completion bounds alone."""
    best = int(NOTHING)
    for node in range(len(graph.visits)):
        start = start_service(tables, shift, graph, node, tables.shift_start[shift] + graph.out[node])
        if start < NEVER:
            offset = start + tables.service[graph.visits[node]] - tables.shift_start[shift]
            gain = graph.profit[node] - tables.second_cost * graph.out[node]
            best = max(best, gain + remaining(graph, node, offset))
    return best
