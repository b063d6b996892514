"""Which rules a visit would break in a shift where it does not fit: for people who want it there all the same."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from mobile_passport.domain.refusal import Point
from optimizer.check import ViolationCode, check
from optimizer.check_routes import Journey
from optimizer.plan import Plan, Route, Stop
from optimizer.problem import Problem, Shift, Visit

_RULES_OF_ROUTES = frozenset(
    {
        ViolationCode.SKILL_MISSING,
        ViolationCode.OUTSIDE_WINDOW,
        ViolationCode.TOO_EARLY,
        ViolationCode.LATE_RETURN,
        ViolationCode.BREAK_MISSED,
    }
)


def broken_rules(problem: Problem, plan: Plan, options: Sequence[Visit], shift: Shift) -> tuple[Point, ...]:
    """Name the rules that the least bad way to squeeze a visit into a shift would break."""
    journey = Journey(problem)
    route = next((route for route in plan.routes if route.shift == shift.id), None)
    others = [stop for stop in (route.stops if route else ()) if journey.visits[stop.visit] not in options]
    attempts = (
        _squeezed(journey, shift, others, option, position) for option in options for position in range(len(others) + 1)
    )
    visits = {visit.id: visit for visit in problem.visits}
    found = []
    for attempt in attempts:
        travel_s, distance_m = journey.travel(attempt)
        tried = replace(attempt, travel_s=travel_s, distance_m=distance_m)
        part = replace(problem, shifts=(shift,), visits=tuple(visits[stop.visit] for stop in tried.stops))
        report = check(part, replace(plan, routes=(tried,), unassigned=()))
        found.append(
            tuple(one for one in report.violations if one.code in _RULES_OF_ROUTES)
            or tuple(one for one in report.violations if one.code is ViolationCode.PIN_BROKEN)
        )
    fewest = min(found, key=len)
    named = {(one.code, one.where): Point(code=one.code, what=one.detail, where=(one.where,)) for one in fewest}
    return tuple(named.values())


def _squeezed(journey: Journey, shift: Shift, others: Sequence[Stop], option: Visit, position: int) -> Route:
    """Put a visit between stops that keep their times, as early as the way there allows."""
    before, after = others[:position], others[position:]
    ready_s = before[-1].end_s if before else shift.start_s
    place = journey.visits[before[-1].visit].location if before else shift.start_location
    arrival_s = ready_s + journey.duration_s(place, option.location)
    open_s = [w.start_s for w in option.windows if w.end_s >= arrival_s and w.start_s <= shift.end_s]
    start_s = max([arrival_s, *open_s[:1]])
    stop = Stop(visit=option.id, arrival_s=arrival_s, start_s=start_s, end_s=start_s + option.service_s)
    stops = tuple(chain(before, [stop], _reached(journey, [stop, *after])))
    return Route(shift=shift.id, travel_s=0, distance_m=0, stops=stops)


def _reached(journey: Journey, stops: Sequence[Stop]) -> Iterator[Stop]:
    """Yield all stops but the first with their arrival after the one before, at the latest when they start."""
    for previous, stop in pairwise(stops):
        way_s = journey.duration_s(journey.visits[previous.visit].location, journey.visits[stop.visit].location)
        yield replace(stop, arrival_s=min(stop.start_s, previous.end_s + way_s))
