"""What the judge of plans knows about routes: travel, earliest times, and where breaks fit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, permutations

from optimizer.plan import Route
from optimizer.problem import Problem, Shift, Visit


@dataclass(slots=True)
class Journey:
    """Look-ups over one problem."""

    problem: Problem
    visits: dict[str, Visit] = field(init=False)
    shifts: dict[str, Shift] = field(init=False)
    _rows: dict[str, list[int]] = field(init=False)
    _distances: dict[str, list[int]] = field(init=False)
    _column: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        names = [location.id for location in self.problem.locations]
        self.visits = {visit.id: visit for visit in self.problem.visits}
        self.shifts = {shift.id: shift for shift in self.problem.shifts}
        self._rows = dict(zip(names, self.problem.matrix.duration_s.tolist(), strict=True))
        self._distances = dict(zip(names, self.problem.matrix.distance_m.tolist(), strict=True))
        self._column = {name: index for index, name in enumerate(names)}

    def duration_s(self, origin: str, target: str) -> int:
        """Return seconds of travel between two locations."""
        return self._rows[origin][self._column[target]]

    def travel(self, route: Route) -> tuple[int, int]:
        """Return seconds and metres from the start of the shift over all known stops to its end."""
        shift = self.shifts.get(route.shift)
        if shift is None:
            return 0, 0
        return self.tour(shift, [self.visits[stop.visit] for stop in route.stops if stop.visit in self.visits])

    def tour(self, shift: Shift, visits: Sequence[Visit]) -> tuple[int, int]:
        """Return seconds and metres of a tour; a shift without visits does not drive."""
        if not visits:
            return 0, 0
        places = [shift.start_location, *(visit.location for visit in visits), shift.end_location]
        legs = list(pairwise(places))
        return (
            sum(self._rows[origin][self._column[target]] for origin, target in legs),
            sum(self._distances[origin][self._column[target]] for origin, target in legs),
        )

    def earliest(self, shift: Shift, visits: Sequence[Visit]) -> int | None:
        """Return when a shift can be back from serving the visits in this order, or None when it cannot.

        Keeps windows, skills, pins, breaks and the end of the shift. Of several ways to take breaks all are tried.
        """
        if any(not fits(shift, visit) for visit in visits):
            return None
        states = {0: shift.start_s}
        place = shift.start_location
        for visit in visits:
            states = _served(visit, self.moved(shift, states, self.duration_s(place, visit.location)))
            place = visit.location
            if not states or min(states.values()) > shift.end_s:
                return None
        states = self.moved(shift, states, self.duration_s(place, shift.end_location))
        back_s = states.get((1 << len(shift.breaks)) - 1)
        return back_s if back_s is not None and back_s <= shift.end_s else None

    def moved(self, shift: Shift, states: dict[int, int], travel_s: int) -> dict[int, int]:
        """Extend earliest times, keyed by bit sets of breaks taken, by a drive and breaks before or after it."""
        if not shift.breaks:
            return {0: states[0] + travel_s}
        before = _rested(shift, states)
        return _rested(shift, {taken: time_s + travel_s for taken, time_s in before.items()})


def fits(shift: Shift, visit: Visit) -> bool:
    """Tell whether skills and pin let the shift serve the visit."""
    return visit.skills <= shift.skills and (visit.pin is None or visit.pin.shift == shift.id)


def start_of(visit: Visit, time_s: int) -> int | None:
    """Return when service can start for a team that is ready at `time_s`."""
    if visit.pin is not None and visit.pin.start_s is not None:
        return visit.pin.start_s if time_s <= visit.pin.start_s else None
    for window in visit.windows:
        if time_s <= window.end_s:
            return max(time_s, window.start_s)
    return None


def _served(visit: Visit, states: dict[int, int]) -> dict[int, int]:
    served = {}
    for taken, time_s in states.items():
        start_s = start_of(visit, time_s)
        if start_s is not None:
            served[taken] = start_s + visit.service_s
    return served


def _rested(shift: Shift, states: dict[int, int]) -> dict[int, int]:
    """Extend earliest times by breaks taken on the spot; keys are bit sets of breaks taken."""
    best = dict(states)
    for taken in range(1 << len(shift.breaks)):
        if taken not in best:
            continue
        for position, rest in enumerate(shift.breaks):
            begin_s = max(best[taken], rest.earliest_s)
            after = taken | 1 << position
            if after != taken and begin_s <= rest.latest_s:
                best[after] = min(best.get(after, begin_s + rest.duration_s), begin_s + rest.duration_s)
    return best


def breaks_can_be_placed(journey: Journey, route: Route) -> bool:
    """Tell whether the breaks fit into the idle time of a route whose stops have fixed times."""
    shift = journey.shifts[route.shift]
    if not shift.breaks or not route.stops:
        return True
    states = {0: shift.start_s}
    place = shift.start_location
    for stop in route.stops:
        location = journey.visits[stop.visit].location
        states = journey.moved(shift, states, journey.duration_s(place, location))
        states = {taken: stop.end_s for taken, time_s in states.items() if time_s <= stop.start_s}
        place = location
    back = journey.moved(shift, states, journey.duration_s(place, shift.end_location)) if states else {}
    return back.get((1 << len(shift.breaks)) - 1, shift.end_s + 1) <= shift.end_s


def find_break_conflict(journey: Journey, route: Route) -> str | None:
    """Say what is wrong with the breaks that a route states, or None.

    Every break of the shift has its own rest; rests, services and travel do not overlap.
    """
    shift = journey.shifts[route.shift]
    if len(route.breaks) != len(shift.breaks):
        return f"{len(route.breaks)} breaks stated, the shift has {len(shift.breaks)}"
    rests = sorted((rest.start_s, rest.end_s) for rest in route.breaks)
    if not _rests_match(shift, rests):
        return "the breaks stated are not those of the shift"
    time_s, place = shift.start_s, shift.start_location
    ends = [(stop.start_s, stop.end_s, journey.visits[stop.visit].location) for stop in route.stops]
    for start_s, end_s, location in [*ends, (shift.end_s, shift.end_s, shift.end_location)]:
        inside = [rest for rest in rests if time_s <= rest[0] and rest[1] <= start_s]
        if not _leg_fits(time_s, start_s, journey.duration_s(place, location), inside):
            return f"no uninterrupted travel from {place} to {location} between the breaks"
        rests = [rest for rest in rests if rest not in inside]
        time_s, place = end_s, location
    return f"a break at {rests[0][0]} overlaps a service or lies outside the shift" if rests else None


def _leg_fits(from_s: int, to_s: int, travel_s: int, rests: list[tuple[int, int]]) -> bool:
    """Tell whether travel fits before, between or after rests that do not overlap."""
    edges = [from_s, *(moment for rest in rests for moment in rest), to_s]
    pieces = [(edges[index], edges[index + 1]) for index in range(0, len(edges), 2)]
    return all(start <= end for start, end in pieces) and any(end - start >= travel_s for start, end in pieces)


def _rests_match(shift: Shift, rests: list[tuple[int, int]]) -> bool:
    """Tell whether the rests can be matched one to one to the breaks of the shift."""
    return any(
        all(
            rest.earliest_s <= start_s <= rest.latest_s and end_s - start_s == rest.duration_s
            for rest, (start_s, end_s) in zip(order, rests, strict=True)
        )
        for order in permutations(shift.breaks)
    )
