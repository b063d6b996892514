"""A solution as routes with times: every stop as early as it can be, and breaks where they delay least."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from optimizer.columns.model import Model
from optimizer.columns.solution import Solution
from optimizer.pins import pinned_windows
from optimizer.plan import Rest, Route, Stop
from optimizer.problem import Shift, Visit


class _Day(NamedTuple):
    """One way through a shift so far.

    `time_s`: the team is ready; `arrival_s`: its last drive ended; `step` and `before`: what it did.
    """

    time_s: int
    arrival_s: int
    step: Stop | Rest | None
    before: "_Day | None"


def build_routes(model: Model, solution: Solution) -> tuple[Route, ...]:
    """Build the routes of a solution in the order of shifts; shifts without stops have none."""
    return tuple(
        _route(model, shift, [model.visits[visit] for visit in solution.route(number)])
        for number, shift in enumerate(model.shifts)
        if solution.count[number]
    )


def _route(model: Model, shift: Shift, visits: Sequence[Visit]) -> Route:
    matrix = model.problem.matrix
    index = {location.id: number for number, location in enumerate(model.problem.locations)}
    places = [index[place] for place in (shift.start_location, *(v.location for v in visits), shift.end_location)]
    legs = [int(matrix.duration_s[leg]) for leg in pairwise(places)]
    days = {0: _Day(shift.start_s, shift.start_s, None, None)}
    for visit, travel_s in zip(visits, legs, strict=False):
        days = {taken: _serve(day, visit) for taken, day in _drive(shift, days, travel_s).items() if _open(day, visit)}
    day: _Day | None = _drive(shift, days, legs[-1])[(1 << len(shift.breaks)) - 1]
    steps = []
    while day is not None:
        steps.append(day.step)
        day = day.before
    return Route(
        shift=shift.id,
        travel_s=sum(legs),
        distance_m=sum(int(matrix.distance_m[leg]) for leg in pairwise(places)),
        stops=tuple(step for step in reversed(steps) if isinstance(step, Stop)),
        breaks=tuple(step for step in reversed(steps) if isinstance(step, Rest)),
    )


def _open(day: _Day, visit: Visit) -> bool:
    return any(day.time_s <= window.end_s for window in pinned_windows(visit))


def _serve(day: _Day, visit: Visit) -> _Day:
    window = next(window for window in pinned_windows(visit) if day.time_s <= window.end_s)
    start_s = max(day.time_s, window.start_s)
    end_s = start_s + visit.service_s
    stop = Stop(visit=visit.id, arrival_s=day.arrival_s, start_s=start_s, end_s=end_s)
    return _Day(end_s, end_s, stop, day)


def _drive(shift: Shift, days: dict[int, _Day], travel_s: int) -> dict[int, _Day]:
    """Extend the earliest days, keyed by bit sets of breaks taken, over a drive with breaks before or after it."""
    arrived = {
        taken: _Day(day.time_s + travel_s, day.time_s + travel_s, None, day)
        for taken, day in _rest(shift, days).items()
    }
    return _rest(shift, arrived)


def _rest(shift: Shift, days: dict[int, _Day]) -> dict[int, _Day]:
    best = dict(days)
    for taken in range(1 << len(shift.breaks)):
        if taken not in best:
            continue
        for position, rest in enumerate(shift.breaks):
            after = taken | 1 << position
            start_s = max(best[taken].time_s, rest.earliest_s)
            end_s = start_s + rest.duration_s
            if after != taken and start_s <= rest.latest_s and (after not in best or end_s < best[after].time_s):
                best[after] = _Day(end_s, best[taken].arrival_s, Rest(start_s=start_s, end_s=end_s), best[taken])
    return best
