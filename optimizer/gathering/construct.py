"""A first solution: split what must be split, open the venue that saves most, again and again, then fill up."""

import numpy as np
from numpy.typing import NDArray

from optimizer.gathering.instance import Instance, Loads


def construct(instance: Instance, start: Loads | None = None) -> Loads:
    """Build a solution that keeps every rule, greedily: the ADD heuristic of facility location.

    Parameters
    ----------
    start
        A solution that keeps every rule and may leave groups unserved; it is completed, not changed otherwise.

    References
    ----------
    .. [1] Kuehn, Hamburger, A heuristic program for locating warehouses, Management Science 9(4), 1963.
    """
    loads = instance.empty() if start is None else start.copy()
    for g in np.argsort(-instance.applicants, kind="stable"):
        if instance.parts[g] > 1 and not loads[g].any():
            _split(instance, loads, int(g))
    savings: dict[int, tuple[float, list[int]]] = {}
    stale = set(np.flatnonzero(~loads.any(axis=0)).tolist())
    while True:
        for v in stale:
            savings[v] = _saving(instance, loads, v)
        best = max(savings, key=lambda v: savings[v][0], default=-1)
        if best < 0 or savings[best][0] <= 0:
            break
        _, groups = savings.pop(best)
        loads[groups, best] = instance.applicants[groups]
        touched = instance.usable[groups].any(axis=0)
        stale = {v for v in savings if touched[v]}
    _fill(instance, loads)
    return loads


def _saving(instance: Instance, loads: Loads, v: int) -> tuple[float, list[int]]:
    """Pack the nearest unserved groups into a closed venue; return what that saves and whom it takes."""
    waiting = np.flatnonzero(instance.usable[:, v] & ~loads.any(axis=1) & (instance.parts == 1))
    waiting = waiting[np.argsort(instance.travel_cost[waiting, v], kind="stable")]
    taken, load = _pack(instance, waiting, v)
    if load < instance.minimum:
        taken, load = _pack(instance, waiting[instance.vulnerable[waiting]], v)
    people = instance.applicants[taken]
    saved = float(((instance.unserved_cost - instance.travel_cost[taken, v]) * people).sum())
    return (saved - instance.venue_cost, taken) if taken else (0.0, [])


def _pack(instance: Instance, groups: NDArray[np.intp], v: int) -> tuple[list[int], int]:
    taken: list[int] = []
    load = 0
    for g in groups.tolist():
        people = int(instance.applicants[g])
        if load + people <= instance.capacity[v] and instance.travel_cost[g, v] < instance.unserved_cost:
            taken.append(g)
            load += people
    return taken, load


def _fill(instance: Instance, loads: Loads) -> None:
    """Send groups still unserved, the largest first, to the nearest open venue with room."""
    room = np.where(loads.any(axis=0), instance.capacity - loads.sum(axis=0), 0)
    crowd = loads.sum(axis=0)
    for g in np.argsort(-instance.applicants, kind="stable").tolist():
        people = int(instance.applicants[g])
        fits = instance.usable[g] & (room >= people) & (instance.travel_cost[g] < instance.unserved_cost)
        fits &= bool(instance.vulnerable[g]) | (crowd + people >= instance.minimum)
        if instance.parts[g] > 1 or loads[g].any() or not fits.any():
            continue
        v = int(np.where(fits, instance.travel_cost[g], np.inf).argmin())
        loads[g, v] = people
        room[v] -= people
        crowd[v] += people


def _split(instance: Instance, loads: Loads, g: int) -> None:
    """Split a group over the fewest closed venues, the nearest that are large enough, if that costs less than not."""
    closed = np.flatnonzero(instance.usable[g] & ~loads.any(axis=0))
    count, people = int(instance.parts[g]), int(instance.applicants[g])
    chosen = closed[np.argsort(-instance.capacity[closed], kind="stable")][:count]
    if len(chosen) < count or instance.capacity[chosen].sum() < people:
        return
    for v in closed[np.argsort(instance.travel_cost[g, closed], kind="stable")]:
        farthest = int(instance.travel_cost[g, chosen].argmax())
        swapped = np.append(np.delete(chosen, farthest), v)
        nearer = instance.travel_cost[g, v] < instance.travel_cost[g, chosen[farthest]]
        if v not in chosen and nearer and instance.capacity[swapped].sum() >= people:
            chosen = swapped
    chosen = chosen[np.argsort(instance.travel_cost[g, chosen], kind="stable")]
    least = 1 if instance.vulnerable[g] else max(1, instance.minimum)
    parts = np.minimum(least, instance.capacity[chosen])
    for index, v in enumerate(chosen):
        parts[index] += min(instance.capacity[v] - parts[index], max(0, people - parts.sum()))
    cost = float((parts * instance.travel_cost[g, chosen]).sum()) + instance.venue_cost * count
    if parts.sum() == people and parts.min() >= least and cost < instance.unserved_cost * people:
        loads[g, chosen] = parts
