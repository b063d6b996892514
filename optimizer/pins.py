"""Whether pins can be kept at all: exact, for the few visits that are pinned to one shift."""

from collections.abc import Sequence
from heapq import heappop, heappush

from optimizer.problem import Problem, Shift, Visit, Window

MAX_EXACT_PINS = 9
"""More visits pinned to one shift are left to the search, which reports those that it cannot place."""


def find_pin_issue(problem: Problem, visit: Visit, shift: Shift) -> str | None:
    """Say which rule the pin of one visit breaks, or None.

    Parameters
    ----------
    visit
        Has a pin.
    shift
        The shift that the pin names.
    """
    if not visit.skills <= shift.skills:
        return f"the shift lacks {', '.join(sorted(visit.skills - shift.skills))}"
    if not pinned_windows(visit):
        return "the pinned start lies in none of the visit's windows"
    if not pins_fit_together(problem, [visit], shift):
        return "the visit cannot be reached, served and left within the shift"
    return None


def pinned_windows(visit: Visit) -> tuple[Window, ...]:
    """Return the windows that the pin leaves open."""
    if visit.pin is None or visit.pin.start_s is None:
        return visit.windows
    start_s = visit.pin.start_s
    inside = any(window.start_s <= start_s <= window.end_s for window in visit.windows)
    return (Window(start_s=start_s, end_s=start_s),) if inside else ()


def pins_fit_together(problem: Problem, visits: Sequence[Visit], shift: Shift) -> bool:
    """Tell whether one route of the shift can serve all the visits, breaks included.

    Explores what the team may do next in order of time, so that a state is met first at its earliest. Gives the
    benefit of the doubt to more than `MAX_EXACT_PINS` visits and to places that are not in the matrix.
    """
    index = {location.id: position for position, location in enumerate(problem.locations)}
    places = [*(visit.location for visit in visits), shift.end_location, shift.start_location]
    shape = (len(index), len(index))
    if len(visits) > MAX_EXACT_PINS or not set(places) <= set(index) or problem.matrix.duration_s.shape != shape:
        return True
    rows = [index[place] for place in places]
    travel_s = problem.matrix.duration_s[rows][:, rows].tolist()
    home, depot = len(visits), len(visits) + 1
    everything, rested = (1 << len(visits)) - 1, (1 << len(shift.breaks)) - 1
    # A state: time, visits served, breaks taken, place, and whether its visit (or the way home) is still open.
    queue = [(shift.start_s, 0, 0, depot, False)]
    seen = set()
    while queue:
        time_s, served, taken, place, waiting = heappop(queue)
        if time_s > shift.end_s or (served, taken, place, waiting) in seen:
            continue
        seen.add((served, taken, place, waiting))
        if place == home and taken == rested:
            return True
        for position, rest in enumerate(shift.breaks):
            begin_s = max(time_s, rest.earliest_s)
            if not taken >> position & 1 and begin_s <= rest.latest_s:
                heappush(queue, (begin_s + rest.duration_s, served, taken | 1 << position, place, waiting))
        if waiting and place != home:
            start_s = _start(pinned_windows(visits[place]), time_s)
            if start_s is not None:
                heappush(queue, (start_s + visits[place].service_s, served | 1 << place, taken, place, False))
        elif not waiting:
            targets = [home] if served == everything else [v for v in range(home) if not served >> v & 1]
            for target in targets:
                heappush(queue, (time_s + travel_s[place][target], served, taken, target, True))
    return False


def _start(windows: Sequence[Window], time_s: int) -> int | None:
    return next((max(window.start_s, time_s) for window in windows if window.end_s >= time_s), None)
