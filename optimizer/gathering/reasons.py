"""Why a group is left unserved: a statement about problem and clusters that is true, with its figures."""

import numpy as np

from optimizer.gathering.instance import Instance, Loads
from optimizer.gathering.problem import GatheringProblem, UnservedCode, UnservedReason


def misfit_reason(problem: GatheringProblem, row: int) -> UnservedReason:
    """Explain a group that no venue can take, whatever the others do."""
    group = problem.groups[row]
    reached = np.flatnonzero(problem.travel_s[row] <= group.max_travel_s)
    if not len(reached):
        nearest = problem.travel_s[row].min(initial=np.inf)
        where = f"the nearest is {nearest / 60:.0f} min away" if np.isfinite(nearest) else "no way leads to any"
        detail = f"no venue within {group.max_travel_s / 60:.0f} min; {where}"
        return UnservedReason(code=UnservedCode.NO_VENUE_IN_REACH, detail=detail)
    usable = [problem.venues[v] for v in reached if problem.venues[v].step_free or not group.needs_step_free]
    if not usable:
        detail = f"none of the {len(reached)} venues in reach is step-free"
        return UnservedReason(code=UnservedCode.NO_STEP_FREE_VENUE, detail=detail)
    largest = max(usable, key=lambda venue: venue.capacity)
    detail = f"{group.applicants} people; the largest venue they can use is {largest.id} with {largest.capacity}"
    if group.applicants > max(venue.capacity for venue in problem.venues):
        together = sum(venue.capacity for venue in usable)
        detail = f"{group.applicants} people; all {len(usable)} venues they can use hold {together} together"
    return UnservedReason(code=UnservedCode.OVER_CAPACITY, detail=detail)


def unserved_reason(problem: GatheringProblem, instance: Instance, loads: Loads, g: int) -> UnservedReason:
    """Explain a group that fits somewhere but is not served in this solution."""
    people = int(instance.applicants[g])
    usable = np.flatnonzero(instance.usable[g])
    crowd = loads.sum(axis=0)
    if instance.parts[g] == 1 and (instance.capacity[usable] - crowd[usable] < people).all():
        detail = f"all {len(usable)} venues it can use are full with other groups"
        return UnservedReason(code=UnservedCode.DISPLACED, detail=detail)
    short = [v for v in usable if _most(instance, loads, g, int(v)) < instance.minimum]
    if len(short) == len(usable) and not instance.vulnerable[g]:
        best = max(short, key=lambda v: _most(instance, loads, g, int(v)))
        detail = (
            f"with every unserved group that can come, {problem.venues[best].id} would have "
            f"{_most(instance, loads, g, int(best))} of {instance.minimum} people"
        )
        return UnservedReason(code=UnservedCode.BELOW_MINIMUM, detail=detail)
    detail = f"serving its {people} people would cost more than the {instance.unserved_cost * people:g} of not serving"
    return UnservedReason(code=UnservedCode.COSTS_MORE, detail=detail)


def _most(instance: Instance, loads: Loads, g: int, v: int) -> int:
    """Return the most people venue v can have with group g, those already there and any unserved groups."""
    crowd = int(loads[:, v].sum())
    room = int(instance.capacity[v]) - crowd
    people = min(int(instance.applicants[g]), room)
    if instance.parts[g] == 1 and people < instance.applicants[g]:
        return 0
    reachable = 1 << people
    others = instance.usable[:, v] & ~loads.any(axis=1) & (instance.parts == 1)
    others[g] = False
    for size in instance.applicants[others].tolist():
        reachable |= (reachable << size) & ((1 << (room + 1)) - 1)
    return crowd + reachable.bit_length() - 1
