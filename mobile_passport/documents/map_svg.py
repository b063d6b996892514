"""A plan on the map, as one SVG: in the page, in the run sheet, and as a picture."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import hypot

from markupsafe import Markup

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.indonesian import whole_number
from mobile_passport.documents.labels import Box, Name, place_names
from mobile_passport.documents.marks import (
    FONT,
    HOME_HALF_WIDTH,
    TeamStyle,
    caption,
    depot_mark,
    diamond,
    home_mark,
    stop_mark,
    stop_radius,
    team_styles,
    unserved_mark,
)
from mobile_passport.documents.projection import Frame, Point
from mobile_passport.documents.svg import element, group, number
from mobile_passport.documents.terrain import land, names_of_places, scale_and_north
from mobile_passport.domain.plan_view import PlanView, RouteView, StopView
from mobile_passport.domain.request import VisitKind
from optimizer.problem import LatLon

NUMBER_RADIUS = 13.0
_SMALLEST_EXTENT_M = 14_000.0
_MARGIN_SHARE = 0.028
_LINE_STEP = 12.0
_ORIGIN = Point(0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSize:
    """Size of a drawing, and how much goes on it.

    Attributes
    ----------
    width, height
        Pixels of the view box.
    mark_scale
        Size of the marks of a whole plan; 1 on a wide map.
    name_size
        Font size of the names of kecamatan; regencies are half as large again.
    has_kecamatan
        Whether the names of kecamatan are written at all.
    """

    width: float
    height: float
    mark_scale: float = 1.0
    name_size: float = 15.0
    has_kecamatan: bool = True

    @property
    def name_margin(self) -> float:
        """Pixels kept free around marks, so that their names find room."""
        return 34 + 0.06 * self.width


PLAN_SIZE = MapSize(width=1200, height=760)
ROUTE_SIZE = MapSize(width=960, height=540)
PHONE_PLAN_SIZE = MapSize(width=440, height=300, mark_scale=0.5, name_size=11.0, has_kecamatan=False)
PHONE_ROUTE_SIZE = MapSize(width=440, height=440)


def plan_map(plan: PlanView, basemap: Basemap, size: MapSize = PLAN_SIZE) -> Markup:
    """Draw a whole plan: every place once, as large as the people served there, and who is not served.

    Returns
    -------
    Markup
        One ``<svg>`` element without ``style``, script or reference to anything outside; all text escaped.
    """
    points = [*(cell.centre for cell in basemap.cells), basemap.plane.point(plan.depot)]
    frame = _frame(points, size, margin=_MARGIN_SHARE * size.width)
    styles = styles_of(plan)
    routes = [route for day in plan.days for route in day.routes]
    depot = _pixel(plan.depot, basemap, frame)
    marks = [*_places(routes, styles, basemap, frame), *_unserved(plan, basemap, frame)]
    marks = [mark.scaled(size.mark_scale) for mark in marks]
    boxes = [mark.box for mark in marks]
    depot_name, depot_box = _depot_name(depot, boxes, frame)
    places = len({stop.position for route in routes for stop in route.stops})
    return _drawing(
        size,
        f"Peta rencana: {whole_number(plan.served)} orang dilayani di {places} tempat, "
        f"{whole_number(plan.left_out)} orang belum mendapat jadwal.",
        land(basemap, frame),
        group(_way(route, depot, styles, basemap, frame, is_faint=True) for route in routes),
        names_of_places(
            basemap,
            frame,
            [*boxes, depot_box, *_furniture(frame)],
            size=size.name_size,
            has_kecamatan=size.has_kecamatan,
        ),
        group(mark.drawing for mark in marks),
        depot_mark(depot),
        depot_name,
        scale_and_north(frame),
    )


def day_map(
    routes: Sequence[RouteView],
    depot_place: LatLon,
    basemap: Basemap,
    styles: dict[str, TeamStyle],
    size: MapSize = ROUTE_SIZE,
) -> Markup:
    """Draw the routes of one day as large as they fit, their stops numbered in the order of the way.

    Parameters
    ----------
    routes
        n >= 1.
    styles
        As in the map of the whole plan, so that a team keeps its colour; see `styles_of`.
    """
    stops = [stop for route in routes for stop in route.stops]
    points = [basemap.plane.point(place) for place in (depot_place, *(stop.position for stop in stops))]
    frame = _frame(points, size, margin=size.name_margin)
    depot = _pixel(depot_place, basemap, frame)
    numbered = [(route, order, stop) for route in routes for order, stop in enumerate(route.stops, start=1)]
    centres = [_pixel(stop.position, basemap, frame) for _, _, stop in numbered]
    boxes = [Box.about(centre, NUMBER_RADIUS + 2) for centre in centres]
    ways = [box for route in routes for box in _boxes_along(_way_points(route, depot, basemap, frame))]
    depot_name, depot_box = _depot_name(depot, [*boxes, *ways], frame)
    stop_names = place_names(
        [
            Name(text=_short(stop), at=centre, size=18, clearance=NUMBER_RADIUS + 4, is_bold=True, must_show=True)
            for (_, _, stop), centre in zip(numbered, centres, strict=True)
        ],
        [*boxes, depot_box, *_furniture(frame), *ways],
        frame,
    )
    taken = [*boxes, depot_box, *_furniture(frame), *ways, *(placed.box for placed in stop_names)]
    return _drawing(
        size,
        f"Peta rute: {len(routes)} tim, {len(stops)} tempat, {whole_number(sum(stop.people for stop in stops))} orang.",
        land(basemap, frame),
        group(_way(route, depot, styles, basemap, frame, is_faint=False) for route in routes),
        names_of_places(basemap, frame, taken, size=size.name_size, has_kecamatan=size.has_kecamatan),
        group(
            _numbered(centre, order, stop, styles[route.team])
            for (route, order, stop), centre in zip(numbered, centres, strict=True)
        ),
        depot_mark(depot),
        depot_name,
        group((caption(p.name.text, p.centre, p.name.size, is_bold=True) for p in stop_names), class_="nama-tempat"),
        scale_and_north(frame),
    )


def styles_of(plan: PlanView) -> dict[str, TeamStyle]:
    """Give every team of a plan its colour and dashes."""
    return team_styles(route.team for day in plan.days for route in day.routes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """A sign around the origin, to be moved to its place."""

    sign: Markup
    half_width: float
    at: Point
    scale: float = 1.0

    def scaled(self, scale: float) -> "_Mark":
        return replace(self, scale=scale)

    @property
    def box(self) -> Box:
        return Box.about(self.at, self.half_width * self.scale)

    @property
    def drawing(self) -> Markup:
        scale = "" if self.scale == 1 else f" scale({number(self.scale)})"
        return element("g", self.sign, transform=f"translate({number(self.at.x)} {number(self.at.y)}){scale}")


def _drawing(size: MapSize, description: str, *content: Markup) -> Markup:
    return element(
        "svg",
        *content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {size.width:.0f} {size.height:.0f}",
        role="img",
        aria_label=description,
        font_family=FONT,
        class_="peta",
    )


def _frame(points: Sequence[Point], size: MapSize, *, margin: float) -> Frame:
    return Frame.around(points, width=size.width, height=size.height, margin=margin, smallest_m=_SMALLEST_EXTENT_M)


def _pixel(place: LatLon, basemap: Basemap, frame: Frame) -> Point:
    return frame.pixel(basemap.plane.point(place))


def _furniture(frame: Frame) -> tuple[Box, ...]:
    """Where scale and north arrow stand."""
    return Box(0, frame.height - 46, 0.2 * frame.width, frame.height), Box(frame.width - 56, 0, frame.width, 76)


def _way(
    route: RouteView, depot: Point, styles: dict[str, TeamStyle], basemap: Basemap, frame: Frame, *, is_faint: bool
) -> Markup:
    style = styles[route.team]
    points = _way_points(route, depot, basemap, frame)
    line = {
        "d": "M" + "L".join(f"{number(p.x)} {number(p.y)}" for p in points),
        "fill": "none",
        "stroke_linejoin": "round",
        "stroke_dasharray": style.dashes,
    }
    if is_faint:
        return element("path", **line, stroke=style.colour, stroke_width=1.5, stroke_opacity=0.4)
    return element("path", **line, stroke=style.colour, stroke_width=3.6)


def _way_points(route: RouteView, depot: Point, basemap: Basemap, frame: Frame) -> list[Point]:
    stops = [_pixel(stop.position, basemap, frame) for stop in route.stops]
    return [depot, *stops, depot] if len(stops) > 1 else [depot, *stops]  # there and back: dashes would fill each other


def _boxes_along(points: Sequence[Point]) -> Iterator[Box]:
    """Cover a line with small boxes, so that names keep off it."""
    for start, end in pairwise(points):
        steps = max(1, round(hypot(end.x - start.x, end.y - start.y) / _LINE_STEP))
        for step in range(steps + 1):
            share = step / steps
            at = Point(start.x + share * (end.x - start.x), start.y + share * (end.y - start.y))
            yield Box.about(at, _LINE_STEP / 4)


def _places(routes: Sequence[RouteView], styles: dict[str, TeamStyle], basemap: Basemap, frame: Frame) -> list[_Mark]:
    """Draw every place once per team, the largest first so that none hides a smaller one."""
    stops: dict[tuple[str, LatLon, VisitKind], list[StopView]] = defaultdict(list)
    for route in routes:
        for stop in route.stops:
            stops[route.team, stop.position, stop.kind].append(stop)
    marks = []
    for (team, position, kind), visits in sorted(
        stops.items(), key=lambda item: (item[0][2] is VisitKind.HOME, -sum(stop.people for stop in item[1]))
    ):
        at = _pixel(position, basemap, frame)
        people = sum(stop.people for stop in visits)
        title = f"{visits[0].place}: {whole_number(people)} orang"
        if kind is VisitKind.HOME:
            sign, half_width = home_mark(_ORIGIN, styles[team], title), HOME_HALF_WIDTH
        else:
            half_width = stop_radius(people)
            sign = stop_mark(_ORIGIN, half_width, styles[team], title)
        marks.append(_Mark(sign=sign, half_width=half_width, at=at))
    return marks


def _unserved(plan: PlanView, basemap: Basemap, frame: Frame) -> list[_Mark]:
    marks = []
    for item in plan.unserved:
        at = _pixel(item.position, basemap, frame)
        title = f"{item.place}: {whole_number(item.people)} orang belum terjadwal"
        sign = unserved_mark(_ORIGIN, item.kind, item.people, title)
        marks.append(_Mark(sign=sign, half_width=max(stop_radius(item.people), HOME_HALF_WIDTH), at=at))
    return marks


def _numbered(at: Point, order: int, stop: StopView, style: TeamStyle) -> Markup:
    title = f"{order}. {stop.place}: {whole_number(stop.people)} orang"
    if stop.kind is VisitKind.HOME:
        outline = diamond(at, NUMBER_RADIUS + 3)
        shape = element("path", d=outline, fill=style.colour, stroke="#ffffff", stroke_width=2)
    else:
        shape = element(
            "circle", cx=at.x, cy=at.y, r=NUMBER_RADIUS, fill=style.colour, stroke="#ffffff", stroke_width=2
        )
    return element(
        "g", shape, caption(str(order), at, 16, colour="#ffffff", is_bold=True, halo=None), element("title", title)
    )


def _depot_name(depot: Point, boxes: Sequence[Box], frame: Frame) -> tuple[Markup, Box]:
    own = Box.about(depot, 11)
    name = Name(text="Kantor Imigrasi", at=depot, size=17, clearance=14, is_bold=True, must_show=True)
    (placed,) = place_names([name], [*boxes, *_furniture(frame)], frame)
    return group([caption(name.text, placed.centre, name.size, is_bold=True)]), _hull(own, placed.box)


def _hull(one: Box, other: Box) -> Box:
    return Box(
        min(one.left, other.left), min(one.top, other.top), max(one.right, other.right), max(one.bottom, other.bottom)
    )


def _short(stop: StopView) -> str:
    return stop.place.partition(",")[0]
