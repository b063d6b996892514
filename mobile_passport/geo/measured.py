"""Legs that the office has measured, put over whatever else is known of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.travel import PlaceKey, Source, TravelMatrix, TravelTimes, place_key
from optimizer.problem import LatLon

DEPOT = "depot"


class UnknownPlaces(ValueError):
    """Measured legs name places that are neither a village of the working area nor the depot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRecord:
    """One way as somebody drove it, as the office enters it in ``travel.toml``; the way back is another record.

    Attributes
    ----------
    origin, destination
        Code of a village (Kemendagri), or ``"depot"``.
    minutes, km
        From leaving to having parked.
    """

    origin: str
    destination: str
    minutes: float
    km: float
    measured_by: str
    date: date

    def __post_init__(self) -> None:
        if self.minutes <= 0 or self.km <= 0 or self.origin == self.destination:
            raise ValueError("a measured leg takes more than 0 minutes and km, between two different places")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredLeg:
    """One way as somebody drove it; the way back is another leg."""

    origin: LatLon
    destination: LatLon
    duration_s: int
    distance_m: int

    def __post_init__(self) -> None:
        if self.duration_s < 0 or self.distance_m < 0:
            raise ValueError("a measured leg takes 0 or more seconds and metres")


class MeasuredTravelTimes:
    """Travel times in which measured legs replace what `base` says.

    Parameters
    ----------
    base
        Knows every leg.
    legs
        Measured legs; the last of several for the same way counts. Places are the same within a metre.
    """

    def __init__(self, base: TravelTimes, legs: Iterable[MeasuredLeg]) -> None:
        self._base = base
        self._legs = tuple(legs)

    def matrix(self, places: Sequence[LatLon]) -> TravelMatrix:
        """Return the travel between all places; see `TravelTimes.matrix`."""
        matrix = self._base.matrix(places)
        rows: defaultdict[PlaceKey, list[int]] = defaultdict(list)
        for i, place in enumerate(places):
            rows[place_key(place)].append(i)
        duration_s, distance_m, source = matrix.duration_s.copy(), matrix.distance_m.copy(), matrix.source.copy()
        for leg in self._legs:
            for i in rows.get(place_key(leg.origin), ()):
                for j in rows.get(place_key(leg.destination), ()):
                    if i != j:
                        duration_s[i, j], distance_m[i, j] = leg.duration_s, leg.distance_m
                        source[i, j] = Source.MEASURED
        return TravelMatrix(duration_s=duration_s, distance_m=distance_m, source=source)


def measured_legs(records: Iterable[LegRecord], *, gazetteer: Gazetteer, depot: LatLon) -> tuple[MeasuredLeg, ...]:
    """Put the office's records on the map, the oldest first, so that the newest of a way counts.

    Raises
    ------
    UnknownPlaces
        With every code that is no village of the working area.
    """
    points = {village.code: village.position for village in gazetteer.villages} | {DEPOT: depot}
    by_age = sorted(records, key=lambda record: record.date)
    if unknown := sorted({end for record in by_age for end in (record.origin, record.destination)} - points.keys()):
        raise UnknownPlaces(
            f"measured_legs: {', '.join(unknown)}: neither a village code of the working area nor {DEPOT!r}"
        )
    return tuple(
        MeasuredLeg(
            origin=points[record.origin],
            destination=points[record.destination],
            duration_s=round(record.minutes * 60),
            distance_m=round(record.km * 1_000),
        )
        for record in by_age
    )
