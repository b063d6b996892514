"""Ways for drawing: asked once, straight where there is none, and a dead engine is not waited for again and again."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mobile_passport.geo.roads import RoadRoute, RoadTable, RouteRefused
from mobile_passport.geo.travel import RouterUnavailable, Source
from mobile_passport.geo.ways import RoadWays
from optimizer.problem import LatLon

A, B, C = (LatLon(lat=-8.0, lon=112.0 + step / 10) for step in range(3))
BEND = LatLon(lat=-8.05, lon=112.05)


@dataclass
class FakeEngine:
    """Goes over a bend, except to places that it refuses or while it is dead."""

    version: str = "fake"
    block_size: int = 10
    source: Source = Source.OSRM
    refuses: set[LatLon] = field(default_factory=set)
    is_dead: bool = False
    asked: int = 0

    def table(self, origins: Sequence[LatLon], destinations: Sequence[LatLon]) -> RoadTable:
        return RoadTable.unknown(len(origins), len(destinations))

    def route(self, places: Sequence[LatLon]) -> RoadRoute:
        self.asked += 1
        if self.is_dead:
            raise RouterUnavailable("timed out")
        if self.refuses.intersection(places):
            raise RouteRefused("no road near")
        return RoadRoute(points=(places[0], BEND, places[-1]), duration_s=1, distance_m=1)


def test_each_tour_gets_its_way_and_is_asked_for_once() -> None:
    engine = FakeEngine()
    ways = RoadWays(engine)
    assert ways.through([(A, B), (B, A), (A, B)]) == ((A, BEND, B), (B, BEND, A), (A, BEND, B))
    assert ways.through([(A, B)]) == ((A, BEND, B),)
    assert engine.asked == 2


def test_without_an_engine_no_way_is_known() -> None:
    assert RoadWays(None).through([(A, B), (B, C)]) == (None, None)


def test_a_refused_tour_is_straight_and_the_others_are_not() -> None:
    engine = FakeEngine(refuses={C})
    ways = RoadWays(engine)
    assert ways.through([(A, C), (A, B)]) == (None, (A, BEND, B))
    assert ways.through([(A, C)]) == (None,)
    assert engine.asked == 2


def test_a_dead_engine_is_left_alone_and_asked_again_the_next_time() -> None:
    engine = FakeEngine(is_dead=True)
    ways = RoadWays(engine)
    assert ways.through([(A, B), (B, C), (C, A), (C, B)]) == (None,) * 4
    assert engine.asked == 2
    engine.is_dead = False
    assert ways.through([(A, B), (C, B)]) == ((A, BEND, B), (C, BEND, B))
