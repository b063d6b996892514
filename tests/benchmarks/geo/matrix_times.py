"""Measure how long the travel matrix of 700 places takes from every source, on an invented road network.

python -m tests.benchmarks.geo.matrix_times
"""

import sys
import tempfile
import time
from pathlib import Path

from mobile_passport.geo.area import WorkingArea
from mobile_passport.geo.estimate import TravelRules
from mobile_passport.geo.leg_cache import MemoryLegCache
from mobile_passport.geo.road_build import build_roads
from mobile_passport.geo.roads import RoadEngine
from mobile_passport.geo.travel import Source
from mobile_passport.geo.wiring import build_gazetteer, build_road_engine, build_travel_times
from mobile_passport.rules.loading import load_rules
from optimizer.problem import LatLon
from tests.mobile_passport.geo.road_network import gabriel_network, write_network
from tests.mobile_passport.geo.road_servers import osrm_server, valhalla_server

PLACES = 700


def main() -> None:
    """Print a line for every source: first matrix, then the same from the cache."""
    area = load_rules(WorkingArea, "area", office="blitar")
    rules = load_rules(TravelRules, "travel", office="blitar").estimate
    gazetteer = build_gazetteer(area)
    villages = [v.position for v in gazetteer.villages]
    places = villages + [LatLon(lat=p.lat + 0.001, lon=p.lon) for p in villages[: PLACES - len(villages)]]

    def report(name: str, engine: RoadEngine | None) -> None:
        times = build_travel_times(rules, gazetteer=gazetteer, engine=engine, cache=MemoryLegCache())
        seconds = []
        for _ in range(2):
            started = time.perf_counter()
            matrix = times.matrix(places)
            seconds.append(time.perf_counter() - started)
        estimated = matrix.share_of(Source.ESTIMATE)
        sys.stdout.write(f"{name:22}{seconds[0]:8.2f} s{seconds[1]:8.2f} s again{estimated:8.1%} estimated\n")

    report("estimate", None)
    with tempfile.TemporaryDirectory() as folder:
        extract, directory, tiles = Path(folder) / "area.osm.pbf", Path(folder) / "osrm", Path(folder) / "valhalla"
        write_network(gabriel_network(villages[::2]), extract)
        tiles.mkdir()
        started = time.perf_counter()
        built = build_roads(extract, area.window, directory, progress=lambda *_: None)
        sys.stdout.write(f"{built.ways} ways built for OSRM in {time.perf_counter() - started:.1f} s\n")
        report("OSRM in this process", build_road_engine("osrm-files", directory=directory))
        with osrm_server(built.base) as url:
            report("OSRM server", build_road_engine("osrm", url=url))
        with valhalla_server(extract, tiles) as url:
            report("Valhalla server", build_road_engine("valhalla", url=url))


if __name__ == "__main__":
    main()
