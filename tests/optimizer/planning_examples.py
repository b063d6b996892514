"""Small planning problems for tests: built by hand, drawn at random, and solved by brute force."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise, permutations, product

import numpy as np
from hypothesis import strategies as st

from optimizer.problem import Break, Location, Matrix, Objective, Pin, Problem, Shift, Visit, Window

START_AT = datetime.fromisoformat("2027-01-04T00:00:00+07:00")


def matrix(rows: Sequence[Sequence[int]]) -> Matrix:
    """Build a matrix in which every second of travel is ten metres."""
    duration_s = np.array(rows, dtype=np.int64).reshape(len(rows), len(rows))
    return Matrix(duration_s=duration_s, distance_m=10 * duration_s)


def shift(name: str, start_s: int, end_s: int, **fields: object) -> Shift:
    """Build a shift from and to the location `d`."""
    defaults: dict[str, object] = {"team": "t", "start_location": "d", "end_location": "d"}
    return Shift(id=name, start_s=start_s, end_s=end_s, **(defaults | fields))  # type: ignore[arg-type]


def visit(name: str, location: str, windows: Sequence[tuple[int, int]], **fields: object) -> Visit:
    """Build a visit of 600 s worth 100 points."""
    defaults: dict[str, object] = {"service_s": 600, "reward": 100.0}
    own = tuple(Window(start_s=start, end_s=end) for start, end in windows)
    return Visit(id=name, location=location, windows=own, **(defaults | fields))  # type: ignore[arg-type]


def problem(
    rows: Sequence[Sequence[int]], shifts: Sequence[Shift], visits: Sequence[Visit], rate: float = 60.0
) -> Problem:
    """Build a problem over the locations d, a, b, c, … ."""
    return Problem(
        horizon_start_at=START_AT,
        locations=tuple(Location(id=name) for name in "dabcefghij"[: len(rows)]),
        matrix=matrix(rows),
        shifts=tuple(shifts),
        visits=tuple(visits),
        objective=Objective(travel_cost_per_hour=rate),
    )


@st.composite
def problems(draw: st.DrawFn, most_visits: int = 5, most_shifts: int = 2) -> Problem:
    """Draw small valid problems with every feature of the contract; travel is asymmetric and not metric."""
    places = draw(st.integers(2, 4))
    seconds = st.integers(0, 1500)
    rows = [[0 if i == j else draw(seconds) for j in range(places)] for i in range(places)]
    names = "dabc"[:places]
    shifts = []
    for number in range(draw(st.integers(1, most_shifts))):
        start_s = draw(st.sampled_from([0, 1000, 90_000]))
        breaks = (Break(earliest_s=start_s + 500, latest_s=start_s + 2500, duration_s=400),)
        shifts.append(
            shift(
                f"s{number}",
                start_s,
                start_s + draw(st.integers(3000, 6000)),
                start_location=draw(st.sampled_from(names)),
                end_location=draw(st.sampled_from(names)),
                skills=frozenset(draw(st.sets(st.sampled_from(["x", "y"])))),
                breaks=draw(st.sampled_from([(), (), breaks])),
            )
        )
    visits = [_drawn_visit(draw, number, names) for number in range(draw(st.integers(0, most_visits)))]
    return problem(rows, shifts, visits, rate=draw(st.sampled_from([0.0, 60.0, 333.3])))


def _drawn_visit(draw: st.DrawFn, number: int, names: str) -> Visit:
    first = draw(st.integers(0, 4000))
    windows = draw(
        st.sampled_from([[(first, first + 900)], [(0, 5000)], [(0, 800), (90_000, 95_000)], [(200, 300), (2000, 2600)]])
    )
    return visit(
        f"v{number}",
        draw(st.sampled_from(names)),
        windows,
        service_s=draw(st.sampled_from([0, 300, 900, 2000])),
        reward=float(draw(st.integers(0, 200))),
        skills=frozenset(draw(st.sampled_from([(), (), ("x",), ("y",)]))),
        groups=frozenset(draw(st.sampled_from(["", "", "g", "h", "gh", "hi"]))),
    )


@st.composite
def overlapping(draw: st.DrawFn, most_visits: int = 6) -> Problem:
    """Draw small problems in which most visits compete with others for one, two or all of three groups."""
    instance = draw(problems(most_visits=most_visits))
    some = st.sampled_from(["", "a", "b", "c", "ab", "bc", "ca", "abc"])
    visits = tuple(replace(one, groups=frozenset(draw(some))) for one in instance.visits)
    return replace(instance, visits=visits)


def best_objective(instance: Problem) -> float:
    """Return the optimum by trying every assignment and every order; for at most about five visits."""
    best = 0.0
    choices = [None, *instance.shifts]
    for assignment in product(choices, repeat=len(instance.visits)):
        groups = [g for v, s in zip(instance.visits, assignment, strict=True) if s is not None for g in v.groups]
        if len(groups) != len(set(groups)):
            continue
        total = 0.0
        for one in instance.shifts:
            own = [v for v, s in zip(instance.visits, assignment, strict=True) if s is one]
            worth = max(_worths(instance, one, own), default=None)
            if worth is None:
                break
            total += worth
        else:
            best = max(best, total)
    return best


def _worths(instance: Problem, one: Shift, own: Sequence[Visit]) -> Iterator[float]:
    if not own:
        yield 0.0
    if not own or any(not v.skills <= one.skills or (v.pin and v.pin.shift != one.id) for v in own):
        return
    for order in permutations(own):
        travel_s = _shortest_day(instance, one, order)
        if travel_s is not None:
            yield sum(v.reward for v in own) - instance.objective.travel_cost_per_hour * travel_s / 3600


def _shortest_day(instance: Problem, one: Shift, order: Sequence[Visit]) -> int | None:
    """Return seconds of travel when some placing of the breaks among all idle moments keeps every rule."""
    column = {location.id: index for index, location in enumerate(instance.locations)}
    places = [column[one.start_location], *(column[v.location] for v in order), column[one.end_location]]
    legs = [int(instance.matrix.duration_s[a, b]) for a, b in pairwise(places)]
    slots = 2 * len(legs)
    for slot in product(range(slots), repeat=len(one.breaks)):
        for sequence in permutations(range(len(one.breaks))):
            if _day_works(one, order, legs, [(slot[i], i) for i in sequence]):
                return sum(legs)
    return None


def _day_works(one: Shift, order: Sequence[Visit], legs: Sequence[int], rests: Sequence[tuple[int, int]]) -> bool:
    now_s = one.start_s
    for leg, travel_s in enumerate(legs):
        for half in (0, 1):
            now_s += travel_s * half
            for slot, index in rests:
                if slot == 2 * leg + half:
                    rest = one.breaks[index]
                    now_s = max(now_s, rest.earliest_s)
                    if now_s > rest.latest_s:
                        return False
                    now_s += rest.duration_s
        if leg < len(order):
            pin = order[leg].pin
            starts = [max(now_s, w.start_s) for w in order[leg].windows if now_s <= w.end_s]
            if pin is not None and pin.start_s is not None:
                starts = [pin.start_s] if now_s <= pin.start_s else []
            if not starts:
                return False
            now_s = starts[0] + order[leg].service_s
    return now_s <= one.end_s


def pinned(one: Visit, to: str, start_s: int | None = None) -> Visit:
    """Return the visit pinned to a shift."""
    return replace(one, pin=Pin(shift=to, start_s=start_s))
