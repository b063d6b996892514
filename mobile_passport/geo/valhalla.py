"""Valhalla as a running ``valhalla_service``."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mobile_passport.geo.road_http import RoadServer
from mobile_passport.geo.roads import SNAP_LIMIT_M, RoadRoute, RoadTable
from mobile_passport.geo.travel import RouterUnavailable, Source
from optimizer.problem import LatLon

_SERVER_BLOCK = 50
"""Valhalla answers 2,500 pairs unless ``service_limits.auto.max_matrix_location_pairs`` is larger."""

_POLYLINE_PRECISION = 1e6
"""Valhalla encodes shapes with six decimals: https://valhalla.github.io/valhalla/decoding/ (read 2026-11-24)."""


class ValhallaServer:
    """A running Valhalla. On roads of mixed classes set ``thor.source_to_target_algorithm`` to ``timedistancematrix``.

    Parameters
    ----------
    url
        Its address: ``"http://127.0.0.1:8002"``.
    version
        Names the data behind it.
    timeout_s
        Longest wait for one answer, seconds.
    """

    source = Source.VALHALLA
    block_size = _SERVER_BLOCK

    def __init__(self, url: str, *, version: str = "", timeout_s: float = 10.0) -> None:
        self._server = RoadServer(url, timeout_s=timeout_s)
        self.version = f"valhalla:{self._server.url}:{version}"

    def table(self, origins: Sequence[LatLon], destinations: Sequence[LatLon]) -> RoadTable:
        """See `RoadEngine.table`."""
        question = {
            "sources": [_location(p) for p in origins],
            "targets": [_location(p) for p in destinations],
            "costing": "auto",
            "units": "kilometers",
            "verbose": False,
        }
        answer = self._server.post("/sources_to_targets", question)
        try:
            cells = answer["sources_to_targets"]
            return RoadTable(
                duration_s=np.array(cells["durations"], dtype=np.float64),
                distance_m=np.array(cells["distances"], dtype=np.float64) * 1_000,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RouterUnavailable("Valhalla answered something else than a matrix") from error

    def route(self, places: Sequence[LatLon]) -> RoadRoute:
        """See `RoadEngine.route`."""
        question = {"locations": [_location(p) for p in places], "costing": "auto", "units": "kilometers"}
        answer = self._server.post("/route", question)
        try:
            trip = answer["trip"]
            points = tuple(point for leg in trip["legs"] for point in _decoded(leg["shape"]))
            summary = trip["summary"]
            return RoadRoute(
                points=points, duration_s=round(summary["time"]), distance_m=round(summary["length"] * 1_000)
            )
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise RouterUnavailable("Valhalla answered something else than a route") from error


def _location(place: LatLon) -> dict[str, Any]:
    return {"lat": place.lat, "lon": place.lon, "search_cutoff": SNAP_LIMIT_M}


def _decoded(shape: str) -> Iterator[LatLon]:
    """Decode an encoded polyline."""
    lat = lon = 0
    values = _signed_numbers(shape)
    for step_lat, step_lon in zip(values, values, strict=True):
        lat, lon = lat + step_lat, lon + step_lon
        yield LatLon(lat=lat / _POLYLINE_PRECISION, lon=lon / _POLYLINE_PRECISION)


def _signed_numbers(shape: str) -> Iterator[int]:
    """Yield the zigzag numbers of an encoded polyline, 5 bits a character, lowest first."""
    value = shift = 0
    for character in shape:
        bits = ord(character) - 63
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits < 0x20:
            yield ~(value >> 1) if value & 1 else value >> 1
            value = shift = 0
