"""Legs kept in a file: known after a restart, never of another map, never in the way."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.geo import leg_cache
from mobile_passport.geo.leg_cache import FileLegCache, LegBook, MemoryLegCache
from mobile_passport.geo.roads import RoadTable
from optimizer.problem import LatLon

PLACES = tuple(LatLon(lat=-8.0 - i / 100, lon=112.0) for i in range(4))


def legs_of(count: int, *, start: float = 0.0) -> RoadTable:
    """From i to j: start + 10 i + j seconds and twice as many metres."""
    seconds = start + 10.0 * np.arange(count)[:, None] + np.arange(count)[None, :]
    return RoadTable(duration_s=seconds, distance_m=2 * seconds)


def same(one: RoadTable, other: RoadTable) -> bool:
    return np.array_equal(one.duration_s, other.duration_s, equal_nan=True) and np.array_equal(
        one.distance_m, other.distance_m, equal_nan=True
    )


def test_legs_are_known_to_the_next_process_in_their_direction(tmp_path: Path) -> None:
    FileLegCache(tmp_path).write("osrm:1", PLACES[:3], legs_of(3))
    found = FileLegCache(tmp_path).read("osrm:1", [PLACES[2], PLACES[3], PLACES[0]])
    assert found.duration_s[0, 2] == 20.0
    assert found.duration_s[2, 0] == 2.0
    assert np.isnan(found.duration_s[1]).all()
    assert [path.name for path in tmp_path.iterdir()] == ["legs.npz"]


def test_legs_of_another_map_are_neither_read_nor_kept(tmp_path: Path) -> None:
    cache = FileLegCache(tmp_path)
    cache.write("osrm:1", PLACES[:2], legs_of(2))
    assert np.isnan(cache.read("osrm:2", PLACES[:2]).duration_s).all()
    cache.write("osrm:2", PLACES[2:], legs_of(2))
    assert np.isnan(cache.read("osrm:1", PLACES[:2]).duration_s).all()
    assert same(cache.read("osrm:2", PLACES[2:]), legs_of(2))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"], ids=["empty", "text", "cut off"])
def test_damaged_file_is_taken_for_empty_and_written_anew(tmp_path: Path, content: bytes) -> None:
    cache = FileLegCache(tmp_path)
    (tmp_path / "legs.npz").write_bytes(content)
    assert np.isnan(cache.read("osrm:1", PLACES).duration_s).all()
    cache.write("osrm:1", PLACES, legs_of(4))
    assert same(cache.read("osrm:1", PLACES), legs_of(4))


def test_folder_that_cannot_be_written_costs_no_answer(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    cache = FileLegCache(tmp_path / "file")
    cache.write("osrm:1", PLACES, legs_of(4))
    assert np.isnan(cache.read("osrm:1", PLACES).duration_s).all()


def test_overfull_file_keeps_what_was_asked_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leg_cache, "MOST_PLACES", 3)
    cache = FileLegCache(tmp_path)
    cache.write("osrm:1", PLACES[:2], legs_of(2))
    cache.write("osrm:1", PLACES[2:], legs_of(2))
    assert np.isnan(cache.read("osrm:1", PLACES[:2]).duration_s).all()
    assert same(cache.read("osrm:1", PLACES[2:]), legs_of(2))


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.lists(st.integers(0, 3), min_size=1, max_size=4, unique=True), st.booleans()), max_size=5))
def test_book_knows_the_last_leg_written_and_nothing_else(writes: list[tuple[list[int], bool]]) -> None:
    book, cache = LegBook(), MemoryLegCache()
    expected: dict[tuple[int, int], float] = {}
    for step, (numbers, has_gap) in enumerate(writes, start=1):
        table = legs_of(len(numbers), start=1_000.0 * step)
        if has_gap:
            table.duration_s[0, -1] = np.nan
        asked = [PLACES[i] for i in numbers]
        book = book.with_legs(asked, table)
        cache.write("osrm:1", asked, table)
        for row, i in enumerate(numbers):
            for column, j in enumerate(numbers):
                if not np.isnan(table.duration_s[row, column]):
                    expected[i, j] = float(table.duration_s[row, column])
    found = book.between(PLACES)
    known = {
        (i, j): float(found.duration_s[i, j]) for i, j in zip(*np.nonzero(~np.isnan(found.duration_s)), strict=True)
    }
    assert known == expected
    assert same(cache.read("osrm:1", PLACES), found)
