"""What a draft changed by hand tells people: new slots to those whose visit moved, the same as before to the rest."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from mobile_passport.domain.demand import WaitingRequest
from mobile_passport.domain.outreach_plan import OutreachPlan, OutreachVisit, RouteStop, Unserved
from mobile_passport.domain.refusal import Point
from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.adjust import Adjusted, refuse
from mobile_passport.planning.inversions import name_of
from mobile_passport.planning.outcome import SlotsDoNotFit, outcome_of_session
from mobile_passport.planning.serving import Crew
from mobile_passport.planning.sessions import Attendee, Session
from mobile_passport.planning.simulation import simulated_day
from mobile_passport.planning.timetable import Timetable
from mobile_passport.planning.windows import window_rule
from mobile_passport.rules.rulebook import Rulebook
from optimizer.check import check
from optimizer.home_windows import HomeWindow, keep_windows
from optimizer.plan import Plan, Route
from optimizer.problem import Window

WINDOW_BROKEN = "window_broken"
"""A household was to be told a window that would not hold any more."""
SLOTS_DO_NOT_FIT = "slots_do_not_fit"


def retell(
    adjusted: Adjusted,
    before: OutreachPlan,
    requests: Iterable[WaitingRequest],
    timetable: Timetable,
    rulebook: Rulebook,
) -> tuple[Adjusted, OutreachPlan]:
    """Give people of an adjusted draft their slots.

    Parameters
    ----------
    before
        The draft as it was.
    requests
        What the draft was made from, with all its people.

    Returns
    -------
    tuple
        The draft with the buffers that households' windows need, and its visits.

    Raises
    ------
    CannotAdjust
        When a window or a slot of the draft would not hold.
    """
    visits = {visit.visit: visit for visit in before.visits}
    adjusted, windows = _with_windows(adjusted, visits, timetable, rulebook)
    stands = _stands(adjusted.plan, timetable)
    attendees = {
        person.id: Attendee(person=person, request=request) for request in requests for person in request.people
    }
    retold = []
    for visit in before.visits:
        if _is_same(visit, stands.get(visit.visit)):
            retold.append(visit)
        else:
            retold.append(_retold(visit, attendees, adjusted, windows, timetable, rulebook))
    return adjusted, OutreachPlan(visits=tuple(retold))


def _stands(plan: Plan, timetable: Timetable) -> dict[str, RouteStop]:
    return {
        name_of(stop.visit): RouteStop(
            team=route.shift.partition("/")[0],
            shift=route.shift,
            starts_at=timetable.moment(stop.start_s),
            ends_at=timetable.moment(stop.end_s),
        )
        for route in plan.routes
        for stop in route.stops
    }


def _is_same(visit: OutreachVisit, stop: RouteStop | None) -> bool:
    return visit.outcome == stop if isinstance(visit.outcome, RouteStop) else stop is None


def _retold(
    visit: OutreachVisit,
    attendees: Mapping[UUID, Attendee],
    adjusted: Adjusted,
    windows: Mapping[str, HomeWindow],
    timetable: Timetable,
    rulebook: Rulebook,
) -> OutreachVisit:
    session = Session(
        visit=visit.visit,
        kind=visit.kind,
        place=visit.place,
        waiver=visit.waiver,
        attendees=tuple(attendees[member.applicant_id] for member in visit.members),
    )
    options = tuple(one for one in adjusted.problem.visits if visit.visit in one.groups)
    crew = Crew.slowest_of(rulebook)
    try:
        return outcome_of_session(session, options, adjusted.plan, windows, timetable, crew, rulebook)
    except SlotsDoNotFit as error:
        raise refuse(Point(code=SLOTS_DO_NOT_FIT, what=str(error), where=(visit.visit,))) from error


def _with_windows(
    adjusted: Adjusted, visits: Mapping[str, OutreachVisit], timetable: Timetable, rulebook: Rulebook
) -> tuple[Adjusted, Mapping[str, HomeWindow]]:
    """Choose windows on routes that changed and go to households; windows of the draft stay where the stop stays."""
    windows: dict[str, HomeWindow] = {}
    routes = []
    for route in adjusted.plan.routes:
        kinds = [visits[name_of(stop.visit)].kind for stop in route.stops]
        if VisitKind.HOME in kinds and _has_changed(route, visits, timetable):
            route, chosen = _kept(adjusted, route, visits, timetable, rulebook)
            windows |= chosen
        routes.append(route)
    plan = replace(adjusted.plan, routes=tuple(routes))
    if violations := check(adjusted.problem, plan).violations:
        raise refuse(*(Point(code=one.code, what=one.detail, where=(one.where,)) for one in violations))
    return replace(adjusted, plan=plan), windows


def _has_changed(route: Route, visits: Mapping[str, OutreachVisit], timetable: Timetable) -> bool:
    stood = [
        visit.visit
        for visit in visits.values()
        if isinstance(visit.outcome, RouteStop) and visit.outcome.shift == route.shift
    ]
    return sorted(stood) != sorted(name_of(stop.visit) for stop in route.stops) or any(
        _told(visits[name_of(stop.visit)], stop.start_s, route.shift, timetable) is None for stop in route.stops
    )


def _told(visit: OutreachVisit, start_s: int, shift: str, timetable: Timetable) -> Window | None:
    """Return what a visit's people were to be told, if it still stands where it stood."""
    stop = visit.outcome
    if isinstance(stop, Unserved) or stop.shift != shift or timetable.seconds_at(stop.starts_at) != start_s:
        return None
    spans = [(one.slot_at, one.window_closes_at) for one in visit.members if one.slot_at and one.window_closes_at]
    if not spans:
        return Window(start_s=start_s, end_s=start_s)
    opens_at, closes_at = min(spans)
    return Window(start_s=timetable.seconds_at(opens_at), end_s=timetable.seconds_at(closes_at))


def _kept(
    adjusted: Adjusted,
    route: Route,
    visits: Mapping[str, OutreachVisit],
    timetable: Timetable,
    rulebook: Rulebook,
) -> tuple[Route, dict[str, HomeWindow]]:
    rules, rule = rulebook.punctuality, window_rule(rulebook)
    of_stop = {stop.visit: visits[name_of(stop.visit)] for stop in route.stops}
    homes = {
        stop.visit: _told(of_stop[stop.visit], stop.start_s, route.shift, timetable)
        for stop in route.stops
        if of_stop[stop.visit].kind is VisitKind.HOME
    }
    kept = keep_windows(
        adjusted.problem,
        route,
        simulated_day(adjusted.problem, route, [visit.kind for visit in of_stop.values()], rulebook),
        homes,
        rule,
        rules.variation,
        days=rules.simulation.days,
        seed=rules.simulation.seed,
    )
    broken = [one for one in kept.windows if homes[one.stop] is not None and one.coverage < rule.coverage]
    if broken:
        raise refuse(*_windows_broken(broken))
    return kept.route, {window.stop: window for window in kept.windows}


def _windows_broken(broken: Iterable[HomeWindow]) -> Iterator[Point]:
    for one in broken:
        share = f"holds on {one.coverage:.0%} of simulated days"
        yield Point(code=WINDOW_BROKEN, what=share, where=(name_of(one.stop),))
