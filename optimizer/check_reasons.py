"""Whether the reason given for a visit that was left out is true, found out by trying."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optimizer.check_routes import Journey, fits, start_of
from optimizer.plan import Plan, ReasonCode, Unassigned
from optimizer.problem import Shift, Visit

TOLERANCE = 1e-6
_ALONE = (ReasonCode.NO_SHIFT_WITH_SKILL, ReasonCode.NO_WORKING_DAY, ReasonCode.UNREACHABLE)


def find_false_reason(journey: Journey, plan: Plan, item: Unassigned) -> str | None:
    """Say what is false about the reason of one unassigned visit, or None when it holds.

    Parameters
    ----------
    plan
        Its routes keep every rule.
    """
    visit, reason = journey.visits[item.visit], item.reason
    alone = _obstacle_alone(journey, visit)
    if (reason.code in _ALONE or alone is not None) and reason.code is not alone:
        return f"{reason.code} is given, tried alone it is {alone or 'servable'}"
    trial = _Trial(journey=journey, routes=_routes(journey, plan), visit=visit)
    match reason.code:
        case ReasonCode.ALTERNATIVE_PLANNED:
            return trial.false_alternative(reason.displaced_by)
        case ReasonCode.BELOW_TRAVEL_COST:
            return trial.false_cost()
        case ReasonCode.DISPLACED:
            return trial.false_displacement(reason.shift, reason.displaced_by)
        case _:
            return None


def _obstacle_alone(journey: Journey, visit: Visit) -> ReasonCode | None:
    """Try the visit as the only one of every shift."""
    able = [shift for shift in journey.shifts.values() if fits(shift, visit)]
    if not able:
        return ReasonCode.NO_SHIFT_WITH_SKILL
    open_days = [shift for shift in able if _meets(shift, visit)]
    if not open_days:
        return ReasonCode.NO_WORKING_DAY
    if all(journey.earliest(shift, [visit]) is None for shift in open_days):
        return ReasonCode.UNREACHABLE
    return None


def _meets(shift: Shift, visit: Visit) -> bool:
    return any(window.start_s <= shift.end_s and shift.start_s <= window.end_s for window in visit.windows)


def _routes(journey: Journey, plan: Plan) -> dict[str, tuple[Visit, ...]]:
    routes: dict[str, tuple[Visit, ...]] = dict.fromkeys(journey.shifts, ())
    for route in plan.routes:
        routes[route.shift] = tuple(journey.visits[stop.visit] for stop in route.stops)
    return routes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """One unassigned visit against the routes of a plan."""

    journey: Journey
    routes: dict[str, tuple[Visit, ...]]
    visit: Visit

    def false_alternative(self, named: Sequence[str]) -> str | None:
        planned = [visit for route in self.routes.values() for visit in route]
        alternatives = {visit.id for visit in planned if visit.groups & self.visit.groups}
        if alternatives and alternatives == set(named):
            return None
        return "the visits named are not the planned alternatives of its groups"

    def false_cost(self) -> str | None:
        gains = [gain for shift in self.routes for gain in self._gains(shift, self.routes[shift])]
        if not gains:
            return "it fits nowhere, whatever travel costs"
        if max(gains) > TOLERANCE:
            return f"it fits in and would gain {max(gains):.6f} points"
        return None

    def false_displacement(self, shift: str | None, named: Sequence[str]) -> str | None:
        if shift is None or shift not in self.routes:
            return "the reason names no shift"
        route = self.routes[shift]
        rest = tuple(visit for visit in route if visit.id not in named)
        if not named or len(rest) != len(route) - len(named):
            return f"the visits named are not in the route of {shift}"
        if any(True for name, stops in self.routes.items() for _ in self._gains(name, stops)):
            return "it fits in without any visit going"
        gains = list(self._gains(shift, rest))
        if not gains:
            return f"it does not fit into {shift} even without the visits named"
        removed = [visit for visit in route if visit.id in named]
        if any(_certain(visit) for visit in removed):
            return None
        before, after = self._worth(shift, route), self._worth(shift, rest)
        if _certain(self.visit) or after + max(gains) > before + TOLERANCE:
            return "it is worth more than the visits named"
        return None

    def _worth(self, shift: str, route: Sequence[Visit]) -> float:
        travel_s, _ = self.journey.tour(self.journey.shifts[shift], route)
        return sum(visit.reward for visit in route) - self._cost(travel_s)

    def _cost(self, travel_s: int) -> float:
        return self.journey.problem.objective.travel_cost_per_hour * travel_s / 3600

    def _gains(self, name: str, route: Sequence[Visit]) -> Iterator[float]:
        """Yield what the visit gains at every position of a route where it fits, the others kept in order."""
        shift = self.journey.shifts[name]
        if not (fits(shift, self.visit) and _meets(shift, self.visit)):
            return
        before_s = self.journey.tour(shift, route)[0]
        for position in range(len(route) + 1):
            trial = (*route[:position], self.visit, *route[position:])
            if self._plausible(shift, route, position) and self.journey.earliest(shift, trial) is not None:
                yield self.visit.reward - self._cost(self.journey.tour(shift, trial)[0] - before_s)

    def _plausible(self, shift: Shift, route: Sequence[Visit], position: int) -> bool:
        """Rule out positions by the two neighbours' windows alone; cheap, and never wrong."""
        if position == 0:
            return True
        before = route[position - 1]
        opens_s = start_of(before, shift.start_s)
        if opens_s is None:
            return False
        ready_s = opens_s + before.service_s + self.journey.duration_s(before.location, self.visit.location)
        start_s = start_of(self.visit, ready_s)
        return start_s is not None and start_s <= shift.end_s


def _certain(visit: Visit) -> bool:
    return visit.required or visit.pin is not None
