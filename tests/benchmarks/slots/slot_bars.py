"""Measure arrival slots against their bars: planning time, waiting on nominal and on varied days, windows at home.

python -m tests.benchmarks.slots.slot_bars
"""

import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np

from optimizer.appointments import schedule
from optimizer.home_windows import WindowRule, keep_windows
from optimizer.line import Pause, Person, SessionHours, Stations, Variation, simulate_session
from optimizer.plan import Route, Stop
from optimizer.problem import Location, Matrix, Problem, Shift, Visit, Window
from optimizer.punctuality import DayRoute, DayVariation, day_route, draw_days, pace

OPENS_S, CLOSES_S = 8 * 3600, 16 * 3600
HOURS = SessionHours(opens_s=OPENS_S, closes_s=CLOSES_S, breaks=(Pause(start_s=12 * 3600, end_s=13 * 3600),))
STATIONS = Stations(document_desks=2, interview_desks=2, biometric_kits=2)
DAYS = 1000


def crowd(count: int, elderly_share: float, seed: int) -> tuple[Person, ...]:
    """Draw people with the minutes of the service rules, 4 of 10 in pairs."""
    random = np.random.default_rng(seed)
    elderly = random.random(count) < elderly_share
    paired = random.random(count) < 0.4
    return tuple(
        Person(
            id=f"p{index}",
            documents_s=180,
            interview_s=240,
            biometrics_s=720 if elderly[index] else 480,
            priority=int(elderly[index]),
            party=f"family{index // 2}" if paired[index] else None,
        )
        for index in range(count)
    )


def measure_session(count: int, elderly_share: float, wave_s: int) -> bool:
    """Print one line of figures; return whether the bars are met."""
    people = crowd(count, elderly_share, seed=1)
    started = time.perf_counter()
    found = schedule(people, STATIONS, HOURS, wave_s=wave_s)
    took_s = time.perf_counter() - started
    by_id = {person.id: person for person in people}
    called = tuple(by_id[slot.person] for slot in found.slots)
    coming = tuple(slot.arrival_s for slot in found.slots)
    slots, together = (
        simulate_session(called, arrivals_s, STATIONS, HOURS, Variation(), days=DAYS, seed=2)
        for arrivals_s in (coming, (OPENS_S,) * len(coming))
    )
    p90_s = slots.waiting_percentile_s(90)
    less = 1 - slots.mean_waiting_s() / together.mean_waiting_s()
    met = took_s < 2 and found.mean_waiting_s < 600 and p90_s < 1800 and less >= 0.6 and not found.unplaced
    sys.stdout.write(
        f"{count} people, {elderly_share:.0%} elderly, waves of {wave_s // 60} min: planned in {took_s:.2f} s; waiting "
        f"nominal {found.mean_waiting_s / 60:.1f} min, varied mean {slots.mean_waiting_s() / 60:.1f}, "
        f"p90 {p90_s / 60:.1f}; {less:.0%} less than together; {'met' if met else 'MISSED'}\n"
    )
    return met


def home_day(count: int) -> tuple[Problem, Route]:
    """A quarter of an hour to each household, 35 minutes at each, no slack, and two hours left at the end."""
    names = [f"h{index}" for index in range(count)]
    travel = 900 * (1 - np.eye(count + 1, dtype=np.int64))
    end_s = OPENS_S + count * 3000 + 900 + 7200
    anytime = (Window(start_s=OPENS_S, end_s=end_s),)
    problem = Problem(
        horizon_start_at=datetime(2027, 1, 4, tzinfo=UTC),
        locations=tuple(Location(id=name) for name in ("kanim", *names)),
        matrix=Matrix(duration_s=travel, distance_m=travel),
        shifts=(Shift(id="s", team="t", start_s=OPENS_S, end_s=end_s, start_location="kanim", end_location="kanim"),),
        visits=tuple(Visit(id=name, location=name, service_s=2100, reward=1, windows=anytime) for name in names),
    )
    starts = [OPENS_S + 900 + index * 3000 for index in range(count)]
    stops = tuple(
        Stop(visit=name, arrival_s=start, start_s=start, end_s=start + 2100)
        for name, start in zip(names, starts, strict=True)
    )
    return problem, Route(shift="s", travel_s=900 * (count + 1), distance_m=900 * (count + 1), stops=stops)


def measure_homes(count: int) -> bool:
    """Print what windows hold as planned and with their buffers; return whether all hold on 95 % of other days."""
    problem, route = home_day(count)
    variation = DayVariation()
    day = day_route(problem, route)
    kept = keep_windows(problem, route, day, dict.fromkeys(s.visit for s in route.stops), WindowRule(), variation)
    plain = worst_share(day, {stop.visit: (stop.start_s, stop.start_s + 1800) for stop in route.stops})
    told = {window.stop: (window.opens_s, window.closes_s) for window in kept.windows}
    held = worst_share(day_route(problem, kept.route), told)
    later_min = (kept.route.stops[-1].start_s - route.stops[-1].start_s) // 60
    sys.stdout.write(
        f"{count} households: windows of {max(w.width_s for w in kept.windows) // 60} min hold at worst on {plain:.1%} "
        f"of days as planned, on {held:.1%} with buffers; the last visit {later_min} min later; "
        f"{'met' if held >= 0.95 else 'MISSED'}\n"
    )
    return held >= 0.95


def worst_share(day: DayRoute, told: Mapping[str, tuple[int, int]]) -> float:
    """Least share of days, none of those that windows were fitted to, on which a household's window holds."""
    drawn = draw_days(day, DayVariation(), days=20_000, seed=977)
    starts_s = [start_s for _, start_s in pace(day, drawn, lambda leg, _: told[leg.stop][0])]
    return min(float((s <= told[leg.stop][1]).mean()) for leg, s in zip(day.legs, starts_s, strict=True))


def main() -> int:
    """Run all cases; the exit code says whether every bar is met."""
    sessions = [measure_session(90, elderly, wave_s) for elderly in (0.0, 0.2) for wave_s in (600, 900)]
    return 0 if all([*sessions, measure_session(60, 0.5, 900), measure_homes(5), measure_homes(8)]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
