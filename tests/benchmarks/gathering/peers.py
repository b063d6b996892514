"""What others would do: cluster by distance and find each cluster a venue; or open venues greedily and exchange them.

Each is given every advantage: all numbers of clusters are tried, and groups left over go wherever there is room.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering, KMeans  # type: ignore[import-untyped]

from optimizer.gathering.instance import Instance, Loads, build_instance
from tests.benchmarks.gathering.instances import Case


def agglomerative(case: Case) -> float:
    """Return the best cost over numbers of clusters, complete linkage."""
    instance = build_instance(case.problem)
    points = case.group_km[instance.rows]
    labels = (
        AgglomerativeClustering(n_clusters=count, linkage="complete").fit_predict(points) for count in _counts(instance)
    )
    return _best(instance, labels)


def k_means(case: Case, seed: int) -> float:
    """Return the best cost over numbers of clusters, points weighted by people."""
    instance = build_instance(case.problem)
    points = case.group_km[instance.rows]
    labels = (
        KMeans(n_clusters=count, n_init=3, random_state=seed).fit(points, sample_weight=instance.applicants).labels_
        for count in _counts(instance)
    )
    return _best(instance, labels)


def greedy_and_interchange(case: Case, passes: int = 2) -> float:
    """Return the cost after opening the venue that helps most, again and again, then exchanging open for closed."""
    instance = build_instance(case.problem)
    opened: set[int] = set()
    best = instance.cost(instance.empty())
    while moves := [(instance.cost(_assigned(instance, opened | {v})), v) for v in _promising(instance, opened)]:
        cost, v = min(moves)
        if cost >= best:
            break
        best, opened = cost, opened | {v}
    for _ in range(passes):
        for out in sorted(opened):
            changes = [sorted(change) for change in _exchanges(instance, opened, out)]
            cost, changed = min((instance.cost(_assigned(instance, set(change))), change) for change in changes)
            if cost < best:
                best, opened = cost, set(changed)
    return best


def _promising(instance: Instance, opened: set[int], count: int = 20) -> list[int]:
    """Find the closed venues that most of those still unserved, or else most people, can reach."""
    waiting = instance.applicants * np.where(_assigned(instance, opened).any(axis=1), 0.01, 1.0)
    reached = instance.usable.T @ waiting
    reached[sorted(opened)] = -1.0
    return [v for v in np.argsort(-reached, kind="stable")[:count].tolist() if v not in opened]


def _exchanges(instance: Instance, opened: set[int], out: int) -> Iterable[set[int]]:
    near = np.argsort(-(instance.usable[:, [out]] & instance.usable).sum(axis=0), kind="stable")[:8]
    yield opened - {out}
    for v in near.tolist():
        yield (opened - {out}) | {v}


def _counts(instance: Instance) -> Iterable[int]:
    people = int(instance.applicants.sum())
    fewest = max(1, people // int(instance.capacity.max()))
    most = min(len(instance.applicants), len(instance.capacity), people // max(1, instance.minimum))
    return range(fewest, most + 1, max(1, (most - fewest) // 20))


def _best(instance: Instance, labellings: Iterable[NDArray[np.int64]]) -> float:
    return min(instance.cost(_housed(instance, labels)) for labels in labellings)


def _housed(instance: Instance, labels: NDArray[np.int64]) -> Loads:
    """Give each cluster, the largest first, the venue where serving it saves most; then fill up."""
    loads = instance.empty()
    sizes = np.bincount(labels, weights=instance.applicants)
    for label in np.argsort(-sizes):
        members = np.flatnonzero(labels == label)
        closed = np.flatnonzero(~loads.any(axis=0)).tolist()
        options = [(v, _packed(instance, loads, members, v)) for v in closed]
        savings = [_saving(instance, v, packed) for v, packed in options]
        if savings and max(savings) > 0:
            v, packed = options[int(np.argmax(savings))]
            loads[packed, v] = instance.applicants[packed]
    _fill(instance, loads, loads.any(axis=0))
    return loads


def _packed(instance: Instance, loads: Loads, members: NDArray[np.intp], v: int) -> list[int]:
    """Take the nearest members that fit and come whole; nobody when the minimum is missed."""
    taken: list[int] = []
    load = int(loads[:, v].sum())
    for g in members[np.argsort(instance.travel_cost[members, v], kind="stable")].tolist():
        people = int(instance.applicants[g])
        whole = instance.parts[g] == 1 and not loads[g].any()
        if whole and instance.usable[g, v] and load + people <= instance.capacity[v]:
            taken.append(g)
            load += people
    if load >= instance.minimum or all(instance.vulnerable[taken]):
        return taken
    return [g for g in taken if instance.vulnerable[g]]


def _saving(instance: Instance, v: int, packed: list[int]) -> float:
    each = instance.unserved_cost - instance.travel_cost[packed, v]
    return float((each * instance.applicants[packed]).sum()) - instance.venue_cost


def _fill(instance: Instance, loads: Loads, opened: NDArray[np.bool_]) -> None:
    for g in np.argsort(-instance.applicants, kind="stable").tolist():
        people = int(instance.applicants[g])
        crowd = loads.sum(axis=0)
        fits = opened & instance.usable[g] & (crowd + people <= instance.capacity)
        fits &= bool(instance.vulnerable[g]) | (crowd + people >= instance.minimum)
        if not loads[g].any() and instance.parts[g] == 1 and fits.any():
            loads[g, int(np.where(fits, instance.travel_cost[g], np.inf).argmin())] = people


def _assigned(instance: Instance, opened: set[int]) -> Loads:
    """Send each group, those with the most to lose first, to the nearest open venue with room; close the too small."""
    loads = instance.empty()
    columns = np.array(sorted(opened), dtype=np.intp)
    if not len(columns):
        return loads
    unusable = instance.unserved_cost
    costs = np.where(instance.usable[:, columns], instance.travel_cost[:, columns], unusable)
    ranked = np.sort(costs, axis=1)
    regret = ranked[:, min(1, len(columns) - 1)] - ranked[:, 0]
    room = instance.capacity[columns].copy()
    for g in np.argsort(-regret * instance.applicants, kind="stable").tolist():
        people = int(instance.applicants[g])
        options = np.where(room >= people, costs[g], unusable)
        best = int(options.argmin())
        if options[best] < unusable and instance.parts[g] == 1:
            loads[g, columns[best]] = people
            room[best] -= people
    small = (loads.sum(axis=0) < instance.minimum) & (loads[~instance.vulnerable] > 0).any(axis=0)
    loads[:, small] = 0
    return loads
