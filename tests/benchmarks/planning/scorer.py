"""An independent scorer: what a solver's routes are worth, with every rule of the benchmark families checked.

It knows only sequences of visits: start times are recomputed here, as early as possible.
"""

from collections.abc import Mapping, Sequence

from optimizer.problem import Problem

Routes = Mapping[str, Sequence[str]]
"""Shift id to visit ids in order."""


class BrokenRuleError(ValueError):
    """The routes break a rule of the problem."""


def score(problem: Problem, routes: Routes) -> float:
    """Return the objective of routes.

    Raises
    ------
    BrokenRuleError
        When a visit is served twice or outside its windows, a skill is missing, or a team comes home late.
    """
    column = {location.id: index for index, location in enumerate(problem.locations)}
    visits = {visit.id: visit for visit in problem.visits}
    shifts = {shift.id: shift for shift in problem.shifts}
    served = [name for names in routes.values() for name in names]
    if len(served) != len(set(served)):
        raise BrokenRuleError("a visit is served twice")
    travel_s = 0
    for shift_id, names in routes.items():
        shift = shifts[shift_id]
        now_s, place = shift.start_s, column[shift.start_location]
        for name in names:
            visit = visits[name]
            if not visit.skills <= shift.skills:
                raise BrokenRuleError(f"{shift_id} lacks the skills of {name}")
            leg_s = int(problem.matrix.duration_s[place, column[visit.location]])
            travel_s += leg_s
            starts = [max(now_s + leg_s, w.start_s) for w in visit.windows if now_s + leg_s <= w.end_s]
            if not starts:
                raise BrokenRuleError(f"{name} is reached after its windows")
            now_s, place = starts[0] + visit.service_s, column[visit.location]
        if names:
            leg_s = int(problem.matrix.duration_s[place, column[shift.end_location]])
            travel_s += leg_s
            if now_s + leg_s > shift.end_s:
                raise BrokenRuleError(f"{shift_id} comes home late")
    return sum(visits[name].reward for name in served) - problem.objective.travel_cost_per_hour * travel_s / 3600
