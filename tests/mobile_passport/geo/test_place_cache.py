"""Answers of an online geocoder kept in files."""

from pathlib import Path

import pytest

from mobile_passport.geo.online import FoundPoint, Service
from mobile_passport.geo.place_cache import FilePlaceCache
from optimizer.problem import LatLon

POINT = FoundPoint(label="Karangsono, Kanigoro, Blitar", position=LatLon(lat=-8.1234567, lon=112.2))


def test_answers_also_empty_ones_are_known_to_the_next_process(tmp_path: Path) -> None:
    FilePlaceCache(tmp_path).put(Service.PHOTON, "karangsono, kanigoro", (POINT,))
    FilePlaceCache(tmp_path).put(Service.PHOTON, "nowhere", ())
    known = FilePlaceCache(tmp_path)
    assert known.get(Service.PHOTON, "karangsono, kanigoro") == (POINT,)
    assert known.get(Service.PHOTON, "nowhere") == ()
    assert known.get(Service.NOMINATIM, "karangsono, kanigoro") is None
    assert known.get(Service.PHOTON, "karangsono") is None


def test_what_people_wrote_stands_in_no_file(tmp_path: Path) -> None:
    FilePlaceCache(tmp_path).put(Service.PHOTON, "rumah bapak slamet, karangsono", (POINT,))
    (file,) = (tmp_path / "places").iterdir()
    assert "slamet" not in file.name + file.read_text()


@pytest.mark.parametrize("content", ["", "{}x", '[["label", "north", 1]]', '{"a": 1}', "7"])
def test_damaged_answer_is_asked_again(tmp_path: Path, content: str) -> None:
    cache = FilePlaceCache(tmp_path)
    cache.put(Service.PHOTON, "karangsono", (POINT,))
    (file,) = (tmp_path / "places").iterdir()
    file.write_text(content)
    assert cache.get(Service.PHOTON, "karangsono") is None


def test_folder_that_cannot_be_written_costs_no_answer(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    cache = FilePlaceCache(tmp_path / "file")
    cache.put(Service.PHOTON, "karangsono", (POINT,))
    assert cache.get(Service.PHOTON, "karangsono") is None
