"""Building OSRM's files from a map extract, with the real programs on a map of a few roads."""

import sys
from pathlib import Path

import numpy as np
import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way

from mobile_passport.geo.area import Window
from mobile_passport.geo.road_build import BuildStep, RoadBuildFailed, build_roads, built_roads
from mobile_passport.geo.roads import RoadEngine
from mobile_passport.geo.wiring import build_road_engine
from optimizer.problem import LatLon

WINDOW = Window(south=-8.2, west=112.0, north=-8.0, east=112.2)
WEST, MIDDLE, EAST = ((112.05 + step / 20, -8.1) for step in range(3))
BEYOND, FAR, FARTHER = (112.25, -8.1), (113.0, -8.1), (113.1, -8.1)


def write_map(target: Path) -> None:
    """Write a road through the window and one far away, a river, and no way on from east to west at the middle."""
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for ref, location in enumerate((WEST, MIDDLE, EAST, BEYOND, FAR, FARTHER), start=1):
            tags = {"barrier": "gate"} if ref == 4 else {}
            writer.add_node(Node(id=ref, location=location, tags=tags))
        road = {"highway": "primary"}
        writer.add_way(Way(id=11, nodes=[1, 2], tags=road))
        writer.add_way(Way(id=12, nodes=[2, 3, 4], tags=road))
        writer.add_way(Way(id=13, nodes=[5, 6], tags=road))
        writer.add_way(Way(id=14, nodes=[1, 3], tags={"waterway": "river"}))
        for number, ways in ((21, (12, 11)), (22, (13, 12))):
            members = [("w", ways[0], "from"), ("n", 2, "via"), ("w", ways[1], "to")]
            writer.add_relation(
                Relation(id=number, members=members, tags={"type": "restriction", "restriction": "no_straight_on"})
            )


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    path = tmp_path / "java.osm.pbf"
    write_map(path)
    return path


def engine_in(directory: Path) -> RoadEngine:
    engine = build_road_engine("osrm-files", directory=directory)
    assert engine is not None
    return engine


def test_roads_in_the_window_are_built_and_can_be_asked(extract: Path, tmp_path: Path) -> None:
    told: list[tuple[BuildStep, str]] = []
    built = build_roads(extract, WINDOW, tmp_path / "data", progress=lambda step, text: told.append((step, text)))
    assert (built.ways, built.base) == (2, built_roads(tmp_path / "data"))
    ends = [LatLon(lat=-8.1, lon=112.05), LatLon(lat=-8.1, lon=112.15)]
    table = engine_in(tmp_path / "data").table(ends, ends)
    # 0.1 degrees of longitude at 8.1 degrees south: 111,195 m * 0.1 * cos(8.1 degrees) = 11,009 m.
    assert table.distance_m[0, 1] == pytest.approx(11_009, rel=0.01)
    assert np.isnan(table.distance_m[1, 0])
    assert {step for step, _ in told} == set(BuildStep)
    assert (BuildStep.CLIP, "writing 2 ways") in told


def test_clip_keeps_whole_ways_their_points_with_tags_and_the_restrictions_among_them(
    extract: Path, tmp_path: Path
) -> None:
    build_roads(extract, WINDOW, tmp_path, progress=lambda *_: None)
    clipped = osmium.FileProcessor(str(built_roads(tmp_path).with_name("roads.osm.pbf")))
    kept = {(o.type_str(), o.id): dict(o.tags) for o in clipped}
    assert set(kept) == {("n", 1), ("n", 2), ("n", 3), ("n", 4), ("w", 11), ("w", 12), ("r", 21)}
    assert kept["n", 4] == {"barrier": "gate"}


def test_building_again_replaces_the_roads(extract: Path, tmp_path: Path) -> None:
    build_roads(extract, WINDOW, tmp_path, progress=lambda *_: None)
    first = engine_in(tmp_path).version
    build_roads(extract, WINDOW, tmp_path, progress=lambda *_: None)
    assert engine_in(tmp_path).version != first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["java.osm.pbf", "roads"]


@pytest.mark.parametrize(
    ("content", "window", "why"),
    [
        (None, WINDOW, "no such file"),
        (b"this is no map", WINDOW, "cannot be read"),
        ("map", Window(south=50, west=0, north=51, east=1), "no road inside"),
    ],
    ids=["missing", "no map", "map of elsewhere"],
)
def test_failed_build_says_why_and_leaves_the_old_roads(
    extract: Path, tmp_path: Path, content: bytes | str | None, window: Window, why: str
) -> None:
    directory = tmp_path / "data"
    build_roads(extract, WINDOW, directory, progress=lambda *_: None)
    before = engine_in(directory).version
    if content is None:
        extract.unlink()
    elif isinstance(content, bytes):
        extract.write_bytes(content)
    with pytest.raises(RoadBuildFailed, match=why):
        build_roads(extract, window, directory, progress=lambda *_: None)
    assert engine_in(directory).version == before
    assert [p.name for p in directory.iterdir()] == ["roads"]


def test_roads_that_osrm_cannot_use_are_reported_with_its_words(tmp_path: Path) -> None:
    extract = tmp_path / "ferry.osm.pbf"
    with osmium.SimpleWriter(str(extract)) as writer:
        writer.add_node(Node(id=1, location=WEST))
        writer.add_node(Node(id=2, location=EAST))
        writer.add_way(Way(id=1, nodes=[1, 2], tags={"route": "hiking"}))
    with pytest.raises(RoadBuildFailed, match="extract: OSRM stopped"):
        build_roads(extract, WINDOW, tmp_path / "data", progress=lambda *_: None)


@pytest.mark.parametrize("package", ["osmium", "osrm"])
def test_missing_package_is_reported_with_what_to_do(
    extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(RoadBuildFailed, match=rf"{package} is not installed.*mobile-passport\[roads\]"):
        build_roads(extract, WINDOW, tmp_path / "data", progress=lambda *_: None)
