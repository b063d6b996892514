"""Routes of a plan as days that can be simulated."""

from collections.abc import Sequence
from dataclasses import replace

from mobile_passport.domain.request import VisitKind
from mobile_passport.rules.rulebook import Rulebook
from optimizer.plan import Route
from optimizer.problem import Problem
from optimizer.punctuality import DayRoute, day_route


def simulated_day(problem: Problem, route: Route, kinds: Sequence[VisitKind], rulebook: Rulebook) -> DayRoute:
    """Read the day of a route for simulation: each kind of work varies by its own spread, and buffers are free.

    Parameters
    ----------
    kinds
        Those of the route's stops, in their order.
    """
    spreads, buffer_s = rulebook.punctuality.service, rulebook.service.site.buffer_minutes * 60
    spread_of = {VisitKind.HOME: spreads.home, VisitKind.COLLECTIVE: spreads.collective}
    day = day_route(problem, route)
    legs = (
        replace(leg, service_s=max(0, leg.service_s - buffer_s), service_spread=spread_of[kind])
        for leg, kind in zip(day.legs, kinds, strict=True)
    )
    return replace(day, legs=tuple(legs))
