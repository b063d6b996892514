"""The places of one plan, once each, with travel between all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from mobile_passport.domain.demand import Place
from mobile_passport.geo.travel import Source, TravelTimes
from mobile_passport.planning.timetable import DEPOT
from optimizer.problem import LatLon, Location, Matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """Depot and places as the optimizer's locations.

    Attributes
    ----------
    locations
        The depot first; row and column order of ``matrix``.
    is_estimate
        Some travel time in ``matrix`` is an estimate.
    """

    locations: tuple[Location, ...]
    matrix: Matrix
    is_estimate: bool

    @classmethod
    def of(cls, depot: LatLon, places: Iterable[Place], travel_times: TravelTimes) -> Self:
        """Collect places; those with the same point are one location."""
        points = {_point_id(place.position): place.position for place in places}
        locations = (
            Location(id=DEPOT, position=depot),
            *(Location(id=name, position=points[name]) for name in sorted(points)),
        )
        travel = travel_times.matrix([location.position for location in locations if location.position])
        return cls(
            locations=locations,
            matrix=Matrix(duration_s=travel.duration_s.astype(np.int64), distance_m=travel.distance_m.astype(np.int64)),
            is_estimate=travel.share_of(Source.ESTIMATE) > 0,
        )

    def location_id(self, place: Place) -> str:
        """Name of the location at which a place lies."""
        return _point_id(place.position)

    def way_out_and_back_s(self, place: Place) -> int:
        """Seconds from the depot to a place and back."""
        row = next(i for i, location in enumerate(self.locations) if location.id == self.location_id(place))
        return int(self.matrix.duration_s[0, row] + self.matrix.duration_s[row, 0])


def _point_id(position: LatLon) -> str:
    return f"{position.lat:.5f},{position.lon:.5f}"
