from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from mobile_passport.domain.request import VisitKind
from mobile_passport.geo.roads import RoadRoute, RoadTable
from mobile_passport.geo.travel import Source
from mobile_passport.geo.ways import RoadWays
from mobile_passport.services.field.run_sheets import run_sheets
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from optimizer.problem import LatLon
from tests.mobile_passport.services.seasons import NOW, letter, person


def test_nothing_is_shown_before_the_first_publication(world: World) -> None:
    assert show_plan(world) is None
    assert show_plan(world, 7) is None
    assert run_sheets(world, NOW.date()) == ()


def test_the_view_counts_everyone_and_its_routes_fit_together(published: World) -> None:
    view = show_plan(published)
    assert view is not None
    assert (view.served, view.left_out, view.to_review, view.office) == (66, 0, 0, 0)
    for route in (route for day in view.days for route in day.routes):
        moment = route.leaves_at
        for stop in route.stops:
            assert moment < stop.arrival_at <= stop.starts_at
            if stop.window_closes_at is None:
                assert stop.starts_at <= stop.first_slot_at <= stop.last_slot_at < stop.ends_at
            else:
                assert stop.first_slot_at == stop.last_slot_at <= stop.starts_at <= stop.window_closes_at
            assert stop.punctuality is not None
            moment = stop.ends_at
        assert moment < route.back_at
        assert route.distance_m > 0
        assert route.travel_s > 0


def test_people_who_wait_for_their_place_are_counted(published: World) -> None:
    import_requests((letter("9", "Desa Sukorejo, Kab. Blitar", [person(900)]),), published, actor="x", now=NOW)
    view = show_plan(published)
    assert view is not None
    assert view.to_review == 1


def test_the_view_names_nobody(published: World) -> None:
    text = repr(show_plan(published))
    assert "Orang Contoh" not in text
    assert "+62" not in text


def test_a_run_sheet_has_everyone_in_slot_order_with_the_last_digits_of_the_nik(published: World) -> None:
    view = show_plan(published)
    assert view is not None
    seen = []
    for day in view.days:
        for sheet in run_sheets(published, day.date):
            for stop in sheet.stops:
                assert [one.slot_at for one in stop.people] == sorted(one.slot_at for one in stop.people)
                assert all(len(one.nik_tail) == 4 for one in stop.people)
                assert stop.contacts
                assert bool(stop.addresses) is (stop.stop.kind is VisitKind.HOME)
                seen += [one.name for one in stop.people]
    assert len(seen) == len(set(seen)) == 66


def test_a_day_without_visits_has_no_sheets(published: World) -> None:
    view = show_plan(published)
    assert view is not None
    assert run_sheets(published, view.days[-1].date + timedelta(days=1)) == ()


class BentRoads:
    """An engine whose every road goes over a bend."""

    version = "bent"
    block_size = 10
    source = Source.OSRM

    def table(self, origins: Sequence[LatLon], destinations: Sequence[LatLon]) -> RoadTable:
        return RoadTable.unknown(len(origins), len(destinations))

    def route(self, places: Sequence[LatLon]) -> RoadRoute:
        return RoadRoute(points=(places[0], LatLon(lat=-8.0, lon=112.0), *places[1:]), duration_s=1, distance_m=1)


def test_routes_have_the_roads_that_an_engine_knows_from_the_office_and_back(published: World) -> None:
    straight, bent = show_plan(published), show_plan(replace(published, road_ways=RoadWays(BentRoads())))
    assert straight is not None
    assert bent is not None
    assert {route.way for day in straight.days for route in day.routes} == {None}
    for route in (route for day in bent.days for route in day.routes):
        stops = tuple(stop.position for stop in route.stops)
        assert route.way == (bent.depot, LatLon(lat=-8.0, lon=112.0), *stops, bent.depot)
