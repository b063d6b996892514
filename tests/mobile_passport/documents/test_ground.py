"""The land alone fits the degrees it is said to cover."""

import re

import pytest

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.ground import ground
from mobile_passport.geo.wiring import build_gazetteer
from mobile_passport.rules.rulebook import Rulebook


@pytest.fixture(scope="module")
def basemap(rulebook: Rulebook) -> Basemap:
    """The land of the shipped office."""
    return Basemap.of(build_gazetteer(rulebook.area))


def test_every_village_lies_inside_the_corners(basemap: Basemap) -> None:
    made = ground(basemap)
    for cell in basemap.cells:
        assert made.south_west.lat < cell.village.position.lat < made.north_east.lat
        assert made.south_west.lon < cell.village.position.lon < made.north_east.lon


def test_the_drawing_is_as_wide_as_its_degrees(basemap: Basemap) -> None:
    made = ground(basemap)
    width, height = map(float, re.search(r'viewBox="0 0 (\d+) (\d+)"', made.drawing).groups())  # type: ignore[union-attr]
    degrees = (made.north_east.lon - made.south_west.lon) / (made.north_east.lat - made.south_west.lat)
    assert degrees == pytest.approx(width / height, rel=0.015)  # cos(8 degrees) = 0.990


def test_the_drawing_has_names_and_nothing_that_runs(basemap: Basemap) -> None:
    made = ground(basemap)
    assert "Garum" in made.drawing
    assert "<script" not in made.drawing
    assert "style=" not in made.drawing
