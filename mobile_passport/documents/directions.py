"""Links that open a route in the navigation of a phone."""

from collections.abc import Sequence
from urllib.parse import urlencode

from optimizer.problem import LatLon

MOST_STOPS = 10
"""Nine waypoints and a destination. Google, Maps URLs, "Directions": https://developers.google.com/maps/documentation/urls."""


def directions_url(origin: LatLon, stops: Sequence[LatLon]) -> str:
    """Return a Google Maps link from the depot over the stops in their order; it ends at the last stop.

    Parameters
    ----------
    stops
        n >= 1; what lies beyond ``MOST_STOPS`` is left out.
    """
    *between, last = stops[:MOST_STOPS]
    query = {"api": "1", "origin": _point(origin), "destination": _point(last), "travelmode": "driving"}
    if between:
        query["waypoints"] = "|".join(map(_point, between))
    return f"https://www.google.com/maps/dir/?{urlencode(query)}"


def way_to_url(place: LatLon) -> str:
    """Return a Google Maps link that leads to a place from wherever its reader is."""
    return f"https://www.google.com/maps/dir/?{urlencode({'api': '1', 'destination': _point(place)})}"


def _point(place: LatLon) -> str:
    return f"{place.lat:.5f},{place.lon:.5f}"
