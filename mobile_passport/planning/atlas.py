"""The places of one plan, once each, with travel between all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from mobile_passport.domain.demand import Place
from mobile_passport.geo.travel import TravelTimes
from mobile_passport.planning.timetable import DEPOT
from optimizer.problem import LatLon, Location, Matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """Depot and places as the optimizer's locations.

    Attributes
    ----------
    locations
        The depot first; row and column order of ``matrix``.
    """

    locations: tuple[Location, ...]
    matrix: Matrix

    @classmethod
    def of(cls, depot: LatLon, places: Iterable[Place], travel_times: TravelTimes) -> Self:
        """Collect places; those with the same point are one location."""
        points = {_point_id(place.position): place.position for place in places}
        locations = (
            Location(id=DEPOT, position=depot),
            *(Location(id=name, position=points[name]) for name in sorted(points)),
        )
        travel = travel_times.matrix([location.position for location in locations if location.position])
        return cls(locations=locations, matrix=Matrix(duration_s=travel.duration_s, distance_m=travel.distance_m))

    def location_id(self, place: Place) -> str:
        """Name of the location at which a place lies."""
        return _point_id(place.position)

    def way_out_and_back_s(self, place: Place) -> int:
        """Seconds from the depot to a place and back."""
        index = next(i for i, location in enumerate(self.locations) if location.id == self.location_id(place))
        return int(self.matrix.duration_s[0, index] + self.matrix.duration_s[index, 0])


def _point_id(position: LatLon) -> str:
    return f"{position.lat:.5f},{position.lon:.5f}"
