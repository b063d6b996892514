"""The land made from village points: every place belongs to its nearest village, and none is lost."""

from math import hypot
from random import Random

import pytest

from mobile_passport.documents.basemap import REACH_M, Basemap
from mobile_passport.documents.projection import Point
from mobile_passport.geo.gazetteer import Gazetteer, Kecamatan, Village, VillageKind
from optimizer.problem import LatLon


def test_every_village_has_a_cell_around_it(basemap: Basemap) -> None:
    assert len(basemap.cells) == 540
    assert all(_holds(cell.corners, cell.centre) for cell in basemap.cells)


def test_a_cell_names_its_village(basemap: Basemap) -> None:
    cell = basemap.cells[0]
    assert cell.centre == basemap.plane.point(cell.village.position)


def test_a_place_lies_in_the_cell_of_its_nearest_village(basemap: Basemap) -> None:
    rng = Random(1)
    for _ in range(200):
        near = rng.choice(basemap.cells).centre
        place = Point(near.x + rng.uniform(-2_000, 2_000), near.y + rng.uniform(-2_000, 2_000))
        nearest = min(basemap.cells, key=lambda cell: _apart(cell.centre, place))
        if _apart(nearest.centre, place) < 0.95 * REACH_M:  # a reach is drawn as a polygon of 20 corners
            assert [cell.village.code for cell in basemap.cells if _holds(cell.corners, place)] == [
                nearest.village.code
            ]


def test_borders_run_between_kecamatan_and_between_regencies(basemap: Basemap) -> None:
    assert len(basemap.kecamatan_edges) > 300
    assert 40 < len(basemap.regency_edges) < len(basemap.kecamatan_edges)


def test_the_outline_goes_once_around_all_villages(basemap: Basemap) -> None:
    (ring,) = [ring for ring in basemap.outline if len(ring) > 2]
    inside = [cell for cell in basemap.cells if _holds(ring, cell.centre) or cell.centre in ring]
    assert len(inside) == len(basemap.cells)


def test_the_name_of_a_regency_stands_in_it(basemap: Basemap) -> None:
    for name, at in basemap.regencies:
        assert min(basemap.cells, key=lambda cell: _apart(cell.centre, at)).village.regency == name


@pytest.mark.parametrize(
    ("places", "why"),
    [
        ([(-8.0, 112.0)], "one village is a ring of one"),
        ([(-8.0, 112.0), (-8.0, 112.0)], "two villages at one point do not cut each other away"),
        ([(-8.0, 112.0), (-8.0, 112.01), (-8.0, 112.02)], "villages on a line make no triangle"),
        ([(-8.0, 112.0), (-9.0, 113.0)], "villages far apart are two pieces of land"),
    ],
)
def test_no_village_is_lost_on_sparse_land(places: list[tuple[float, float]], why: str) -> None:
    basemap = Basemap.of(_gazetteer(places))
    drawn = {point for ring in basemap.outline for point in ring}
    assert {cell.centre for cell in basemap.cells} <= drawn, why
    assert all(len(cell.corners) >= 3 for cell in basemap.cells), why


def _gazetteer(places: list[tuple[float, float]]) -> Gazetteer:
    villages = tuple(
        Village(
            code=f"350501{2001 + number}",
            name=f"Desa {number}",
            kind=VillageKind.DESA,
            kecamatan="Kanigoro",
            regency="Kab. Blitar",
            position=LatLon(lat=lat, lon=lon),
            postal_code="66171",
        )
        for number, (lat, lon) in enumerate(places)
    )
    kecamatan = Kecamatan(code="350501", name="Kanigoro", regency="Kab. Blitar", anchor=villages[0].position)
    return Gazetteer(
        villages=villages, kecamatan=(kecamatan,), regencies={"3505": "Kab. Blitar"}, regencies_elsewhere=()
    )


def _apart(one: Point, other: Point) -> float:
    return hypot(one.x - other.x, one.y - other.y)


def _holds(ring: tuple[Point, ...], point: Point) -> bool:
    """Even-odd rule."""
    inside = False
    for one, other in zip(ring, ring[1:] + ring[:1], strict=True):
        if (one.y > point.y) != (other.y > point.y):
            crossing = one.x + (point.y - one.y) / (other.y - one.y) * (other.x - one.x)
            inside ^= point.x < crossing
    return inside
