"""Seeded instances that look like the work of a kanim: towns around Blitar, open days, two kinds of visit."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from optimizer.problem import LatLon, Location, Matrix, Objective, Problem, Shift, Visit, Window

KANIM = LatLon(lat=-8.064, lon=112.065)
DAY_S = 86_400
HORIZON_START_AT = datetime.fromisoformat("2027-01-04T00:00:00+07:00")
# Towns of the working area, about 40 km around the office, with their share of the demand.
TOWNS = (
    (LatLon(lat=-8.098, lon=112.165), 0.24),  # Blitar
    (LatLon(lat=-8.066, lon=111.902), 0.22),  # Tulungagung
    (LatLon(lat=-7.985, lon=112.032), 0.14),  # Ngadiluwih
    (LatLon(lat=-8.080, lon=112.310), 0.16),  # Wlingi
    (LatLon(lat=-8.230, lon=112.130), 0.12),  # Lodoyo
    (LatLon(lat=-8.200, lon=111.870), 0.12),  # Campurdarat
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The size and mix of a family of instances.

    `load` is the range of demand / capacity of the teams, `limit_s` the wall-clock limit of every solver.
    """

    name: str
    visits: int
    days: int
    teams: int
    home_share: float
    load: tuple[float, float]
    limit_s: float


FAMILIES = (
    Family(name="month", visits=120, days=20, teams=3, home_share=0.25, load=(0.8, 1.3), limit_s=10),
    Family(name="season", visits=300, days=40, teams=4, home_share=0.3, load=(0.8, 1.3), limit_s=30),
    Family(name="home", visits=150, days=15, teams=4, home_share=0.8, load=(0.4, 1.0), limit_s=30),
    Family(name="year", visits=1000, days=90, teams=7, home_share=0.3, load=(0.8, 1.3), limit_s=120),
)


def generate(family: Family, seed: int) -> Problem:
    """Generate one instance; same family and seed, same instance."""
    rng = np.random.default_rng([seed, *family.name.encode()])
    positions = _positions(rng, family.visits)
    shifts = tuple(shift for team in range(family.teams) for shift in _shifts(family, team))
    visits = tuple(_visit(rng, family, number) for number in range(family.visits))
    return Problem(
        horizon_start_at=HORIZON_START_AT,
        locations=(
            Location(id="kanim", position=KANIM),
            *(
                Location(id=f"p{number}", position=LatLon(lat=round(float(lat), 5), lon=round(float(lon), 5)))
                for number, (lat, lon) in enumerate(positions)
            ),
        ),
        matrix=_matrix(rng, np.vstack([[KANIM.lat, KANIM.lon], positions])),
        shifts=shifts,
        visits=_loaded(rng, visits, family),
        objective=Objective(travel_cost_per_hour=120.0),
    )


def _positions(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    towns = rng.choice(len(TOWNS), size=count, p=[share for _, share in TOWNS])
    centres = np.array([[TOWNS[town][0].lat, TOWNS[town][0].lon] for town in towns])
    return centres + rng.normal(scale=[0.045, 0.055], size=(count, 2))


def _matrix(rng: np.random.Generator, positions: NDArray[np.float64]) -> Matrix:
    """Estimate roads as 1.35 × the straight line, 25–45 km/h by length, with a little asymmetry."""
    lat, lon = np.radians(positions).T
    half = np.sin((lat[:, None] - lat) / 2) ** 2
    half += np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    distance_m = 1.35 * 2 * 6_371_000 * np.arcsin(np.sqrt(half))
    speed_m_s = (25 + 20 * np.clip(distance_m / 30_000, 0, 1)) / 3.6
    duration_s = (distance_m / speed_m_s + 90) * rng.uniform(0.97, 1.06, size=distance_m.shape)
    np.fill_diagonal(duration_s, 0)
    return Matrix(duration_s=np.rint(duration_s).astype(np.int64), distance_m=np.rint(distance_m).astype(np.int64))


def _day_start_s(day: int) -> int:
    """Return the midnight of a working day: five in a week."""
    return (day // 5 * 7 + day % 5) * DAY_S


def _shifts(family: Family, team: int) -> list[Shift]:
    skills = [("collective", "home"), ("collective",), ("collective", "home"), ("home",)][team % 4]
    if family.home_share > 0.5:
        skills = ("collective", "home") if team % 2 == 0 else ("home",)
    return [
        Shift(
            id=f"team-{team + 1}/{day:03d}",
            team=f"team-{team + 1}",
            start_s=_day_start_s(day) + 27_000,
            end_s=_day_start_s(day) + (57_600 if day % 5 < 4 else 54_000),
            start_location="kanim",
            end_location="kanim",
            skills=frozenset(skills),
        )
        for day in range(family.days)
    ]


def _visit(rng: np.random.Generator, family: Family, number: int) -> Visit:
    at_home = rng.random() < family.home_share
    if at_home:
        people = int(rng.integers(1, 5))
        service_s = 1200 + 600 * people
        reward = 30 * people + 10 * int(rng.integers(0, 9))
    else:
        people = int(rng.integers(10, 61))
        service_s = 2400 + 240 * people
        reward = 10 * people + 5 * int(rng.integers(0, 21))
    return Visit(
        id=f"v{number:04d}",
        location=f"p{number}",
        service_s=service_s,
        reward=reward,
        windows=_windows(rng, family, at_home),
        skills=frozenset({"home" if at_home else "collective"}),
    )


def _windows(rng: np.random.Generator, family: Family, at_home: bool) -> tuple[Window, ...]:
    """Draw open days between a release and a deadline, and hours: mornings, afternoons or all day."""
    span = int(rng.integers(max(2, family.days // 6), family.days + 1))
    first = int(rng.integers(0, family.days - span + 1))
    open_days = [day for day in range(first, first + span) if rng.random() < (0.75 if at_home else 0.55)]
    days = open_days or [first]
    opens_s, closes_s = [(28_800, 50_400), (28_800, 41_400), (45_000, 52_200)][int(rng.choice(3, p=[0.6, 0.28, 0.12]))]
    return tuple(Window(start_s=_day_start_s(day) + opens_s, end_s=_day_start_s(day) + closes_s) for day in days)


def _loaded(rng: np.random.Generator, visits: tuple[Visit, ...], family: Family) -> tuple[Visit, ...]:
    """Stretch or shrink services so that demand stands to capacity as the family says."""
    work_s = sum(visit.service_s + 1500 for visit in visits)
    wanted_s = rng.uniform(*family.load) * family.days * family.teams * 28_800
    stretch = wanted_s / work_s
    return tuple(replace(visit, service_s=max(600, round(visit.service_s * stretch / 60) * 60)) for visit in visits)
