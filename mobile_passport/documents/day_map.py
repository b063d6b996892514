"""The routes of one day on the map, as large as they fit, stops numbered in the order of the way."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot

from markupsafe import Markup

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.canvas import Canvas, MapSize
from mobile_passport.documents.labels import Box, Name, place_names
from mobile_passport.documents.marks import TeamStyle, caption, diamond
from mobile_passport.documents.projection import Point
from mobile_passport.documents.sentences import Say, sentence
from mobile_passport.documents.svg import element, group
from mobile_passport.domain.plan_view import RouteView, StopView
from mobile_passport.domain.request import VisitKind
from optimizer.problem import LatLon

DAY_SIZE = MapSize(width=960, height=540)
PHONE_DAY_SIZE = MapSize(width=440, height=440)
_RADIUS = 13.0
_NAME_SIZE = 18.0
_LINE_STEP = 12.0


def day_map(
    routes: Sequence[RouteView],
    depot: LatLon,
    basemap: Basemap,
    styles: dict[str, TeamStyle],
    size: MapSize = DAY_SIZE,
    *,
    say: Say = str,
) -> Markup:
    """Draw the routes of one day.

    Parameters
    ----------
    routes
        n >= 1.
    styles
        As in the map of the whole plan, so that a team keeps its colour; see `styles_of`.

    Returns
    -------
    Markup
        One ``<svg>`` element without ``style``, script or reference to anything outside; all text escaped.
    """
    stops = [stop for route in routes for stop in route.stops]
    roads = (place for route in routes for place in route.way or ())
    points = [basemap.plane.point(place) for place in (*(stop.position for stop in stops), *roads)]
    margin = 34 + 0.06 * size.width  # names need room beside marks
    canvas = Canvas.around(depot, points, basemap, size, margin=margin, say=say)
    taken = [Box.about(canvas.pixel(stop.position), _RADIUS + 2) for stop in stops]
    taken += [box for route in routes for box in _boxes_along(canvas.way(route))]
    office, office_boxes = canvas.office(taken)
    names = place_names(
        [_name(stop, canvas.pixel(stop.position)) for stop in stops],
        [*taken, *office_boxes, *canvas.furniture],
        canvas.frame,
    )
    numbers = group(
        _numbered(canvas, order, stop, styles[route.team])
        for route in routes
        for order, stop in enumerate(route.stops, start=1)
    )
    return canvas.drawing(
        sentence(
            "Peta rute: {teams} tim, {places} tempat, {people} orang.",
            teams=len(routes),
            places=len(stops),
            people=sum(stop.people for stop in stops),
        ),
        ways=group(canvas.line(route, styles[route.team], width=3.6) for route in routes),
        taken=[*taken, *office_boxes, *(placed.box for placed in names)],
        marks=[
            numbers,
            office,
            group(caption(placed.name.text, placed.centre, _NAME_SIZE, is_bold=True) for placed in names),
        ],
    )


def _boxes_along(points: Sequence[Point]) -> Iterator[Box]:
    """Cover a line with small boxes, so that names keep off it."""
    for start, end in pairwise(points):
        steps = max(1, round(hypot(end.x - start.x, end.y - start.y) / _LINE_STEP))
        for step in range(steps + 1):
            share = step / steps
            at = Point(start.x + share * (end.x - start.x), start.y + share * (end.y - start.y))
            yield Box.about(at, _LINE_STEP / 4)


def _name(stop: StopView, at: Point) -> Name:
    short = stop.place.partition(",")[0]
    return Name(text=short, at=at, size=_NAME_SIZE, clearance=_RADIUS + 4, is_bold=True, must_show=True)


def _numbered(canvas: Canvas, order: int, stop: StopView, style: TeamStyle) -> Markup:
    at = canvas.pixel(stop.position)
    if stop.kind is VisitKind.HOME:
        outline = diamond(at, _RADIUS + 3)
        shape = element("path", d=outline, fill=style.colour, stroke="#ffffff", stroke_width=2)
    else:
        shape = element("circle", cx=at.x, cy=at.y, r=_RADIUS, fill=style.colour, stroke="#ffffff", stroke_width=2)
    written = caption(str(order), at, 16, colour="#ffffff", is_bold=True, halo=None)
    title = sentence("{order}. {place}: {people} orang", order=order, place=stop.place, people=stop.people)
    return element("g", shape, written, element("title", canvas.say(title)))
