"""Great-circle distances between many places at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.problem import LatLon

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius R1 of the WGS84 ellipsoid (Moritz 2000, Geodetic Reference System 1980, J. Geodesy 74:128-133)."""


def radians_of(places: Sequence[LatLon]) -> NDArray[np.float64]:
    """Return the places as an (n, 2) array of latitude and longitude in radians."""
    return np.radians(np.array([(p.lat, p.lon) for p in places], dtype=np.float64).reshape(-1, 2))


def haversine_m(origins: NDArray[np.float64], targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Measure every straight line from an origin to a target over the earth's surface.

    Parameters
    ----------
    origins, targets
        (n, 2) and (m, 2) latitude and longitude in radians, as `radians_of` gives them.

    Returns
    -------
    NDArray
        (n, m) metres, row = from, column = to.
    """
    lat_from, lon_from = origins[:, :1], origins[:, 1:]
    lat_to, lon_to = targets[:, 0], targets[:, 1]
    chord = (
        np.sin((lat_to - lat_from) / 2) ** 2 + np.cos(lat_from) * np.cos(lat_to) * np.sin((lon_to - lon_from) / 2) ** 2
    )
    distance: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return distance
