"""How punctual each stop of a planned route is, on simulated days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mobile_passport.domain.outreach_plan import OutreachVisit
from mobile_passport.domain.plan_view import Punctuality
from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.simulation import simulated_day
from mobile_passport.rules.rulebook import Rulebook
from optimizer.plan import Route
from optimizer.problem import Problem
from optimizer.punctuality import Leg, assess_punctuality


def assess_route(
    problem: Problem, route: Route, visits: Sequence[OutreachVisit], rulebook: Rulebook
) -> tuple[Punctuality, ...]:
    """Tell how punctual each stop of a route is, its buffers being those of the rules.

    A venue's people are served from the planned start on; a household expects the team in the window that it was told.

    Parameters
    ----------
    visits
        Those of the route's stops, in their order.
    """
    rules = rulebook.punctuality
    day = simulated_day(problem, route, [visit.kind for visit in visits], rulebook)
    legs = tuple(
        _as_told(leg, visit, problem.horizon_start_at) if visit.kind is VisitKind.HOME else leg
        for leg, visit in zip(day.legs, visits, strict=True)
    )
    assessed = assess_punctuality(
        replace(day, legs=legs),
        rules.variation,
        rules.thresholds,
        days=rules.simulation.days,
        seed=rules.simulation.seed,
    )
    return tuple(
        Punctuality(
            on_time=stop.on_time,
            within_minutes=(rules.thresholds.tolerance_s if leg.tolerance_s is None else leg.tolerance_s) // 60,
            light=stop.light,
            buffer_minutes=stop.buffer_s // 60,
        )
        for leg, stop in zip(legs, assessed, strict=True)
    )


def _as_told(leg: Leg, visit: OutreachVisit, origin_at: datetime) -> Leg:
    """Let a household's stop begin when its window opens, and be late when it has closed."""
    windows = {(m.slot_at, m.window_closes_at) for m in visit.members if m.slot_at and m.window_closes_at}
    if not windows:
        return leg
    opens_at, closes_at = min(windows)
    return replace(
        leg,
        start_s=round((opens_at - origin_at).total_seconds()),
        tolerance_s=round((closes_at - opens_at).total_seconds()),
    )
