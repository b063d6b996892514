"""Why visits are left out of a solution, and the cheapest change that would let each of them in."""

from collections.abc import Mapping

import numpy as np

from optimizer.columns.exchange import NO_GAIN, best_replacement, cheapest_insertion, least_overtime, polish
from optimizer.columns.model import Model
from optimizer.columns.routes import Routes, empty_routes, load, score
from optimizer.columns.solution import Solution
from optimizer.plan import Reason, ReasonCode, Unassigned
from optimizer.problem import Visit


class Explainer:
    """Improves solutions until simple reasons hold, and states them."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._routes: Routes = empty_routes(model)
        self._nobody: Routes | None = None

    def polish(self, solution: Solution) -> Solution:
        """Carry out what the reasons would otherwise have to admit: insertions and exchanges that gain."""
        load(self._model.tables, self._routes, solution.stops, solution.count)
        polish(self._model.tables, self._routes)
        improved = int(score(self._model.tables, self._routes))
        if improved <= solution.score:
            return solution
        return Solution(stops=self._routes.stops.copy(), count=self._routes.length.copy(), score=improved)

    def explain(self, solution: Solution) -> tuple[Unassigned, ...]:
        """State the reason of every visit that a polished solution leaves out."""
        load(self._model.tables, self._routes, solution.stops, solution.count)
        user = {item: v for v in np.flatnonzero(self._routes.host >= 0).tolist() for item in self._model.uses[v]}
        return tuple(
            Unassigned(visit=self._model.visits[visit].id, reason=self._reason(visit, user))
            for visit in np.flatnonzero(self._routes.host < 0).tolist()
        )

    def _reason(self, number: int, user: Mapping[int, int]) -> Reason:
        model, routes = self._model, self._routes
        visit = model.visits[number]
        if not (model.tables.latest[number] >= 0).any():
            return self._alone(number, visit)
        rivals = {user[item] for item in model.uses[number] if item in user}
        if rivals:
            return self._alternative(visit, [model.visits[rival] for rival in rivals])
        cost_s, shift, _ = cheapest_insertion(model.tables, routes, number)
        if shift >= 0:
            cost = model.problem.objective.travel_cost_per_hour * cost_s / 3600
            return Reason(
                code=ReasonCode.BELOW_TRAVEL_COST,
                detail=f"it fits into {model.shifts[shift].id}, where travel costs {cost:.2f} points"
                f" and the visit earns {visit.reward:g}",
                cheapest_change=f"a reward above {cost:.2f} points, or another visit nearby",
                shift=model.shifts[shift].id,
            )
        return self._displaced(number, visit)

    def _alone(self, number: int, visit: Visit) -> Reason:
        able = [
            shift
            for shift in self._model.shifts
            if visit.skills <= shift.skills and (visit.pin is None or visit.pin.shift == shift.id)
        ]
        if not able:
            needed = ", ".join(sorted(visit.skills)) or "its pinned shift"
            return Reason(
                code=ReasonCode.NO_SHIFT_WITH_SKILL,
                detail=f"no shift has what the visit needs: {needed}",
                cheapest_change=f"a shift with {needed}",
            )
        meeting = [s for s in able if any(w.start_s <= s.end_s and s.start_s <= w.end_s for w in visit.windows)]
        if not meeting:
            return Reason(
                code=ReasonCode.NO_WORKING_DAY,
                detail="no shift with the skills works inside the visit's windows",
                cheapest_change="a shift inside the windows, or a window on a working day",
            )
        return Reason(
            code=ReasonCode.UNREACHABLE,
            detail="no shift with the skills can reach the visit in a window, serve it and be back in time",
            cheapest_change=self._longer_shift(number, empty=True),
        )

    def _alternative(self, visit: Visit, planned: list[Visit]) -> Reason:
        by_id = {rival.id: ", ".join(sorted(rival.groups & visit.groups)) for rival in planned}
        return Reason(
            code=ReasonCode.ALTERNATIVE_PLANNED,
            detail="; ".join(f"{name} of the same group {groups} is planned" for name, groups in sorted(by_id.items())),
            cheapest_change="none is needed: at most one visit of a group is planned",
            displaced_by=tuple(sorted(by_id)),
        )

    def _displaced(self, number: int, visit: Visit) -> Reason:
        model, routes = self._model, self._routes
        gain, shift, start, length = best_replacement(model.tables, routes, number)
        if gain == NO_GAIN or gain > 0:
            return Reason(
                code=ReasonCode.NOT_FOUND,
                detail="the search ended before it found a place for the visit",
                cheapest_change="a longer search",
            )
        stops = routes.stops[shift, start : start + length].tolist()
        names = tuple(sorted(model.visits[stop].id for stop in stops))
        fixed = any(model.certain[stop] for stop in stops)
        why = "required or pinned" if fixed else "worth more"
        return Reason(
            code=ReasonCode.DISPLACED,
            detail=f"it fits in nowhere; best in {model.shifts[shift].id} instead of {', '.join(names)}, {why}",
            cheapest_change=self._longer_shift(number, empty=False),
            shift=model.shifts[shift].id,
            displaced_by=names,
        )

    def _longer_shift(self, number: int, *, empty: bool) -> str:
        model, visit = self._model, self._model.visits[number]
        able = np.array(
            [visit.skills <= s.skills and (visit.pin is None or visit.pin.shift == s.id) for s in model.shifts]
        )
        routes = self._routes
        if empty:
            routes = self._nobody = self._nobody or empty_routes(model)
        overtime_s, shift = least_overtime(model.tables, routes, number, able)
        if shift < 0:
            return "one more shift with its skills inside its windows, starting early enough"
        return f"{model.shifts[shift].id} ending {-(-overtime_s // 60)} min later"
