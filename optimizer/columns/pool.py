"""The pool of columns: for every (class of shift, set of visits) met, orders of ever higher value."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.compiled import kernel
from optimizer.columns.model import Model
from optimizer.columns.timing import Tables


class Pool(NamedTuple):
    """Columns in the order of arrival; those once added never change.

    `used` holds [columns, stops]; a full pool takes no more.

    A column is found again through `slots`, a hash table with linear probing on `key`.
    """

    shift_class: NDArray[np.int64]  # (C,)
    start: NDArray[np.int64]  # (C + 1,) the stops of column c: stops[start[c]:start[c + 1]]
    stops: NDArray[np.int64]
    value: NDArray[np.int64]  # (C,) scaled rewards − travel, without bonus
    elementary: NDArray[np.bool_]  # (C,) no item is used twice
    key: NDArray[np.uint64]  # (C,)
    slots: NDArray[np.int64]
    used: NDArray[np.int64]
    mark: NDArray[np.uint64]  # (n + classes,) random words; a key is their sum
    first_item: NDArray[np.int64]  # (n + 1,)
    item: NDArray[np.int64]


def new_pool(model: Model, capacity: int = 400_000) -> Pool:
    """Build an empty pool."""
    words = np.random.default_rng(20270104).integers(
        2**63, size=len(model.visits) + len(model.classes), dtype=np.uint64
    )
    return Pool(
        shift_class=np.zeros(capacity, dtype=np.int64),
        start=np.zeros(capacity + 1, dtype=np.int64),
        stops=np.zeros(capacity * min(model.max_stops, 12), dtype=np.int64),
        value=np.zeros(capacity, dtype=np.int64),
        elementary=np.zeros(capacity, dtype=np.bool_),
        key=np.zeros(capacity, dtype=np.uint64),
        slots=np.full(1 << (2 * capacity).bit_length(), -1, dtype=np.int64),
        used=np.zeros(2, dtype=np.int64),
        mark=words,
        first_item=model.tables.first_item,
        item=model.tables.item,
    )


@kernel
def route_value(tables: Tables, stops: NDArray[np.int64], count: int, shift: int) -> int:
    """Return the scaled rewards − travel of a route."""
    total = 0
    place = tables.origin[shift]
    for position in range(count):
        target = tables.place[stops[position]]
        total += tables.value[stops[position]] - tables.second_cost * tables.travel[place, target]
        place = target
    return int(total - (tables.second_cost * tables.travel[place, tables.home[shift]] if count else 0))


@kernel
def add_column(pool: Pool, shift_class: int, stops: NDArray[np.int64], count: int, value: int) -> int:
    """Add a column unless one with the same visits is as good; return its number, −1 when the pool is full."""
    key = pool.mark[len(pool.mark) - 1 - shift_class]
    for position in range(count):
        key += pool.mark[stops[position]]
    mask = len(pool.slots) - 1
    slot = np.int64(key & np.uint64(mask))
    while pool.slots[slot] >= 0:
        column = pool.slots[slot]
        if pool.key[column] == key:
            if value <= pool.value[column]:
                return int(column)
            break
        slot = (slot + 1) & mask
    column, end = pool.used
    if column >= len(pool.value) or end + count > len(pool.stops):
        return -1
    pool.slots[slot] = column
    pool.key[column] = key
    pool.shift_class[column] = shift_class
    pool.value[column] = value
    pool.elementary[column] = _is_elementary(pool, stops, count)
    pool.stops[end : end + count] = stops[:count]
    pool.start[column + 1] = end + count
    pool.used[0] += 1
    pool.used[1] += count
    return int(column)


@kernel
def _is_elementary(pool: Pool, stops: NDArray[np.int64], count: int) -> bool:
    for position in range(count):
        for other in range(position):
            if _share_an_item(pool, stops[position], stops[other]):
                return False
    return True


@kernel
def _share_an_item(pool: Pool, one: int, other: int) -> bool:
    for index in range(pool.first_item[one], pool.first_item[one + 1]):
        for position in range(pool.first_item[other], pool.first_item[other + 1]):
            if pool.item[index] == pool.item[position]:
                return True
    return False


@kernel
def empty(pool: Pool) -> None:
    """Take all columns out of a pool."""
    pool.used[:] = 0
    pool.slots[:] = -1


@kernel
def merge(pool: Pool, other: Pool) -> None:
    """Add the columns of another pool, and empty that."""
    for column in range(other.used[0]):
        stops = other.stops[other.start[column] : other.start[column + 1]]
        add_column(pool, other.shift_class[column], stops, len(stops), other.value[column])
    empty(other)


@kernel
def reduced_profits(pool: Pool, visit_price: NDArray[np.int64], class_price: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return value − prices of every column."""
    used = pool.used[0]
    profit = np.empty(used, dtype=np.int64)
    for column in range(used):
        total = pool.value[column] - class_price[pool.shift_class[column]]
        for index in range(pool.start[column], pool.start[column + 1]):
            total -= visit_price[pool.stops[index]]
        profit[column] = total
    return profit
