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

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.compiled import kernel
from optimizer.columns.completion import remaining
from optimizer.columns.graph import SLOT_BITS, Graph, start_service
from optimizer.columns.labels import NONE, Labels, Search, dominates
from optimizer.columns.timing import NEVER, Tables, take_breaks

ROOT = 0
"""The label at the origin, from which all others come."""


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
    labels.memory[ROOT, :] = np.uint64(0)
    labels.node[ROOT], labels.parent[ROOT], labels.profit[ROOT], labels.breaks[ROOT] = NONE, NONE, 0, 0
    labels.time[ROOT] = tables.shift_start[shift]
    _extend(tables, shift, graph, labels, run, int(ROOT), room)
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
            start = start_service(tables, shift, graph, target, run.times[state])
            finish = start + tables.service[graph.visits[target]]
            if finish + graph.back[target] > tables.shift_end[shift]:
                continue
            rest = remaining(graph, target, finish - tables.shift_start[shift])
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
            if labels.alive[other] and dominates(labels, other, fresh, words, run.mode):
                return
            other = labels.same_node[other]
    for later in range(slot, slots):
        other = run.at_node[node, later]
        while other != NONE:
            if labels.alive[other] and dominates(labels, fresh, other, words, run.mode):
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
