"""The planning problem: places, travel, shifts of teams, visits. Terms and units as in README, "Glossary"."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class LatLon:
    """A point on the earth, WGS84 degrees. Never pass a bare tuple: libraries disagree about the order."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place that routes go through; its position in `Problem.locations` is its row and column in the matrix."""

    id: str
    position: LatLon | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrix:
    """Travel between locations: int arrays of shape (n, n), row = from, column = to; need not be symmetric."""

    duration_s: NDArray[np.int64]
    distance_m: NDArray[np.int64]

    def __eq__(self, other: object) -> bool:
        """Compare the numbers; arrays have no single truth value of their own."""
        if not isinstance(other, Matrix):
            return NotImplemented
        return np.array_equal(self.duration_s, other.duration_s) and np.array_equal(self.distance_m, other.distance_m)

    __hash__ = None  # type: ignore[assignment]  # arrays cannot be hashed, so neither can what holds them


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When service may start, seconds from the start of the horizon, both ends inclusive."""

    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A rest of `duration_s` that begins within [earliest_s, latest_s].

    It is taken between two activities or while waiting, at the place where the team is: travel and service
    are never interrupted. It may also be taken at the start before leaving, or at the end after coming back.
    """

    earliest_s: int
    latest_s: int
    duration_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One team's working window, driven as at most one route: not leaving before `start_s`, back by `end_s`."""

    id: str
    team: str
    start_s: int
    end_s: int
    start_location: str
    end_location: str
    skills: frozenset[str] = frozenset()
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A decision already made: the visit stands on this shift and, when given, starts at `start_s` exactly."""

    shift: str
    start_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Demand at a place. `reward` in points; `windows` sorted and disjoint.

    Of the visits that name a group at most one is planned; a visit that names several keeps all of them from others.
    """

    id: str
    location: str
    service_s: int
    reward: float
    windows: tuple[Window, ...]
    required: bool = False
    skills: frozenset[str] = frozenset()
    pin: Pin | None = None
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Maximised: rewards of planned visits − `travel_cost_per_hour` (points) × hours of travel."""

    travel_cost_per_hour: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything the optimizer needs. Times are integer seconds from `horizon_start_at`, a local midnight."""

    horizon_start_at: datetime
    locations: tuple[Location, ...]
    matrix: Matrix
    shifts: tuple[Shift, ...]
    visits: tuple[Visit, ...]
    objective: Objective = field(default_factory=lambda: Objective(travel_cost_per_hour=0.0))
