"""Travel estimated from logs of ways: how much longer than planned, how it varies, and what passes before it begins."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.logged import Figure, LoggedStop, LoggedWay
from mobile_passport.planning.robust import FEWEST, TOO_FEW, Estimate, estimate_spread, estimates, spread
from mobile_passport.rules.rulebook import Rulebook

SHORTEST_WAY_S = 300
"""A shorter way says nothing about how travel varies: parking is most of it."""
_BEGINNINGS = (VisitKind.COLLECTIVE, VisitKind.HOME, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Driven:
    """A way as it was driven."""

    day: date
    team: str
    way: LoggedWay
    minutes: float


def travel_figures(stops: Sequence[LoggedStop], rulebook: Rulebook) -> Iterator[Figure]:
    """Estimate packing up, late departures, the factor of travel, and its spread, from ways between stops.

    A way is as long as what passes before it begins, by where it begins, and its planned travel times one factor.
    Beginnings with too few ways are left out.
    """
    driven = [
        _Driven(day=stop.day, team=stop.team, way=stop.way, minutes=stop.way_s / 60)
        for stop in stops
        if stop.way is not None and stop.way_s is not None
    ]
    counts = Counter(one.way.after for one in driven)
    known = [after for after in _BEGINNINGS if counts[after] >= FEWEST]
    used = [one for one in driven if one.way.after in known]
    minutes = np.array([one.minutes for one in used], dtype=np.float64)
    planned = np.array([one.way.planned_s / 60 for one in used], dtype=np.float64)
    begins = np.array([[one.way.after is after for after in known] for one in used], dtype=np.float64)
    columns = np.column_stack([planned, begins]) if used else np.empty((0, 1))
    share = 1 / np.maximum(planned, SHORTEST_WAY_S / 60)  # a way is off by a share of its length, not by minutes
    found = estimates(columns * share[:, None], minutes * share)
    before = dict(zip(known, found[1:], strict=True)) if not isinstance(found, str) else {}
    why_not = found if isinstance(found, str) else TOO_FEW
    yield from _beginnings(before, counts, why_not, rulebook)
    factor = None if isinstance(found, str) else found[0]
    yield Figure(
        file="travel",
        key="factor",
        present=1.0,
        observations=len(used),
        suggested=factor,
        why_not="" if factor else why_not,
    )
    residuals = _residuals(used, before, factor) if factor else []
    yield from _spreads(residuals, rulebook)


def _beginnings(
    before: dict[VisitKind | None, Estimate], counts: Counter[VisitKind | None], why_not: str, rulebook: Rulebook
) -> Iterator[Figure]:
    site, travel = rulebook.service.site, rulebook.punctuality.travel
    # A delay drawn evenly from 0 to its largest has half of that as its mean.
    for after, file, key, present, times in (
        (VisitKind.COLLECTIVE, "service", "site.packup_minutes", site.packup_minutes, 1.0),
        (VisitKind.HOME, "service", "site.home_packup_minutes", site.home_packup_minutes, 1.0),
        (None, "punctuality", "travel.departure_late_minutes", travel.departure_late_minutes, 2.0),
    ):
        found = before.get(after)
        yield Figure(
            file=file,
            key=key,
            present=present,
            observations=counts[after],
            suggested=found.times(times) if found else None,
            why_not="" if found else why_not,
        )


def _residuals(
    used: Sequence[_Driven], before: dict[VisitKind | None, Estimate], factor: Estimate
) -> list[tuple[date, str, float]]:
    """Day, team and logarithm of driven to expected travel, of ways that are long enough.

    Ways from the office do not count: they vary with the departure besides.
    """
    residuals = []
    for one in used:
        if one.way.after is None:
            continue
        driven_s = 60 * (one.minutes - before[one.way.after].value)
        if one.way.planned_s >= SHORTEST_WAY_S and driven_s > 0 and factor.value > 0:
            residuals.append((one.day, one.team, float(np.log(driven_s / (factor.value * one.way.planned_s)))))
    return residuals


def _spreads(residuals: Sequence[tuple[date, str, float]], rulebook: Rulebook) -> Iterator[Figure]:
    """Part how travel varies into what a whole day has in common and what each way has for itself."""
    travel = rulebook.punctuality.travel
    values = np.array([value for _, _, value in residuals], dtype=np.float64)
    centre = float(np.median(values)) if len(values) else 0.0
    by_day: dict[tuple[date, str], list[float]] = defaultdict(list)
    for day, team, value in residuals:
        by_day[day, team].append(value - centre)
    differences = np.array([a - b for ways in by_day.values() for a, b in combinations(ways, 2)], dtype=np.float64)
    # Two ways of a day differ by what each has for itself: twice its variance. The rest of the whole is the day's.
    leg = estimate_spread(_mirrored(differences)).times(0.5**0.5) if len(differences) >= FEWEST else None
    day_value = max(0.0, spread(values) ** 2 - leg.value**2) ** 0.5 if leg else 0.0
    day_sigma = Estimate(value=day_value, low=0.0, high=spread(values)) if leg else None
    for key, present, found in (("leg_sigma", travel.leg_sigma, leg), ("day_sigma", travel.day_sigma, day_sigma)):
        yield Figure(
            file="punctuality",
            key=f"travel.{key}",
            present=present,
            observations=len(differences),
            suggested=found,
            why_not="" if found else TOO_FEW,
        )


def _mirrored(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """Which of two ways comes first means nothing, so the median of their differences is 0."""
    return np.concatenate([differences, -differences])
