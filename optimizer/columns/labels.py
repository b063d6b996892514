"""Labels, the partial routes of one search: room for them, their lists and queues, and which dominates which."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.compiled import kernel

FAST, PROVED, EVERY = 0, 1, 2
"""Modes of a search. `FAST`: elementary routes, dominance ignores memories, may miss routes. `PROVED`: ng-routes,
nothing better is missed. `EVERY`: for each set of items above the threshold its best elementary route."""
NONE = -1


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
def dominates(labels: Labels, one: int, other: int, words: int, mode: int) -> bool:
    """Tell whether a label makes another one at the same visit superfluous, in a mode of search."""
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
