"""Measure arrival slots against their bars: planning time, waiting on nominal and on varied days, windows at home.

python -m tests.benchmarks.slots.slot_bars
"""

import sys
import time

import numpy as np

from optimizer.appointments import schedule
from optimizer.home_windows import home_windows
from optimizer.line import Pause, Person, SessionHours, Stations, Variation, simulate_session
from optimizer.punctuality import DayRoute, DayVariation, Leg, add_buffers

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


def measure_homes(count: int) -> bool:
    """Print what windows cover without and with buffers; return whether buffered windows hold on 95 % of days."""
    legs, clock_s = [], OPENS_S
    for index in range(count):
        clock_s += 900
        legs.append(Leg(stop=f"h{index}", start_s=clock_s, travel_s=900, service_s=2100))
        clock_s += 2100
    route, variation = DayRoute(departs_s=OPENS_S, legs=tuple(legs)), DayVariation()
    buffered = add_buffers(route, variation, late_s=1500, share=0.95, seed=1)
    plain, held = (min(window.coverage for window in home_windows(one, variation, seed=2)) for one in (route, buffered))
    later_min = (buffered.legs[-1].start_s - route.legs[-1].start_s) // 60
    sys.stdout.write(
        f"{count} households: windows of 30 min hold on {plain:.1%} of days at worst without buffers, {held:.1%} with; "
        f"the last visit {later_min} min later; {'met' if held >= 0.95 else 'MISSED'}\n"
    )
    return held >= 0.95


def main() -> int:
    """Run all cases; the exit code says whether every bar is met."""
    sessions = [measure_session(90, elderly, wave_s) for elderly in (0.0, 0.2) for wave_s in (600, 900)]
    return 0 if all([*sessions, measure_session(60, 0.5, 900), measure_homes(5), measure_homes(8)]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
