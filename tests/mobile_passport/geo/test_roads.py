"""How road times and estimates come together, against an engine that does as it is told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.geo.estimate import EstimateRules
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.leg_cache import MemoryLegCache
from mobile_passport.geo.roads import LegCache, RoadRoute, RoadTable, RouteRefused
from mobile_passport.geo.travel import RouterUnavailable, Source, TravelMatrix
from mobile_passport.geo.wiring import build_travel_times
from optimizer.problem import LatLon

OVERHEAD_S = 240


def place(number: int) -> LatLon:
    return LatLon(lat=-8.0 - number / 100, lon=112.0)


def number(of: LatLon) -> int:
    return round((-8.0 - of.lat) * 100)


@dataclass
class FakeEngine:
    """From place i to place j it takes 1,000 i + j seconds and twice as many metres, except where told otherwise."""

    version: str = "fake:1"
    block_size: int = 1_000
    source: Source = Source.OSRM
    no_way: set[tuple[int, int]] = field(default_factory=set)
    refuses: set[int] = field(default_factory=set)
    silent_for: set[int] = field(default_factory=set)
    asked: list[tuple[list[int], list[int]]] = field(default_factory=list)

    def table(self, origins: Sequence[LatLon], destinations: Sequence[LatLon]) -> RoadTable:
        rows, columns = [number(p) for p in origins], [number(p) for p in destinations]
        self.asked.append((rows, columns))
        assert max(len(rows), len(columns)) <= self.block_size
        if self.refuses.intersection([*rows, *columns]) and (len(rows) > 1 or not self.silent_for.intersection(rows)):
            raise RouteRefused("no road near")
        if self.silent_for.intersection(rows):
            raise RouterUnavailable("timed out")
        seconds = np.array(
            [[np.nan if (i, j) in self.no_way else 1_000 * i + j for j in columns] for i in rows], dtype=np.float64
        )
        return RoadTable(duration_s=seconds, distance_m=2 * seconds)

    def route(self, places: Sequence[LatLon]) -> RoadRoute:
        raise RouterUnavailable("draws nothing")


type Ask = Callable[..., TravelMatrix]


@pytest.fixture(scope="module")
def ask(estimate_rules: EstimateRules, gazetteer: Gazetteer) -> Ask:
    """Ask an engine for the matrix of the places with these numbers."""

    def matrix(engine: FakeEngine, numbers: Iterable[int], cache: LegCache | None = None) -> TravelMatrix:
        rules = replace(estimate_rules, leg_overhead_s=OVERHEAD_S)
        times = build_travel_times(rules, gazetteer=gazetteer, engine=engine, cache=cache)
        return times.matrix([place(i) for i in numbers])

    return matrix


def estimated_cells(matrix: TravelMatrix) -> set[tuple[int, int]]:
    rows, columns = np.nonzero(matrix.source == Source.ESTIMATE)
    return {(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if i != j}


def test_every_leg_comes_from_the_engine_in_its_direction(ask: Ask) -> None:
    matrix = ask(FakeEngine(), range(3))
    assert matrix.duration_s.tolist() == [[0, 241, 242], [1_240, 0, 1_242], [2_240, 2_241, 0]]
    assert matrix.distance_m.tolist() == [[0, 2, 4], [2_000, 0, 2_004], [4_000, 4_002, 0]]
    assert estimated_cells(matrix) == set()


def test_leg_without_a_way_is_estimated_alone(ask: Ask) -> None:
    matrix = ask(FakeEngine(no_way={(0, 2)}), range(4))
    assert estimated_cells(matrix) == {(0, 2)}
    assert matrix.duration_s[0, 2] > OVERHEAD_S


def test_blocks_that_time_out_are_estimated_alone(ask: Ask) -> None:
    matrix = ask(FakeEngine(block_size=2, silent_for={0}), range(4))
    # The rows of place 0 are asked for in two blocks, with those of place 1; both are lost, the others are not.
    assert estimated_cells(matrix) == {(i, j) for i in (0, 1) for j in range(4) if i != j}


def test_dead_engine_is_asked_twice_at_most_and_everything_is_estimated(ask: Ask) -> None:
    engine = FakeEngine(block_size=2, silent_for=set(range(20)))
    matrix = ask(engine, range(20))
    assert len(engine.asked) == 2
    assert matrix.share_of(Source.ESTIMATE) == 1.0


def test_place_that_makes_the_engine_refuse_is_left_out_and_the_others_are_answered(ask: Ask) -> None:
    engine = FakeEngine(block_size=4, refuses={3, 9})
    matrix = ask(engine, range(12))
    assert estimated_cells(matrix) == {(i, j) for i in range(12) for j in range(12) if i != j and {i, j} & {3, 9}}
    probes = [rows for rows, columns in engine.asked if rows == columns and len(rows) == 1]
    assert len(probes) <= 12


def test_engine_that_refuses_every_question_is_left_alone_soon(ask: Ask) -> None:
    engine = FakeEngine(block_size=4, refuses=set(range(12)))
    assert ask(engine, range(12)).share_of(Source.ESTIMATE) == 1.0
    assert len(engine.asked) <= 12 + 9


def test_engine_that_falls_silent_over_a_refusal_is_left_alone(ask: Ask) -> None:
    engine = FakeEngine(block_size=4, refuses={2}, silent_for={0})
    engine.refuses.add(0)
    matrix = ask(engine, range(3))
    assert matrix.share_of(Source.ESTIMATE) == 1.0
    assert len(engine.asked) <= 3


def test_known_legs_are_not_asked_again_and_new_places_only_in_rows_and_columns(ask: Ask) -> None:
    cache = MemoryLegCache()
    engine = FakeEngine()
    first = ask(engine, range(5), cache)
    engine.asked.clear()
    assert (ask(engine, range(5), cache).duration_s == first.duration_s).all()
    assert engine.asked == []
    grown = ask(engine, [0, 1, 9, 3], cache)
    assert sorted(engine.asked) == [([0, 1, 3], [9]), ([9], [0, 1, 3])]
    assert grown.duration_s[2, 1] == 9_001 + OVERHEAD_S
    assert grown.duration_s[1, 3] == 1_003 + OVERHEAD_S


def test_leg_that_failed_is_asked_again(ask: Ask) -> None:
    cache = MemoryLegCache()
    engine = FakeEngine(silent_for={0})
    assert ask(engine, range(3), cache).share_of(Source.ESTIMATE) == 1.0
    engine.silent_for.clear()
    assert ask(engine, range(3), cache).share_of(Source.ESTIMATE) == 0.0


def test_new_version_of_the_roads_is_asked_afresh(ask: Ask) -> None:
    cache = MemoryLegCache()
    ask(FakeEngine(), range(3), cache)
    renewed = FakeEngine(version="fake:2")
    ask(renewed, range(3), cache)
    assert renewed.asked


def test_two_requests_at_one_place_share_its_legs(ask: Ask) -> None:
    matrix = ask(FakeEngine(), [0, 1, 1])
    assert matrix.duration_s.tolist() == [[0, 241, 241], [1_240, 0, 0], [1_240, 0, 0]]


@pytest.mark.parametrize("numbers", [[], [4]])
def test_engine_is_not_asked_without_legs(ask: Ask, numbers: list[int]) -> None:
    engine = FakeEngine()
    assert ask(engine, numbers).duration_s.shape == (len(numbers), len(numbers))
    assert engine.asked == []


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    asked=st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=8), min_size=1, max_size=4),
    size=st.integers(1, 9),
    no_way=st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=10),
    refuses=st.sets(st.integers(0, 9), max_size=2),
)
def test_whatever_was_asked_before_every_leg_is_the_engines_or_marked_as_estimate(
    ask: Ask, asked: list[list[int]], size: int, no_way: set[tuple[int, int]], refuses: set[int]
) -> None:
    cache = MemoryLegCache()
    for numbers in asked:
        matrix = ask(FakeEngine(block_size=size, no_way=no_way, refuses=refuses), numbers, cache)
        for row, i in enumerate(numbers):
            for column, j in enumerate(numbers):
                lost = (i, j) in no_way or bool({i, j} & refuses)
                if i == j:
                    assert matrix.duration_s[row, column] == 0
                elif lost:
                    assert matrix.source[row, column] == Source.ESTIMATE
                else:
                    assert matrix.source[row, column] == Source.OSRM
                    assert matrix.duration_s[row, column] == 1_000 * i + j + OVERHEAD_S
