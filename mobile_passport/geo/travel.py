"""Travel between places: seconds and metres for every pair, and where each figure comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mobile_passport.domain.refusal import Refusal
from optimizer.problem import LatLon


class RouterUnavailable(Refusal):
    """The road engine did not answer or has nothing to answer from; the message says why and what to do."""


class Source(IntEnum):
    """Where a travel time comes from; the number is its code in `TravelMatrix.source`."""

    ESTIMATE = 0
    OSRM = 1
    VALHALLA = 2
    MEASURED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelMatrix:
    """Travel between n places; row = from, column = to. Not symmetric in general.

    Attributes
    ----------
    duration_s, distance_m
        (n, n) int32, zero diagonal.
    source
        (n, n) int8, a `Source` for each cell.
    """

    duration_s: NDArray[np.int32]
    distance_m: NDArray[np.int32]
    source: NDArray[np.int8]

    def share_of(self, source: Source) -> float:
        """Return the share, 0 to 1, of legs between different places that come from a source; 0 without legs."""
        n = len(self.source)
        legs = ~np.eye(n, dtype=np.bool_)
        return float((self.source[legs] == source).mean()) if n > 1 else 0.0


type PlaceKey = tuple[int, int]
"""A place to within a metre, as a key: latitude and longitude in 0.00001 degrees."""


def place_key(place: LatLon) -> PlaceKey:
    """Return the key of a place."""
    return round(place.lat * 100_000), round(place.lon * 100_000)


class TravelTimes(Protocol):
    """Anything that knows how long ways take."""

    def matrix(self, places: Sequence[LatLon]) -> TravelMatrix:
        """Return the travel between all places, in their order.

        Raises
        ------
        RouterUnavailable
            When the engine behind it does not answer and nothing stands in for it.
        """
        ...
