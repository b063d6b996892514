"""OSRM, in this process from built files (extra package ``roads``) or as a running ``osrm-routed``."""

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from mobile_passport.geo.road_http import RoadServer
from mobile_passport.geo.roads import SNAP_LIMIT_M, RoadRoute, RoadTable, RouteRefused
from mobile_passport.geo.travel import RouterUnavailable, Source
from optimizer.problem import LatLon

_EVERYTHING_AT_ONCE = 1_000
_SERVER_BLOCK = 100
"""``osrm-routed`` answers 100 × 100 places unless it was started with a larger ``--max-table-size``."""


class OsrmFiles:
    """OSRM in this process.

    Parameters
    ----------
    base
        Path of the built files without their endings, as `build_roads` leaves them: ``roads.osrm``.
    version
        Names the data beside the time the files were built, so that a new extract is not mixed with the old.

    Raises
    ------
    RouterUnavailable
        When the package or the files are missing.
    """

    source = Source.OSRM
    block_size = _EVERYTHING_AT_ONCE

    def __init__(self, base: Path, *, version: str) -> None:
        try:
            self._osrm = import_module("osrm")
        except ImportError as error:
            raise RouterUnavailable("OSRM is not installed; install the extra: mobile-passport[roads]") from error
        try:
            self._engine = self._osrm.OSRM(storage_config=str(base), algorithm="CH", use_shared_memory=False)
        except RuntimeError as error:
            raise RouterUnavailable(f"no built roads at {base}; run: mobile-passport roads build") from error
        self.version = f"osrm-files:{version}:{base.with_name(base.name + '.hsgr').stat().st_mtime_ns}"

    def table(self, origins: Sequence[LatLon], destinations: Sequence[LatLon]) -> RoadTable:
        """See `RoadEngine.table`."""
        places = [*origins, *destinations]
        parameters = self._osrm.TableParameters(
            coordinates=[(p.lon, p.lat) for p in places],
            sources=list(range(len(origins))),
            destinations=list(range(len(origins), len(places))),
            annotations=["duration", "distance"],
            generate_hints=False,
        )
        try:
            return _table(self._engine.Table(parameters))
        except RuntimeError as error:
            raise RouteRefused(f"OSRM refused the table: {error}") from error

    def route(self, places: Sequence[LatLon]) -> RoadRoute:
        """See `RoadEngine.route`."""
        parameters = self._osrm.RouteParameters(
            coordinates=[(p.lon, p.lat) for p in places], geometries="geojson", overview="full"
        )
        try:
            return _route(self._engine.Route(parameters))
        except RuntimeError as error:
            raise RouteRefused(f"OSRM found no route: {error}") from error


class OsrmServer:
    """A running ``osrm-routed``.

    Parameters
    ----------
    url
        Its address: ``"http://127.0.0.1:5000"``.
    version
        Names the data behind it.
    timeout_s
        Longest wait for one answer, seconds.
    """

    source = Source.OSRM
    block_size = _SERVER_BLOCK

    def __init__(self, url: str, *, version: str = "", timeout_s: float = 10.0) -> None:
        self._server = RoadServer(url, timeout_s=timeout_s)
        self.version = f"osrm:{self._server.url}:{version}"

    def table(self, origins: Sequence[LatLon], destinations: Sequence[LatLon]) -> RoadTable:
        """See `RoadEngine.table`."""
        places = [*origins, *destinations]
        rows = ";".join(map(str, range(len(origins))))
        columns = ";".join(map(str, range(len(origins), len(places))))
        answer = self._server.get(
            f"/table/v1/driving/{_coordinates(places)}?sources={rows}&destinations={columns}"
            "&annotations=duration,distance&generate_hints=false"
        )
        return _table(answer)

    def route(self, places: Sequence[LatLon]) -> RoadRoute:
        """See `RoadEngine.route`."""
        return _route(self._server.get(f"/route/v1/driving/{_coordinates(places)}?geometries=geojson&overview=full"))


def _coordinates(places: Iterable[LatLon]) -> str:
    return ";".join(f"{p.lon:.6f},{p.lat:.6f}" for p in places)


def _table(answer: Mapping[str, Any]) -> RoadTable:
    """Read a table; places that OSRM moved too far to reach a road have no way."""
    try:
        duration = np.array([list(row) for row in answer["durations"]], dtype=np.float64)
        distance = np.array([list(row) for row in answer["distances"]], dtype=np.float64)
        far_rows = [i for i, waypoint in enumerate(answer["sources"]) if waypoint["distance"] > SNAP_LIMIT_M]
        far_columns = [j for j, waypoint in enumerate(answer["destinations"]) if waypoint["distance"] > SNAP_LIMIT_M]
    except (KeyError, TypeError, ValueError) as error:
        raise RouterUnavailable("OSRM answered something else than a table") from error
    duration[far_rows], duration[:, far_columns] = np.nan, np.nan
    return RoadTable(duration_s=duration, distance_m=distance)


def _route(answer: Mapping[str, Any]) -> RoadRoute:
    try:
        if any(waypoint["distance"] > SNAP_LIMIT_M for waypoint in answer["waypoints"]):
            raise RouteRefused("a place is near no road")
        best = answer["routes"][0]
        points = tuple(LatLon(lat=float(lat), lon=float(lon)) for lon, lat in best["geometry"]["coordinates"])
        return RoadRoute(points=points, duration_s=round(best["duration"]), distance_m=round(best["distance"]))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise RouterUnavailable("OSRM answered something else than a route") from error
