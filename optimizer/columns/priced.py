"""Pricing of many classes of shifts in one call, compiled: routes out, and a proof of what no route can exceed."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.compiled import kernel
from optimizer.columns.completion import add_completion, root_bound
from optimizer.columns.graph import build_graph, select_nodes
from optimizer.columns.labels import PROVED, Labels
from optimizer.columns.pricing import search
from optimizer.columns.timing import Tables


class Harvest(NamedTuple):
    """Routes found, in a buffer of their own, so that threads need not share the pool."""

    shift_class: NDArray[np.int64]  # (H,)
    start: NDArray[np.int64]  # (H + 1,)
    stops: NDArray[np.int64]
    used: NDArray[np.int64]  # (1,)


def new_harvest(capacity: int, longest: int) -> Harvest:
    """Reserve room for routes."""
    return Harvest(
        shift_class=np.zeros(capacity, dtype=np.int64),
        start=np.zeros(capacity + 1, dtype=np.int64),
        stops=np.zeros(capacity * (longest + 1), dtype=np.int64),
        used=np.zeros(1, dtype=np.int64),
    )


@kernel
def price(
    tables: Tables,
    classes: NDArray[np.int64],
    representative: NDArray[np.int64],
    visit_dual: NDArray[np.int64],
    class_dual: NDArray[np.int64],
    remembers: NDArray[np.bool_],
    shortcut: NDArray[np.int64],
    labels: Labels,
    harvest: Harvest,
    mode: int,
    most_labels: int,
    most_routes: int,
    best: NDArray[np.int64],
) -> bool:
    """Price classes of shifts one after the other.

    Parameters
    ----------
    visit_dual, class_dual
        (n,) and (classes,) scaled duals; routes with profit − class dual > 0 are wanted.
    most_routes
        Routes harvested a class at most, the best ones.
    best
        (classes,) is filled: unless `FAST`, no route of the class has a higher profit, which is proved whether
        or not the search was cut.

    Returns
    -------
    bool
        Whether every search was complete.
    """
    all_complete = True
    for shift_class in classes:
        shift = representative[shift_class]
        visits = select_nodes(tables, shift, visit_dual, shortcut)
        if len(visits) == 0:
            best[shift_class] = max(0, class_dual[shift_class])
            continue
        bare = build_graph(tables, shift, visits, visit_dual, remembers, mode != PROVED)
        graph = add_completion(tables, shift, bare)
        ceiling = root_bound(tables, shift, graph)
        threshold = class_dual[shift_class]
        if ceiling <= threshold or graph.keep.shape[1] > labels.memory.shape[1]:
            best[shift_class] = max(ceiling, threshold)
            all_complete = all_complete and ceiling <= threshold
            continue
        top, found, complete = search(tables, shift, graph, labels, threshold, mode, most_labels)
        best[shift_class] = top if complete else max(ceiling, threshold)
        all_complete = all_complete and complete
        order = np.argsort(-labels.found_profit[:found])
        for index in order[:most_routes]:
            _harvest(graph.visits, labels, labels.found[index], shift_class, harvest)
    return all_complete


@kernel
def _harvest(visits: NDArray[np.int64], labels: Labels, label: int, shift_class: int, harvest: Harvest) -> None:
    route = harvest.used[0]
    if route >= len(harvest.shift_class):
        return
    count = 0
    current = label
    while current > 0:
        count += 1
        current = labels.parent[current]
    end = harvest.start[route] + count
    if end > len(harvest.stops):
        return
    current = label
    for position in range(end - 1, end - count - 1, -1):
        harvest.stops[position] = visits[labels.node[current]]
        current = labels.parent[current]
    harvest.shift_class[route] = shift_class
    harvest.start[route + 1] = end
    harvest.used[0] += 1
