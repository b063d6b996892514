"""Real road engines on an invented network over real villages, and what stands in when they are silent."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mobile_passport.geo.area import WorkingArea
from mobile_passport.geo.estimate import EstimateRules
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.road_build import build_roads
from mobile_passport.geo.roads import RoadEngine, RouteRefused
from mobile_passport.geo.travel import Source
from mobile_passport.geo.wiring import build_road_engine, build_travel_times
from optimizer.problem import LatLon
from tests.mobile_passport.geo.road_network import Network, gabriel_network, write_network
from tests.mobile_passport.geo.road_servers import osrm_server, valhalla_server

pytestmark = [pytest.mark.enable_socket, pytest.mark.xdist_group("road engines")]

IN_THE_SEA = LatLon(lat=-8.44, lon=112.1)
KINDS = ("osrm-files", "osrm", "valhalla")


@pytest.fixture(scope="module")
def network(gazetteer: Gazetteer) -> Network:
    return gabriel_network([v.position for v in gazetteer.villages[::2]])


@pytest.fixture(scope="module")
def extract(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("extract") / "area.osm.pbf"
    write_network(network, path)
    return path


@pytest.fixture(scope="module")
def engines(
    extract: Path, area: WorkingArea, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, RoadEngine]]:
    directory = tmp_path_factory.mktemp("osrm")
    built = build_roads(extract, area.window, directory, progress=lambda *_: None)
    with (
        osrm_server(built.base) as osrm_url,
        valhalla_server(extract, tmp_path_factory.mktemp("valhalla")) as valhalla_url,
    ):
        made = {
            "osrm-files": build_road_engine("osrm-files", directory=directory),
            "osrm": build_road_engine("osrm", url=osrm_url),
            "valhalla": build_road_engine("valhalla", url=valhalla_url),
        }
        yield {kind: engine for kind, engine in made.items() if engine is not None}


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, engines: dict[str, RoadEngine]) -> RoadEngine:
    return engines[request.param]


@pytest.fixture(params=KINDS[:2])
def osrm_engine(request: pytest.FixtureRequest, engines: dict[str, RoadEngine]) -> RoadEngine:
    return engines[request.param]


def test_matrix_comes_from_the_roads_with_the_overhead_of_a_leg(
    engine: RoadEngine, network: Network, estimate_rules: EstimateRules, gazetteer: Gazetteer
) -> None:
    places = network.places[:30]
    matrix = build_travel_times(estimate_rules, gazetteer=gazetteer, engine=engine).matrix(places)
    assert matrix.share_of(engine.source) == 1.0
    assert (np.diag(matrix.duration_s) == 0).all()
    table = engine.table(places[:3], places[:3])
    driven = np.rint(table.duration_s) + estimate_rules.leg_overhead_s
    np.fill_diagonal(driven, 0)
    assert (matrix.duration_s[:3, :3] == driven).all()


def test_lengths_are_those_of_the_shortest_ways(engine: RoadEngine, network: Network) -> None:
    # One class of road: the quickest way is nearly the shortest, which Dijkstra's algorithm knows.
    shortest = np.array(network.shortest_m(0))[1:41]
    ratio = engine.table(network.places[:1], network.places[1:41]).distance_m[0] / shortest
    assert np.median(ratio) == pytest.approx(1.0, abs=0.01)
    assert ratio.min() > 0.98
    assert ratio.max() < 1.25


def test_one_way_roads_make_the_way_back_longer(
    engine: RoadEngine, network: Network, estimate_rules: EstimateRules, gazetteer: Gazetteer
) -> None:
    i, j, metres, _ = next(road for road in network.roads if road[3])
    times = build_travel_times(estimate_rules, gazetteer=gazetteer, engine=engine)
    there_and_back = times.matrix([network.places[i], network.places[j]]).distance_m
    assert there_and_back[0, 1] == pytest.approx(metres, rel=0.02)
    assert there_and_back[1, 0] > 1.2 * metres


def test_place_without_road_is_estimated_and_the_others_are_not(
    engine: RoadEngine, network: Network, estimate_rules: EstimateRules, gazetteer: Gazetteer
) -> None:
    places = [*network.places[:6], IN_THE_SEA, *network.places[6:10]]
    matrix = build_travel_times(estimate_rules, gazetteer=gazetteer, engine=engine).matrix(places)
    estimate = build_travel_times(estimate_rules, gazetteer=gazetteer).matrix(places)
    at_sea = np.zeros((11, 11), dtype=bool)
    at_sea[6, :] = at_sea[:, 6] = True
    assert (matrix.source[at_sea] == Source.ESTIMATE).all()
    assert (matrix.duration_s[at_sea] == estimate.duration_s[at_sea]).all()
    assert (matrix.source[~at_sea & ~np.eye(11, dtype=bool)] == engine.source).all()


def test_route_is_drawn_along_the_road_through_every_place(engine: RoadEngine, network: Network) -> None:
    places = network.places[:3]
    route = engine.route(places)
    table = engine.table(places, places)
    assert route.distance_m == pytest.approx(table.distance_m[0, 1] + table.distance_m[1, 2], rel=0.01)
    assert route.duration_s == pytest.approx(table.duration_s[0, 1] + table.duration_s[1, 2], rel=0.1)
    drawn = np.array([(p.lat, p.lon) for p in route.points])
    for place in places:
        assert np.abs(drawn - (place.lat, place.lon)).sum(axis=1).min() < 0.0005


def test_route_to_nowhere_is_refused(engines: dict[str, RoadEngine], network: Network) -> None:
    for engine in engines.values():
        with pytest.raises(RouteRefused):
            engine.route([network.places[0], IN_THE_SEA])
    with pytest.raises(RouteRefused):
        engines["osrm"].route([network.places[0]])
    with pytest.raises(RouteRefused):
        engines["osrm-files"].route([network.places[0]])


def test_place_off_the_globe_is_refused(engine: RoadEngine, network: Network) -> None:
    with pytest.raises(RouteRefused):
        engine.table([LatLon(lat=100.0, lon=200.0)], network.places[:2])


def test_osrm_says_the_same_in_process_and_as_a_server(engines: dict[str, RoadEngine], network: Network) -> None:
    origins, destinations = network.places[:40], network.places[40:90]
    in_process = engines["osrm-files"].table(origins, destinations)
    served = engines["osrm"].table(origins, destinations)
    assert (in_process.duration_s == served.duration_s).all()
    assert (in_process.distance_m == served.distance_m).all()


def test_seven_hundred_places_take_less_than_ten_seconds(
    osrm_engine: RoadEngine, gazetteer: Gazetteer, estimate_rules: EstimateRules
) -> None:
    villages = [v.position for v in gazetteer.villages]
    places = villages + [LatLon(lat=p.lat + 0.001, lon=p.lon) for p in villages[:160]]
    started = time.perf_counter()
    matrix = build_travel_times(estimate_rules, gazetteer=gazetteer, engine=osrm_engine).matrix(places)
    assert time.perf_counter() - started < 10
    assert matrix.duration_s.shape == (700, 700)
    assert matrix.share_of(Source.OSRM) > 0.9
