"""Legs that the office has measured, put over whatever else is known of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mobile_passport.geo.travel import PlaceKey, Source, TravelMatrix, TravelTimes, place_key
from optimizer.problem import LatLon


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
