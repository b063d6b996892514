"""The link behind the QR code."""

from urllib.parse import parse_qs, urlsplit

from mobile_passport.documents.directions import MOST_STOPS, directions_url
from optimizer.problem import LatLon

DEPOT = LatLon(lat=-8.064, lon=112.065)


def query_of(count: int) -> dict[str, list[str]]:
    """Query of a link over some stops on a line."""
    stops = [LatLon(lat=-8.0, lon=112.0 + number / 100) for number in range(count)]
    parts = urlsplit(directions_url(DEPOT, stops))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "www.google.com", "/maps/dir/")
    return parse_qs(parts.query)


def test_the_route_starts_at_the_depot_and_ends_at_the_last_stop() -> None:
    query = query_of(3)
    assert query["origin"] == ["-8.06400,112.06500"]
    assert query["waypoints"] == ["-8.00000,112.00000|-8.00000,112.01000"]
    assert query["destination"] == ["-8.00000,112.02000"]
    assert query["travelmode"] == ["driving"]


def test_one_stop_needs_no_waypoints() -> None:
    assert "waypoints" not in query_of(1)


def test_no_more_stops_than_the_map_takes() -> None:
    query = query_of(MOST_STOPS + 3)
    assert len(query["waypoints"][0].split("|")) == MOST_STOPS - 1 == 9
