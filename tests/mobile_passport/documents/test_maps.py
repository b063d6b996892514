"""The map of a whole plan and of a day."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.canvas import Canvas, styles_of
from mobile_passport.documents.day_map import PHONE_DAY_SIZE, day_map
from mobile_passport.documents.plan_map import PHONE_PLAN_SIZE, PLAN_SIZE, plan_map
from mobile_passport.domain.plan_view import DayView, PlanView
from mobile_passport.domain.request import VisitKind
from optimizer.problem import LatLon
from tests.mobile_passport.documents.sample_plan import sample_plan

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"><script>alert(1)</script><a href="https://x.example">&amp;]]>\x00'


def hostile_plan() -> PlanView:
    """The sample plan with a place name that tries to break out."""
    plan = sample_plan()
    day = plan.days[0]
    route = day.routes[0]
    stop = replace(route.stops[0], place=HOSTILE)
    changed = replace(day, routes=(replace(route, stops=(stop, *route.stops[1:])), *day.routes[1:]))
    unserved = replace(plan.unserved[0], place=HOSTILE)
    return replace(plan, days=(changed, *plan.days[1:]), unserved=(unserved, *plan.unserved[1:]))


def drawings(plan: PlanView, basemap: Basemap) -> dict[str, str]:
    """Every kind of map of a plan."""
    day = plan.days[0]
    return {
        "plan": plan_map(plan, basemap),
        "plan on a phone": plan_map(plan, basemap, PHONE_PLAN_SIZE),
        "day": day_map(day.routes, plan.depot, basemap, styles_of(plan)),
        "day on a phone": day_map(day.routes, plan.depot, basemap, styles_of(plan), PHONE_DAY_SIZE),
    }


@pytest.mark.parametrize("kind", ["plan", "plan on a phone", "day", "day on a phone"])
def test_a_map_keeps_a_strict_content_security_policy_and_hostile_names_stay_text(kind: str, basemap: Basemap) -> None:
    drawing = drawings(hostile_plan(), basemap)[kind]
    for node in ET.fromstring(drawing).iter():
        assert node.tag.removeprefix(SVG) in {"svg", "g", "path", "circle", "rect", "text", "title", "mask"}
        assert not {name for name in node.attrib if name in {"style", "href", "src"} or name.startswith("on")}
    assert set(re.findall(r"url\(([^)]*)\)", drawing)) == {f"#{m}" for m in re.findall(r'id="([^"]*)"', drawing)}


def test_a_plan_shows_every_place_with_its_people_and_everybody_who_is_left_out(basemap: Basemap) -> None:
    plan = sample_plan()
    titles = [node.text or "" for node in ET.fromstring(plan_map(plan, basemap)).iter(f"{SVG}title")]
    stops = {(r.team, s.position, s.kind) for d in plan.days for r in d.routes for s in r.stops}
    shown = [title for title in titles if "belum terjadwal" not in title]
    assert len(shown) == len(stops)
    assert sum(_people(title) for title in shown) == plan.served
    assert sum(_people(title) for title in titles if "belum terjadwal" in title) == plan.left_out


def test_a_day_numbers_the_stops_of_each_route_in_the_order_of_the_way(basemap: Basemap) -> None:
    plan = sample_plan()
    day = max(plan.days, key=lambda day: sum(len(route.stops) for route in day.routes))
    drawing = ET.fromstring(day_map(day.routes, plan.depot, basemap, styles_of(plan)))
    titles = [node.text or "" for node in drawing.iter(f"{SVG}title")]
    assert titles == [
        f"{order}. {stop.place}: {stop.people} orang"
        for route in day.routes
        for order, stop in enumerate(route.stops, start=1)
    ]
    written = [node.text for node in drawing.iter(f"{SVG}text")]
    for route in day.routes:
        assert all(stop.place.partition(",")[0] in written for stop in route.stops)


def test_home_visits_are_diamonds_and_other_stops_are_circles(basemap: Basemap) -> None:
    plan = sample_plan()
    day = next(d for d in plan.days if any(s.kind is VisitKind.HOME for r in d.routes for s in r.stops))
    drawing = ET.fromstring(day_map(day.routes, plan.depot, basemap, styles_of(plan)))
    kinds = [s.kind for r in day.routes for s in r.stops]
    assert len(list(drawing.iter(f"{SVG}circle"))) == sum(kind is VisitKind.COLLECTIVE for kind in kinds)


def test_dashes_of_a_way_there_and_back_are_drawn_once(basemap: Basemap) -> None:
    plan = sample_plan()
    route = next(r for d in plan.days for r in d.routes if len(r.stops) == 1 and r.team == "unit-2")
    style = styles_of(plan)["unit-2"]
    drawing = ET.fromstring(day_map([route], plan.depot, basemap, styles_of(plan)))
    (way,) = [n for n in drawing.iter(f"{SVG}path") if n.get("stroke-dasharray") == style.dashes]
    assert (way.get("d") or "").count("L") == 1


@pytest.mark.parametrize("kind", ["plan", "day"])
def test_nothing_is_written_over_the_name_of_the_office(kind: str, basemap: Basemap) -> None:
    texts = list(ET.fromstring(drawings(sample_plan(), basemap)[kind]).iter(f"{SVG}text"))
    office = next(node for node in texts if node.text == "Kantor Imigrasi")
    for other in texts:
        if other is not office:
            apart_y = abs(float(other.get("y", 0)) - float(office.get("y", 0)))
            apart_x = abs(float(other.get("x", 0)) - float(office.get("x", 0)))
            letters = len(other.text or "") + len(office.text or "")
            assert apart_y > 12 or apart_x > 0.25 * 15 * letters, other.text


def test_the_wide_map_names_kecamatan_and_the_phone_map_only_what_is_large(basemap: Basemap) -> None:
    plan = sample_plan()
    assert "Wonotirto" in plan_map(plan, basemap)
    assert "Wonotirto" not in plan_map(plan, basemap, PHONE_PLAN_SIZE)


def test_a_plan_without_days_is_a_map_of_the_area(basemap: Basemap) -> None:
    empty = replace(sample_plan(), days=(), unserved=())
    drawing = ET.fromstring(plan_map(empty, basemap))
    assert drawing.get("viewBox") == f"0 0 {PLAN_SIZE.width:.0f} {PLAN_SIZE.height:.0f}"
    assert drawing.get("aria-label", "").startswith("Peta rencana: 0 orang")


def test_a_stop_at_the_depot_itself_is_drawn(basemap: Basemap) -> None:
    plan = sample_plan()
    route = plan.days[0].routes[0]
    at_home = replace(route, stops=(replace(route.stops[0], position=plan.depot),))
    day = DayView(date=plan.days[0].date, routes=(at_home,))
    assert "NaN" not in day_map(day.routes, plan.depot, basemap, styles_of(plan)).replace("nan", "NaN")


def _people(title: str) -> int:
    found = re.search(r": ([\d.]+) orang", title)
    assert found, title
    return int(found[1].replace(".", ""))


def test_a_way_follows_its_road_and_only_as_far_as_the_one_stop(basemap: Basemap) -> None:
    plan = sample_plan()
    route = next(r for day in plan.days for r in day.routes if len(r.stops) == 1)
    stop = route.stops[0].position
    bend = LatLon(lat=stop.lat + 0.03, lon=(stop.lon + plan.depot.lon) / 2)
    there_and_back = (plan.depot, plan.depot, bend, stop, bend, plan.depot)
    canvas = Canvas.around(plan.depot, [basemap.plane.point(bend)], basemap, PLAN_SIZE, margin=40)
    assert canvas.way(route) == [canvas.depot, canvas.pixel(stop)]
    on_road = replace(route, way=there_and_back)
    assert canvas.way(on_road) == [canvas.depot, canvas.pixel(bend), canvas.pixel(stop)]
    second = replace(route.stops[0], position=bend)
    round_trip = replace(on_road, stops=(*route.stops, second))
    assert canvas.way(round_trip) == [canvas.pixel(place) for place in there_and_back[1:]]


def test_a_map_of_a_day_has_room_for_its_roads(basemap: Basemap) -> None:
    plan = sample_plan()
    route = plan.days[0].routes[0]
    far = LatLon(lat=plan.depot.lat + 0.2, lon=plan.depot.lon)
    on_road = replace(route, way=(plan.depot, far, route.stops[-1].position, plan.depot))
    root = ET.fromstring(day_map([on_road], plan.depot, basemap, styles_of(plan)))
    (line,) = [p for p in root.iter(f"{SVG}path") if p.get("stroke-width") == "3.6"]
    numbers = [float(n) for n in re.findall(r"[\d.-]+", line.get("d", ""))]
    assert len(numbers) >= 8
    assert all(0 < x < 960 and 0 < y < 540 for x, y in zip(numbers[::2], numbers[1::2], strict=True))
