"""An independent judge of clusters: reads problem and answer, shares no code with the solver."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from optimizer.gathering.problem import Cluster, Clusters, GatheringProblem, Group, UnservedCode, UnservedGroup
from optimizer.plan import Status

COST_TOLERANCE = 1e-6
"""Relative difference allowed between stated and recomputed cost."""


class ViolationCode(StrEnum):
    """Which promise of the gathering contract is broken."""

    UNKNOWN_ID = "unknown_id"
    REPEATED = "repeated"
    HEADCOUNT = "headcount"
    HOME = "home"
    CAPACITY = "capacity"
    MINIMUM = "minimum"
    TRAVEL = "travel"
    STEP_FREE = "step_free"
    SPLIT = "split"
    FEWEST_PARTS = "fewest_parts"
    OBJECTIVE = "objective"
    BOUND = "bound"
    REASON = "reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A broken promise, where it is and what it is."""

    code: ViolationCode
    where: str
    detail: str


def check_clusters(problem: GatheringProblem, clusters: Clusters) -> tuple[Violation, ...]:
    """Find everything that clusters promise and do not keep.

    Parameters
    ----------
    problem
        A valid gathering problem.
    clusters
        An answer to it from any solver.

    Returns
    -------
    tuple of Violation
        Empty when every rule is kept, the objective is right, the bound does not contradict it and the reasons of
        unserved groups are true.
    """
    unknown = tuple(_unknown(problem, clusters))
    if unknown:
        return unknown
    placed = _placed(clusters)
    return (
        *_repeated(clusters),
        *_headcounts(problem, clusters, placed),
        *(violation for cluster in clusters.clusters for violation in _venue(problem, cluster)),
        *(violation for group in problem.groups for violation in _splits(problem, group, placed[group.id])),
        *_cost(problem, clusters),
        *(violation for group in clusters.unserved for violation in _reason(problem, group)),
    )


def _placed(clusters: Clusters) -> dict[str, list[int]]:
    placed = defaultdict(list)
    for cluster in clusters.clusters:
        for part in cluster.groups:
            placed[part.id].append(part.applicants)
    return placed


def _unknown(problem: GatheringProblem, clusters: Clusters) -> Iterator[Violation]:
    groups = {group.id for group in problem.groups}
    venues = {venue.id for venue in problem.venues}
    for cluster in clusters.clusters:
        if cluster.venue not in venues:
            yield Violation(code=ViolationCode.UNKNOWN_ID, where=cluster.venue, detail="there is no such venue")
    named = [part.id for cluster in clusters.clusters for part in cluster.groups]
    for name in [*named, *clusters.home, *(group.id for group in clusters.unserved)]:
        if name not in groups:
            yield Violation(code=ViolationCode.UNKNOWN_ID, where=name, detail="there is no such group")


def _repeated(clusters: Clusters) -> Iterator[Violation]:
    for kind, names in (
        ("venue", [cluster.venue for cluster in clusters.clusters]),
        ("group at a venue", [(cluster.venue, part.id) for cluster in clusters.clusters for part in cluster.groups]),
        ("group at home", clusters.home),
        ("unserved group", [group.id for group in clusters.unserved]),
    ):
        for name, count in Counter(names).items():
            if count > 1:
                yield Violation(code=ViolationCode.REPEATED, where=str(name), detail=f"{kind} named {count} times")


def _headcounts(problem: GatheringProblem, clusters: Clusters, placed: dict[str, list[int]]) -> Iterator[Violation]:
    unserved = {group.id: group.applicants for group in clusters.unserved}
    for group in problem.groups:
        if group.home_only != (group.id in clusters.home):
            detail = "must be visited at home" if group.home_only else "may be gathered but is listed for home"
            yield Violation(code=ViolationCode.HOME, where=group.id, detail=detail)
        counted = sum(placed[group.id]) + unserved.get(group.id, 0)
        counted += group.applicants if group.id in clusters.home else 0
        if counted != group.applicants or min(placed[group.id], default=1) < 1:
            detail = f"{counted} people accounted for, the group has {group.applicants}"
            yield Violation(code=ViolationCode.HEADCOUNT, where=group.id, detail=detail)


def _venue(problem: GatheringProblem, cluster: Cluster) -> Iterator[Violation]:
    column = next(index for index, venue in enumerate(problem.venues) if venue.id == cluster.venue)
    venue = problem.venues[column]
    rows = {group.id: row for row, group in enumerate(problem.groups)}
    present = [problem.groups[rows[part.id]] for part in cluster.groups]
    load = sum(part.applicants for part in cluster.groups)
    if not present:
        yield Violation(code=ViolationCode.HEADCOUNT, where=venue.id, detail="it is open for nobody")
    if load > venue.capacity:
        detail = f"{load} people, the capacity is {venue.capacity}"
        yield Violation(code=ViolationCode.CAPACITY, where=venue.id, detail=detail)
    if load < problem.min_applicants and not all(group.vulnerable for group in present):
        detail = f"{load} people, the minimum is {problem.min_applicants}"
        yield Violation(code=ViolationCode.MINIMUM, where=venue.id, detail=detail)
    for group in present:
        travel_s = problem.travel_s[rows[group.id], column]
        if travel_s > group.max_travel_s:
            detail = f"{travel_s:.0f} s to {venue.id}, at most {group.max_travel_s} s"
            yield Violation(code=ViolationCode.TRAVEL, where=group.id, detail=detail)
        if group.needs_step_free and not venue.step_free:
            yield Violation(code=ViolationCode.STEP_FREE, where=group.id, detail=f"{venue.id} has steps")


def _splits(problem: GatheringProblem, group: Group, parts: list[int]) -> Iterator[Violation]:
    if len(parts) <= 1 and sum(parts) in (0, group.applicants):
        return
    if group.applicants <= max(venue.capacity for venue in problem.venues):
        yield Violation(code=ViolationCode.SPLIT, where=group.id, detail="it could go whole to a venue")
    elif sum(parts) != group.applicants:
        yield Violation(code=ViolationCode.SPLIT, where=group.id, detail="part of it is served, part is not")
    elif len(parts) > (fewest := _fewest_parts(problem, group)):
        detail = f"{len(parts)} parts where {fewest} are enough"
        yield Violation(code=ViolationCode.FEWEST_PARTS, where=group.id, detail=detail)


def _usable_capacities(problem: GatheringProblem, group: Group) -> list[int]:
    row = problem.groups.index(group)
    return [
        venue.capacity
        for column, venue in enumerate(problem.venues)
        if problem.travel_s[row, column] <= group.max_travel_s and (venue.step_free or not group.needs_step_free)
    ]


def _fewest_parts(problem: GatheringProblem, group: Group) -> float:
    people = group.applicants
    for count, capacity in enumerate(sorted(_usable_capacities(problem, group), reverse=True), start=1):
        people -= capacity
        if people <= 0:
            return count
    return math.inf


def _cost(problem: GatheringProblem, clusters: Clusters) -> Iterator[Violation]:
    rows = {group.id: row for row, group in enumerate(problem.groups)}
    columns = {venue.id: column for column, venue in enumerate(problem.venues)}
    applicant_hours = sum(
        part.applicants * float(problem.travel_s[rows[part.id], columns[cluster.venue]]) / 3600
        for cluster in clusters.clusters
        for part in cluster.groups
    )
    cost = (
        problem.venue_cost * len(clusters.clusters)
        + problem.travel_cost_per_applicant_hour * applicant_hours
        + problem.unserved_cost_per_applicant * sum(group.applicants for group in clusters.unserved)
    )
    allowed = COST_TOLERANCE * max(1.0, abs(cost))
    if abs(cost - clusters.objective) > allowed:
        detail = f"stated {clusters.objective}, recomputed {cost}"
        yield Violation(code=ViolationCode.OBJECTIVE, where="objective", detail=detail)
    if clusters.bound is not None and clusters.bound > cost + allowed:
        detail = f"{clusters.bound} exceeds the cost {cost} of these very clusters"
        yield Violation(code=ViolationCode.BOUND, where="bound", detail=detail)
    proved = clusters.bound is not None and cost - clusters.bound <= 2 * allowed
    if clusters.status is Status.OPTIMAL and not proved:
        yield Violation(code=ViolationCode.BOUND, where="status", detail="called optimal, but the bound is lower")


def _reason(problem: GatheringProblem, unserved: UnservedGroup) -> Iterator[Violation]:
    row = next(index for index, group in enumerate(problem.groups) if group.id == unserved.id)
    group = problem.groups[row]
    in_reach = [
        venue for column, venue in enumerate(problem.venues) if problem.travel_s[row, column] <= group.max_travel_s
    ]
    capacities = _usable_capacities(problem, group)
    larger_than_all = group.applicants > max((venue.capacity for venue in problem.venues), default=0)
    room = sum(capacities) if larger_than_all else max(capacities, default=0)
    if not in_reach:
        expected = {UnservedCode.NO_VENUE_IN_REACH}
    elif not capacities:
        expected = {UnservedCode.NO_STEP_FREE_VENUE}
    elif room < group.applicants:
        expected = {UnservedCode.OVER_CAPACITY}
    else:
        expected = {UnservedCode.BELOW_MINIMUM, UnservedCode.DISPLACED, UnservedCode.COSTS_MORE}
    if unserved.reason.code not in expected:
        detail = f"{unserved.reason.code} is not true, rather {' or '.join(sorted(expected))}"
        yield Violation(code=ViolationCode.REASON, where=unserved.id, detail=detail)
