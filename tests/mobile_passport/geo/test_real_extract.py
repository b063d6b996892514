"""The real command, the real OSRM and a real map: one-way streets, turn restrictions, streets cut off at the edge."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mobile_passport.geo.distance import haversine_m, radians_of
from mobile_passport.geo.estimate import EstimateRules
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.roads import RoadEngine
from mobile_passport.geo.travel import Source
from mobile_passport.geo.wiring import build_road_engine, build_travel_times
from optimizer.problem import LatLon
from tests.mobile_passport.geo.real_streets import WINDOW, Streets, extract

pytestmark = pytest.mark.xdist_group("real extract")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The folder of roads that `mobile-passport roads build` made, and what it told."""
    folder = tmp_path_factory.mktemp("helsinki")
    bbox = f"{WINDOW.west},{WINDOW.south},{WINDOW.east},{WINDOW.north}"
    command = [str(Path(sys.executable).with_name("mobile-passport")), "roads", "build", str(extract()), "--bbox", bbox]
    done = subprocess.run(
        command,
        env={**os.environ, "MP_ROADS_DIR": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return folder, done


@pytest.fixture(scope="module")
def engine(built: tuple[Path, subprocess.CompletedProcess[str]]) -> RoadEngine:
    made = build_road_engine("osrm-files", directory=built[0])
    assert made is not None
    return made


@pytest.fixture(scope="module")
def streets() -> Streets:
    return Streets(extract())


@pytest.fixture(scope="module")
def crossings(streets: Streets) -> list[int]:
    return streets.crossings()[::3]


@pytest.fixture(scope="module")
def places(streets: Streets, crossings: list[int]) -> list[LatLon]:
    return [streets.points[node] for node in crossings]


def test_command_builds_the_roads_with_progress_and_names_the_next_one(
    built: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = built
    assert done.returncode == 0, done.stderr
    assert f"ways in {folder / 'roads'}. Next: MP_ROUTER=osrm-files mobile-passport plan" in done.stdout
    assert int(done.stdout.split()[0]) > 2_000
    for step in ("clip: writing", "extract: ", "contract: "):
        assert step in done.stderr


def test_no_way_is_shorter_than_the_streets_allow_and_most_are_as_short(
    engine: RoadEngine, streets: Streets, crossings: list[int], places: list[LatLon]
) -> None:
    table = engine.table(places, places)
    ratios = []
    for i, origin in enumerate(crossings):
        shortest = streets.shortest_m(origin)
        for j, target in enumerate(crossings):
            if i != j and not np.isnan(table.duration_s[i, j]):
                assert target in shortest
                ratios.append(table.distance_m[i, j] / shortest[target])
    assert len(ratios) > 500
    assert min(ratios) > 0.995
    assert np.median(ratios) == pytest.approx(1, abs=0.02)


def test_one_way_streets_make_ways_back_differ(engine: RoadEngine, places: list[LatLon]) -> None:
    seconds = engine.table(places, places).duration_s
    both = ~np.isnan(seconds) & ~np.isnan(seconds.T) & ~np.eye(len(places), dtype=bool)
    assert (np.abs(seconds - seconds.T)[both] > 5).mean() > 0.5


def test_ways_cut_off_at_the_edge_of_the_map_are_estimated_and_the_others_are_not(
    engine: RoadEngine, places: list[LatLon], estimate_rules: EstimateRules, gazetteer: Gazetteer
) -> None:
    matrix = build_travel_times(estimate_rules, gazetteer=gazetteer, engine=engine).matrix(places)
    estimate = build_travel_times(estimate_rules, gazetteer=gazetteer).matrix(places)
    driven = engine.table(places, places).duration_s
    known = ~np.isnan(driven) & ~np.eye(len(places), dtype=bool)
    assert 0 < (~known).sum() < known.sum()
    assert (matrix.source[known] == Source.OSRM).all()
    assert (matrix.duration_s[known] == np.rint(driven[known]) + estimate_rules.leg_overhead_s).all()
    assert (matrix.source[~known] == Source.ESTIMATE).all()
    assert (matrix.duration_s[~known] == estimate.duration_s[~known]).all()


def test_route_follows_the_streets_through_both_places(
    engine: RoadEngine, streets: Streets, places: list[LatLon]
) -> None:
    table = engine.table(places, places)
    i, j = next((i, j) for i, j in zip(*np.nonzero(table.distance_m > 600), strict=True))
    route = engine.route([places[i], places[j]])
    assert route.distance_m == pytest.approx(table.distance_m[i, j], abs=2)
    assert len(route.points) > 5
    on_streets = haversine_m(radians_of(route.points), radians_of(list(streets.points.values()))).min(axis=1)
    assert on_streets.max() < 1
    for place in (places[i], places[j]):
        assert haversine_m(radians_of([place]), radians_of(route.points)).min() < 5
