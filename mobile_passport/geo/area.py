"""What an office says about its working area: regencies, map window, other names, landmarks."""

from dataclasses import dataclass
from datetime import date

from optimizer.problem import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A rectangle on the map, WGS84 degrees."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, place: LatLon) -> bool:
        """Say whether the place lies inside or on the edge."""
        return self.south <= place.lat <= self.north and self.west <= place.lon <= self.east


@dataclass(frozen=True, slots=True, kw_only=True)
class Regencies:
    """The regencies that an office serves, and how people shorten their names (code → short names)."""

    source: str
    date: date
    codes: tuple[str, ...]
    short_names: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KecamatanAnchors:
    """Kecamatan code → code of the village that stands for its centre, where its namesake misleads."""

    source: str
    date: date
    villages: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """A building that people name instead of a village; placed at the point of `village` (a code).

    A landmark whose place the office has not yet confirmed is offered for review, never taken silently.
    """

    names: tuple[str, ...]
    village: str
    confirmed: bool
    source: str
    date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingArea:
    """The rule file ``area.toml`` of an office."""

    regencies: Regencies
    window: Window
    anchors: KecamatanAnchors
    landmarks: tuple[Landmark, ...]
