"""An independent judge of plans: every rule of the planning contract, sharing no code with the solver."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from optimizer.check_reasons import find_false_reason
from optimizer.check_routes import Journey, breaks_can_be_placed, find_break_conflict
from optimizer.plan import Plan, Route, Status, Stop
from optimizer.problem import Problem, Shift, Visit

TOLERANCE = 1e-6
"""Relative; amounts in a plan are decimal renderings of sums of floats."""


class ViolationCode(StrEnum):
    """What can be wrong with a plan."""

    UNKNOWN_ID = "unknown_id"
    SHIFT_TWICE = "shift_twice"
    VISIT_TWICE = "visit_twice"
    VISIT_MISSING = "visit_missing"
    SKILL_MISSING = "skill_missing"
    OUTSIDE_WINDOW = "outside_window"
    TOO_EARLY = "too_early"
    WRONG_SERVICE = "wrong_service"
    LATE_RETURN = "late_return"
    BREAK_MISSED = "break_missed"
    PIN_BROKEN = "pin_broken"
    GROUP_TWICE = "group_twice"
    REQUIRED_MISSING = "required_missing"
    WRONG_TRAVEL = "wrong_travel"
    WRONG_OBJECTIVE = "wrong_objective"
    WRONG_BOUND = "wrong_bound"
    WRONG_STATUS = "wrong_status"
    FALSE_REASON = "false_reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule."""

    code: ViolationCode
    where: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """The objective as recomputed from the routes, and every violation; none means that the plan may be used."""

    objective: float
    violations: tuple[Violation, ...]


def check(problem: Problem, plan: Plan) -> CheckReport:
    """Judge a plan.

    Parameters
    ----------
    problem
        Valid (see `validate`).
    plan
        From any solver.

    Returns
    -------
    CheckReport
        With all violations. A plan that leaves out required visits has none if it says so: status infeasible and a
        reason for each.
    """
    journey = Journey(problem)
    objective = _objective(problem, journey, plan)
    violations = [*_ids(problem, plan)]
    if not violations:
        violations = [
            *(found for route in plan.routes for found in _route(journey, route)),
            *_groups(journey, plan),
            *_pins(problem, plan),
            *_required(problem, plan),
        ]
    if not violations:
        violations = [
            Violation(code=ViolationCode.FALSE_REASON, where=item.visit, detail=detail)
            for item in plan.unassigned
            if (detail := find_false_reason(journey, plan, item))
        ]
    violations += _figures(plan, objective)
    return CheckReport(objective=objective, violations=tuple(violations))


def _objective(problem: Problem, journey: Journey, plan: Plan) -> float:
    reward = math.fsum(
        journey.visits[stop.visit].reward
        for route in plan.routes
        for stop in route.stops
        if stop.visit in journey.visits
    )
    travel_s = sum(journey.travel(route)[0] for route in plan.routes)
    return reward - problem.objective.travel_cost_per_hour * travel_s / 3600


def _ids(problem: Problem, plan: Plan) -> Iterator[Violation]:
    shifts = Counter(route.shift for route in plan.routes)
    planned = Counter(stop.visit for route in plan.routes for stop in route.stops)
    unassigned = Counter(item.visit for item in plan.unassigned)
    known_shifts = {shift.id for shift in problem.shifts}
    known_visits = {visit.id for visit in problem.visits}
    for name, count in shifts.items():
        if name not in known_shifts:
            yield Violation(code=ViolationCode.UNKNOWN_ID, where=name, detail="the problem has no such shift")
        if count > 1:
            yield Violation(code=ViolationCode.SHIFT_TWICE, where=name, detail=f"the shift has {count} routes")
    everywhere = planned + unassigned
    for name, count in everywhere.items():
        if name not in known_visits:
            yield Violation(code=ViolationCode.UNKNOWN_ID, where=name, detail="the problem has no such visit")
        if count > 1:
            yield Violation(code=ViolationCode.VISIT_TWICE, where=name, detail=f"the visit is mentioned {count} times")
    for name in sorted(known_visits - set(everywhere)):
        detail = "the visit is neither planned nor unassigned"
        yield Violation(code=ViolationCode.VISIT_MISSING, where=name, detail=detail)


def _route(journey: Journey, route: Route) -> Iterator[Violation]:
    shift = journey.shifts[route.shift]
    earliest_s, place = shift.start_s, shift.start_location
    for stop in route.stops:
        visit = journey.visits[stop.visit]
        yield from _stop(shift, visit, stop)
        arrival_s = earliest_s + journey.duration_s(place, visit.location)
        if stop.arrival_s < arrival_s or stop.start_s < stop.arrival_s:
            detail = f"arrives {stop.arrival_s}, starts {stop.start_s}; travel allows {arrival_s} at the earliest"
            yield Violation(code=ViolationCode.TOO_EARLY, where=stop.visit, detail=detail)
        earliest_s, place = stop.end_s, visit.location
    back_s = earliest_s + journey.duration_s(place, shift.end_location)
    if back_s > shift.end_s:
        detail = f"is back at {back_s}, after the shift ends at {shift.end_s}"
        yield Violation(code=ViolationCode.LATE_RETURN, where=route.shift, detail=detail)
    conflict = find_break_conflict(journey, route) if route.breaks else None
    if conflict or not (route.breaks or breaks_can_be_placed(journey, route)):
        detail = conflict or "the stops leave no room for the breaks of the shift"
        yield Violation(code=ViolationCode.BREAK_MISSED, where=route.shift, detail=detail)
    if journey.travel(route) != (route.travel_s, route.distance_m):
        detail = f"says {route.travel_s} s, {route.distance_m} m; the matrix says {journey.travel(route)}"
        yield Violation(code=ViolationCode.WRONG_TRAVEL, where=route.shift, detail=detail)


def _stop(shift: Shift, visit: Visit, stop: Stop) -> Iterator[Violation]:
    if not visit.skills <= shift.skills:
        detail = f"{shift.id} lacks {', '.join(sorted(visit.skills - shift.skills))}"
        yield Violation(code=ViolationCode.SKILL_MISSING, where=visit.id, detail=detail)
    if not any(window.start_s <= stop.start_s <= window.end_s for window in visit.windows):
        detail = f"starts at {stop.start_s}, in none of its windows"
        yield Violation(code=ViolationCode.OUTSIDE_WINDOW, where=visit.id, detail=detail)
    if stop.end_s - stop.start_s != visit.service_s:
        detail = f"serves {stop.end_s - stop.start_s} s instead of {visit.service_s} s"
        yield Violation(code=ViolationCode.WRONG_SERVICE, where=visit.id, detail=detail)


def _groups(journey: Journey, plan: Plan) -> Iterator[Violation]:
    planned = [journey.visits[stop.visit] for route in plan.routes for stop in route.stops]
    for group, count in sorted(Counter(group for visit in planned for group in visit.groups).items()):
        if count > 1:
            detail = f"{count} visits of the group are planned"
            yield Violation(code=ViolationCode.GROUP_TWICE, where=group, detail=detail)


def _pins(problem: Problem, plan: Plan) -> Iterator[Violation]:
    place = {stop.visit: (route.shift, stop.start_s) for route in plan.routes for stop in route.stops}
    for visit in problem.visits:
        if visit.pin is None or visit.id not in place:
            continue
        shift, start_s = place[visit.id]
        if shift != visit.pin.shift or visit.pin.start_s not in (None, start_s):
            detail = f"stands on {shift} at {start_s}, pinned to {visit.pin.shift} at {visit.pin.start_s}"
            yield Violation(code=ViolationCode.PIN_BROKEN, where=visit.id, detail=detail)


def _required(problem: Problem, plan: Plan) -> Iterator[Violation]:
    left_out = {item.visit for item in plan.unassigned}
    missing = [
        visit.id for visit in problem.visits if (visit.required or visit.pin is not None) and visit.id in left_out
    ]
    if plan.status is Status.INFEASIBLE and not missing:
        detail = "every required and pinned visit is planned, yet the plan calls itself infeasible"
        yield Violation(code=ViolationCode.WRONG_STATUS, where="status", detail=detail)
    if plan.status is not Status.INFEASIBLE:
        for name in missing:
            detail = "the visit is required or pinned, and the plan does not say that it is infeasible"
            yield Violation(code=ViolationCode.REQUIRED_MISSING, where=name, detail=detail)


def _figures(plan: Plan, objective: float) -> Iterator[Violation]:
    slack = TOLERANCE * max(1.0, abs(objective))
    if not abs(plan.objective - objective) <= slack:
        detail = f"says {plan.objective}, the routes are worth {objective}"
        yield Violation(code=ViolationCode.WRONG_OBJECTIVE, where="objective", detail=detail)
    if plan.bound is None:
        if plan.gap is not None or plan.status is Status.OPTIMAL:
            detail = "there is no bound, so neither a gap nor a proof"
            yield Violation(code=ViolationCode.WRONG_BOUND, where="gap", detail=detail)
        return
    if not plan.bound >= objective - slack:
        detail = f"the bound {plan.bound} is below the objective {objective}"
        yield Violation(code=ViolationCode.WRONG_BOUND, where="bound", detail=detail)
    gap = (plan.bound - objective) / abs(plan.bound) if plan.bound else 0.0
    if plan.gap is None or not abs(plan.gap - gap) <= 1e-4 * max(1.0, abs(gap)):
        detail = f"says {plan.gap}, bound and objective give {gap}"
        yield Violation(code=ViolationCode.WRONG_BOUND, where="gap", detail=detail)
    if plan.status is Status.OPTIMAL and gap > TOLERANCE:
        detail = f"the plan calls itself optimal with a gap of {gap}"
        yield Violation(code=ViolationCode.WRONG_STATUS, where="status", detail=detail)
