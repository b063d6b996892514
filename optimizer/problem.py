"""The planning problem: places, travel, shifts of teams, visits. Terms and units as in README, "Glossary"."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LatLon:
    """A point on the earth, WGS84 degrees. Never pass a bare tuple: libraries disagree about the order."""

    lat: float
    lon: float
