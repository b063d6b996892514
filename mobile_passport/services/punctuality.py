"""Days of a plan simulated: the windows that households are told, and how punctual each stop is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mobile_passport.domain.outreach_plan import OutreachPlan, OutreachVisit, RouteStop
from mobile_passport.domain.plan_view import Punctuality
from mobile_passport.domain.request import VisitKind
from mobile_passport.rules.rulebook import Rulebook
from optimizer.home_windows import home_windows
from optimizer.plan import Plan, Route
from optimizer.problem import Problem
from optimizer.punctuality import DayRoute, assess_punctuality, day_route


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Turns moments to the optimizer's seconds and back: ``at`` is its second 0."""

    at: datetime

    def seconds(self, moment: datetime) -> int:
        """Seconds from the origin."""
        return round((moment - self.at).total_seconds())

    def moment(self, seconds: int) -> datetime:
        """Moment of a second, in the origin's zone."""
        return self.at + timedelta(seconds=seconds)


def with_home_windows(
    outreach: OutreachPlan, problem: Problem, plan: Plan, promised: frozenset[str], rulebook: Rulebook
) -> OutreachPlan:
    """Move the slot of every household that has one to the opening of the window that it is told.

    Parameters
    ----------
    promised
        Visits whose people were told a slot already: they keep it.
    """
    origin = Origin(at=problem.horizon_start_at)
    opens: dict[str, int] = {}
    for route, visits in _on_routes(outreach.visits, plan, origin):
        opens |= _openings(problem, route, visits, promised, rulebook, origin)
    return OutreachPlan(
        visits=tuple(
            _told(visit, origin.moment(opens[visit.visit])) if visit.visit in opens else visit
            for visit in outreach.visits
        )
    )


def assess_route(
    problem: Problem, route: Route, visits: Sequence[OutreachVisit], rulebook: Rulebook
) -> tuple[Punctuality, ...]:
    """Tell how punctual each stop of a route is, its buffers being those of the rules.

    Parameters
    ----------
    visits
        Those of the route's stops, in their order.
    """
    day = _day(problem, route, visits, rulebook, Origin(at=problem.horizon_start_at))
    rules = rulebook.punctuality
    days, seed = rules.simulation.days, rules.simulation.seed
    within = {
        VisitKind.COLLECTIVE: rules.display.tolerance_minutes,
        VisitKind.HOME: rulebook.messages.wording.home_window_minutes,
    }
    assessed = {
        kind: assess_punctuality(day, rules.variation, rules.thresholds(minutes), days=days, seed=seed)
        for kind, minutes in within.items()
    }
    stops = (assessed[visit.kind][index] for index, visit in enumerate(visits))
    return tuple(
        Punctuality(
            on_time=stop.on_time,
            within_minutes=within[visit.kind],
            light=stop.light,
            buffer_minutes=stop.buffer_s // 60,
        )
        for stop, visit in zip(stops, visits, strict=True)
    )


def _on_routes(
    visits: Sequence[OutreachVisit], plan: Plan, origin: Origin
) -> list[tuple[Route, tuple[OutreachVisit, ...]]]:
    """Join every route with the visits of its stops, in their order: a shift has one visit at a time."""
    by_start = {
        (visit.outcome.shift, origin.seconds(visit.outcome.starts_at)): visit
        for visit in visits
        if isinstance(visit.outcome, RouteStop)
    }
    return [(route, tuple(by_start[route.shift, stop.start_s] for stop in route.stops)) for route in plan.routes]


def _openings(
    problem: Problem,
    route: Route,
    visits: Sequence[OutreachVisit],
    promised: frozenset[str],
    rulebook: Rulebook,
    origin: Origin,
) -> dict[str, int]:
    """Return the opening of the window of each household of a route that was not told one before, in seconds."""
    name_of = {stop.visit: visit for stop, visit in zip(route.stops, visits, strict=True)}
    free = {
        stop: visit.visit
        for stop, visit in name_of.items()
        if visit.kind is VisitKind.HOME and visit.visit not in promised and _has_slots(visit)
    }
    if not free:
        return {}
    rules = rulebook.punctuality
    windows = home_windows(
        _day(problem, route, visits, rulebook, origin),
        rules.variation,
        width_s=rulebook.messages.wording.home_window_minutes * 60,
        coverage=rules.home_window.coverage,
        fixed=name_of.keys() - free.keys(),
        days=rules.simulation.days,
        seed=rules.simulation.seed,
    )
    return {free[window.stop]: window.opens_s for window in windows if window.stop in free}


def _day(
    problem: Problem, route: Route, visits: Sequence[OutreachVisit], rulebook: Rulebook, origin: Origin
) -> DayRoute:
    """Read the day of a route: a household's start is what its people were told, each kind of work varies, and the
    buffer after it is free.
    """
    spreads, buffer_s = rulebook.punctuality.service, rulebook.service.site.buffer_minutes * 60
    day = day_route(problem, route)
    legs = []
    for planned, visit in zip(day.legs, visits, strict=True):
        leg = replace(planned, service_s=max(0, planned.service_s - buffer_s))
        slots = [member.slot_at for member in visit.members if member.slot_at]
        if visit.kind is VisitKind.HOME:
            told_s = min(map(origin.seconds, slots), default=leg.start_s)
            legs.append(replace(leg, start_s=told_s, service_spread=spreads.home))
        else:
            legs.append(replace(leg, service_spread=spreads.collective))
    return replace(day, legs=tuple(legs))


def _told(visit: OutreachVisit, slot_at: datetime) -> OutreachVisit:
    return replace(visit, members=tuple(replace(member, slot_at=slot_at) for member in visit.members))


def _has_slots(visit: OutreachVisit) -> bool:
    return all(member.slot_at for member in visit.members)
