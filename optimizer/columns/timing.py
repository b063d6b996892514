"""Compiled rules of time: windows, breaks, and the earliest and latest times along a route.

Times along a route are kept per set of breaks taken (a bit set, `state`): `forward[p, s]` is the earliest end of
activity p, `backward[p, s]` the latest arrival at activity p from which the rest of the route can be done. A shift
without breaks has the single state 0.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.compiled import kernel

NEVER = 1 << 40
"""Later than any time, s."""
NOWHERE = -1
"""No shift, no position. Written int(NOWHERE) where a variable starts: numba would compile for the literal anew."""


class Tables(NamedTuple):
    """A problem as arrays: n visits, K shifts, L locations, in canonical order (sorted by id).

    Values and costs are integers in units of 1/scale points, so that sums are exact.
    """

    travel: NDArray[np.int64]  # (L, L) seconds
    place: NDArray[np.int64]  # (n,)
    service: NDArray[np.int64]  # (n,) seconds
    value: NDArray[np.int64]  # (n,) reward, scaled
    bonus: NDArray[np.int64]  # (n,) added for required and pinned visits so that they always come first
    first_item: NDArray[np.int64]  # (n + 1,) what visit v uses: item[first_item[v]:first_item[v + 1]]
    item: NDArray[np.int64]  # its groups, or itself (see `Model`); an item is used at most once
    window_start: NDArray[np.int64]  # (W,)
    window_end: NDArray[np.int64]  # (W,)
    first_window: NDArray[np.int64]  # (n, K) the windows that meet the shift: [first, last)
    last_window: NDArray[np.int64]  # (n, K)
    latest: NDArray[np.int64]  # (n, K) latest start from which the end of the shift is reached; -1: cannot serve
    shift_start: NDArray[np.int64]  # (K,)
    shift_end: NDArray[np.int64]  # (K,)
    origin: NDArray[np.int64]  # (K,) location
    home: NDArray[np.int64]  # (K,) location
    states: NDArray[np.int64]  # (K,) 2 ** breaks
    break_earliest: NDArray[np.int64]  # (K, B)
    break_latest: NDArray[np.int64]  # (K, B)
    break_duration: NDArray[np.int64]  # (K, B)
    second_cost: int  # of one second of travel, scaled


@kernel
def earliest_start(tables: Tables, visit: int, shift: int, ready: int) -> int:
    """Return the earliest start of service for a team that is ready at a time."""
    for window in range(tables.first_window[visit, shift], tables.last_window[visit, shift]):
        if ready <= tables.window_end[window]:
            start = max(ready, tables.window_start[window])
            return int(start) if start <= tables.latest[visit, shift] else NEVER
    return NEVER


@kernel
def latest_start(tables: Tables, visit: int, shift: int, limit: int) -> int:
    """Return the latest start of service not after a limit, −1 when there is none."""
    limit = min(limit, tables.latest[visit, shift])
    for window in range(tables.last_window[visit, shift] - 1, tables.first_window[visit, shift] - 1, -1):
        if tables.window_start[window] <= limit:
            return int(min(limit, tables.window_end[window]))
    return -1


@kernel
def take_breaks(tables: Tables, shift: int, times: NDArray[np.int64]) -> None:
    """Relax earliest times (states,) in place by breaks taken on the spot."""
    states = tables.states[shift]
    for state in range(states):
        if times[state] >= NEVER:
            continue
        position = 0
        while 1 << position < states:
            begin = max(times[state], tables.break_earliest[shift, position])
            after = state | (1 << position)
            if after != state and begin <= tables.break_latest[shift, position]:
                times[after] = min(times[after], begin + tables.break_duration[shift, position])
            position += 1


@kernel
def untake_breaks(tables: Tables, shift: int, times: NDArray[np.int64]) -> None:
    """Relax latest times (states,) in place by breaks still to be taken on the spot."""
    states = tables.states[shift]
    for state in range(states - 1, -1, -1):
        position = 0
        while 1 << position < states:
            after = state | (1 << position)
            limit = times[after] - tables.break_duration[shift, position]
            if after != state and limit >= tables.break_earliest[shift, position]:
                times[state] = max(times[state], min(limit, tables.break_latest[shift, position]))
            position += 1


@kernel
def drive(tables: Tables, shift: int, times: NDArray[np.int64], seconds: int) -> None:
    """Advance earliest times (states,) in place over a drive, with breaks before and after it."""
    states = tables.states[shift]
    if states > 1:
        take_breaks(tables, shift, times)
    for state in range(states):
        times[state] = min(NEVER, times[state] + seconds)
    if states > 1:
        take_breaks(tables, shift, times)


@kernel
def serve(tables: Tables, visit: int, shift: int, times: NDArray[np.int64]) -> bool:
    """Advance earliest times (states,) in place over a service; false when no state survives."""
    alive = False
    for state in range(tables.states[shift]):
        if times[state] < NEVER:
            start = earliest_start(tables, visit, shift, times[state])
            times[state] = NEVER if start >= NEVER else start + tables.service[visit]
            alive = alive or start < NEVER
    return alive


@kernel
def schedule(
    tables: Tables,
    shift: int,
    stops: NDArray[np.int64],
    count: int,
    forward: NDArray[np.int64],
    backward: NDArray[np.int64],
) -> int:
    """Fill the times of a route and return its seconds of travel, −1 when the route breaks a rule.

    Parameters
    ----------
    stops
        (>= count,) visits in order.
    forward, backward
        (>= count + 1, states): `forward[0]` is the start of the shift, `backward[count]` its end.
    """
    states = tables.states[shift]
    forward[0, :states] = NEVER
    forward[0, 0] = tables.shift_start[shift]
    place = tables.origin[shift]
    travel = 0
    feasible = True
    for position in range(count):
        visit = stops[position]
        seconds = tables.travel[place, tables.place[visit]]
        forward[position + 1, :states] = forward[position, :states]
        drive(tables, shift, forward[position + 1], seconds)
        feasible = serve(tables, visit, shift, forward[position + 1]) and feasible
        travel += seconds
        place = tables.place[visit]
    if count:
        travel += tables.travel[place, tables.home[shift]]
    _schedule_back(tables, shift, stops, count, backward)
    place = tables.place[stops[0]] if count else tables.home[shift]
    reach = forward[0, :states].copy()
    drive(tables, shift, reach, tables.travel[tables.origin[shift], place])
    if not (feasible and arrives(reach, backward[0], states)):
        return -1 if count else 0
    return travel


@kernel
def arrives(times: NDArray[np.int64], limits: NDArray[np.int64], states: int) -> bool:
    """Tell whether earliest times meet latest times in some state."""
    return bool((times[:states] <= limits[:states]).any())


@kernel
def _schedule_back(
    tables: Tables, shift: int, stops: NDArray[np.int64], count: int, backward: NDArray[np.int64]
) -> None:
    states = tables.states[shift]
    backward[count, :states] = -1
    backward[count, states - 1] = tables.shift_end[shift]
    if states > 1:
        untake_breaks(tables, shift, backward[count])
    place = tables.home[shift]
    for position in range(count - 1, -1, -1):
        visit = stops[position]
        seconds = tables.travel[tables.place[visit], place]
        row = backward[position]
        for state in range(states):
            row[state] = max(-1, backward[position + 1, state] - seconds)
        if states > 1:
            untake_breaks(tables, shift, row)
        for state in range(states):
            row[state] = latest_start(tables, visit, shift, row[state] - tables.service[visit])
        if states > 1:
            untake_breaks(tables, shift, row)
        place = tables.place[visit]
