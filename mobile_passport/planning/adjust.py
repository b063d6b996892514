"""One change to a draft by hand: a visit goes to another shift, keeps off a day, or is locked where it stands.

Everything else stays where it is. Only when that leaves no room, other visits of the day may start at other times;
promises and locked visits never do. Every result passes the judge of plans, like any other plan.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from mobile_passport.domain.refusal import Conflict, Point
from mobile_passport.planning.answer import bounded
from mobile_passport.planning.broken_rules import broken_rules
from mobile_passport.planning.timetable import Timetable
from optimizer.check import ViolationCode, check
from optimizer.plan import Plan, Reason, ReasonCode, Route, Status, Stop, Unassigned
from optimizer.problem import Pin, Problem, Shift, Visit
from optimizer.solve import SolveParams, solve
from optimizer.validate import InvalidProblem

_QUICK = SolveParams(time_limit_s=None, work_limit=300, seed=1, threads=1)
"""About a third of a second: a planner waits for the answer, and only one visit is free to move."""


class ChangeKind(StrEnum):
    """What a planner does to a visit of a draft."""

    MOVE = "move"
    FORBID = "forbid"
    """It keeps off a day; where it goes instead, or whether it goes at all, the search decides."""
    LOCK = "lock"
    UNLOCK = "unlock"


class Obstacle(StrEnum):
    """What stands in the way of a change before any rule of routes is asked."""

    UNKNOWN = "unknown"
    PROMISED = "promised"
    LOCKED = "locked"
    NOT_LOCKED = "not_locked"
    NOT_PLANNED = "not_planned"
    SAME_PLACE = "same_place"
    NO_DAY = "no_day"
    """A day is to be kept off, and none is named."""
    NO_DAY_LEFT = "no_day_left"
    NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change.

    Attributes
    ----------
    visit
        Name within the plan: ``K-007``.
    shift
        Where a move leads.
    day
        The day that is forbidden.
    """

    kind: ChangeKind
    visit: str
    shift: str | None = None
    day: date | None = None


class CannotAdjust(Conflict):
    """The change breaks rules, which the points name one by one; nothing was changed."""

    code = "cannot_adjust"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """A draft with the change; its plan passes the judge of plans."""

    problem: Problem
    plan: Plan


def adjust(problem: Problem, plan: Plan, change: Change, timetable: Timetable) -> Adjusted:
    """Work out what a draft becomes by one change.

    Parameters
    ----------
    problem, plan
        Of the draft, as they were stored.

    Raises
    ------
    CannotAdjust
        Its points are the rules that the change would break.
    """
    options = tuple(visit for visit in problem.visits if visit.id == change.visit or change.visit in visit.groups)
    names = {option.id for option in options}
    shift = next((route.shift for route in plan.routes for stop in route.stops if stop.visit in names), None)
    _refuse_obstacle(options, shift, change)
    match change.kind:
        case ChangeKind.MOVE:
            return _moved(problem, plan, options, change, shift)
        case ChangeKind.FORBID:
            return _kept_off(problem, plan, options, change, timetable)
        case _:
            return _locked(problem, plan, names, is_locked=change.kind is ChangeKind.LOCK)


def refuse(*points: Point) -> CannotAdjust:
    """Make the refusal of a change that breaks rules."""
    return CannotAdjust("; ".join(f"{one.code} {one.what}" for one in points), points=points)


def _refuse_obstacle(options: Sequence[Visit], shift: str | None, change: Change) -> None:
    is_promised = any(option.id == change.visit for option in options)
    is_locked = any(option.pin for option in options)
    obstacle = None
    if not options:
        obstacle = Obstacle.UNKNOWN
    elif is_promised:
        obstacle = Obstacle.PROMISED
    elif is_locked and change.kind is not ChangeKind.UNLOCK:
        obstacle = Obstacle.LOCKED
    elif change.kind is ChangeKind.UNLOCK and not is_locked:
        obstacle = Obstacle.NOT_LOCKED
    elif change.kind is ChangeKind.FORBID and change.day is None:
        obstacle = Obstacle.NO_DAY
    elif shift is None and change.kind is ChangeKind.LOCK:
        obstacle = Obstacle.NOT_PLANNED
    elif shift is not None and shift == change.shift:
        obstacle = Obstacle.SAME_PLACE
    if obstacle:
        raise refuse(Point(code=obstacle, what=change.visit))


def _moved(problem: Problem, plan: Plan, options: Sequence[Visit], change: Change, origin: str | None) -> Adjusted:
    target = next((shift for shift in problem.shifts if shift.id == change.shift), None)
    if target is None:
        raise refuse(Point(code=Obstacle.UNKNOWN, what=str(change.shift)))
    shifts = [shift for shift in problem.shifts if shift.id in (change.shift, origin)]
    for loose in (None, target.id):
        for option in options:
            pinned = replace(option, pin=Pin(shift=target.id))
            if routes := _routed(problem, plan, shifts, [pinned], loose=loose):
                return Adjusted(problem=problem, plan=_whole(problem, plan, routes))
    raise refuse(*(broken_rules(problem, plan, options, target) or (Point(code=Obstacle.NO_ROOM, what=target.id),)))


def _kept_off(problem: Problem, plan: Plan, options: Sequence[Visit], change: Change, timetable: Timetable) -> Adjusted:
    opened = []
    for option in options:
        windows = tuple(one for one in option.windows if timetable.moment(one.start_s).date() != change.day)
        if windows:
            opened.append(replace(option, windows=windows))
    if not opened:
        raise refuse(Point(code=Obstacle.NO_DAY_LEFT, what=change.visit))
    kept, names = {option.id: option for option in opened}, {option.id for option in options}
    visits = tuple(kept.get(one.id, one) for one in problem.visits if one.id in kept or one.id not in names)
    narrowed = replace(problem, visits=visits)
    stands = next((s for route in plan.routes for s in route.stops if s.visit in names), None)
    if stands is None or timetable.moment(stands.start_s).date() != change.day:
        return Adjusted(problem=narrowed, plan=_whole(narrowed, plan, {}))
    routes = _routed(narrowed, plan, narrowed.shifts, opened)
    if routes is None:
        raise refuse(Point(code=Obstacle.NO_ROOM, what=change.visit))
    return Adjusted(problem=narrowed, plan=_whole(narrowed, plan, routes))


def _locked(problem: Problem, plan: Plan, names: set[str], *, is_locked: bool) -> Adjusted:
    place = {stop.visit: Pin(shift=route.shift, start_s=stop.start_s) for route in plan.routes for stop in route.stops}
    visits = tuple(
        replace(one, pin=place.get(one.id) if is_locked else None) if one.id in names else one for one in problem.visits
    )
    changed = replace(problem, visits=visits)
    return Adjusted(problem=changed, plan=_whole(changed, plan, {}))


def _routed(
    problem: Problem, plan: Plan, shifts: Sequence[Shift], options: Sequence[Visit], *, loose: str | None = None
) -> dict[str, Route | None] | None:
    """Route some shifts anew, all their other visits pinned; ``None`` when there is no such route.

    Parameters
    ----------
    loose
        The shift in which the others may start at other times.
    """
    visits, ids = {visit.id: visit for visit in problem.visits}, {shift.id for shift in shifts}
    names = set().union(*({one.id} | one.groups for one in options))
    others = [
        _held(visits[stop.visit], route.shift, stop, is_exact=route.shift != loose)
        for route in plan.routes
        if route.shift in ids
        for stop in route.stops
        if not ({stop.visit} | visits[stop.visit].groups) & names
    ]
    part = replace(problem, shifts=tuple(shifts), visits=(*others, *options))
    try:
        found = solve(part, _QUICK)
    except InvalidProblem:  # a pin that cannot be kept is found before any search
        return None
    if found.status is Status.INFEASIBLE:
        return None
    return dict.fromkeys(ids) | {route.shift: route for route in found.routes}


def _held(visit: Visit, shift: str, stop: Stop, *, is_exact: bool) -> Visit:
    return visit if visit.pin else replace(visit, pin=Pin(shift=shift, start_s=stop.start_s if is_exact else None))


def _whole(problem: Problem, plan: Plan, routes: dict[str, Route | None]) -> Plan:
    """Put new routes into a plan, and say of every visit on none why that is.

    The bound of the draft still holds: changes only narrow the problem that it was proved for.
    """
    before = {route.shift: route for route in plan.routes} | routes
    kept = tuple(route for shift in problem.shifts if (route := before.get(shift.id)) and route.stops)
    whole = replace(plan, routes=kept, unassigned=tuple(_unassigned(problem, plan, kept)))
    objective = check(problem, whole).objective
    return _with_true_reasons(problem, bounded(replace(whole, objective=objective), plan.bound))


def _unassigned(problem: Problem, plan: Plan, routes: Iterable[Route]) -> Iterator[Unassigned]:
    visits = {visit.id: visit for visit in problem.visits}
    planned = [visits[stop.visit] for route in routes for stop in route.stops]
    before = {item.visit: item for item in plan.unassigned}
    for visit in problem.visits:
        if visit in planned:
            continue
        rivals = tuple(sorted(other.id for other in planned if other.groups & visit.groups))
        if rivals:
            yield _left(visit, ReasonCode.ALTERNATIVE_PLANNED, rivals)
        elif visit.id in before and before[visit.id].reason.code is not ReasonCode.ALTERNATIVE_PLANNED:
            yield before[visit.id]
        else:
            yield _left(visit, ReasonCode.NOT_FOUND)


def _left(visit: Visit, code: ReasonCode, rivals: tuple[str, ...] = ()) -> Unassigned:
    return Unassigned(
        visit=visit.id,
        reason=Reason(
            code=code,
            detail="stands nowhere after a change by hand" if not rivals else f"planned as {', '.join(rivals)}",
            cheapest_change="plan anew, or move it by hand" if not rivals else "none needed",
            displaced_by=rivals,
        ),
    )


def _with_true_reasons(problem: Problem, plan: Plan) -> Plan:
    """Replace reasons that the change made false by the first that is true."""
    for code in (ReasonCode.NOT_FOUND, ReasonCode.NO_WORKING_DAY, ReasonCode.UNREACHABLE):
        violations = check(problem, plan).violations
        false = {one.where for one in violations if one.code is ViolationCode.FALSE_REASON}
        if not false:
            break
        visits = {visit.id: visit for visit in problem.visits}
        items = tuple(_left(visits[i.visit], code) if i.visit in false else i for i in plan.unassigned)
        plan = replace(plan, unassigned=items)
    if violations := check(problem, plan).violations:
        raise refuse(*(Point(code=one.code, what=one.detail, where=(one.where,)) for one in violations))
    return plan
