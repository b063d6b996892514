"""A whole plan on the map: every place once, as large as the people served there, and who is not served."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.canvas import Canvas, MapSize, styles_of
from mobile_passport.documents.labels import Box
from mobile_passport.documents.marks import HOME_HALF_WIDTH, home_mark, stop_mark, stop_radius, unserved_mark
from mobile_passport.documents.projection import Point
from mobile_passport.documents.sentences import Say, sentence
from mobile_passport.documents.svg import element, group, number
from mobile_passport.domain.plan_view import PlanView, StopView
from mobile_passport.domain.request import VisitKind
from optimizer.problem import LatLon

PLAN_SIZE = MapSize(width=1200, height=760)
PHONE_PLAN_SIZE = MapSize(width=440, height=300, mark_scale=0.5, name_size=11.0, has_kecamatan=False)
_MARGIN_SHARE = 0.028
_ORIGIN = Point(0.0, 0.0)


def plan_map(plan: PlanView, basemap: Basemap, size: MapSize = PLAN_SIZE, *, say: Say = str) -> Markup:
    """Draw a whole plan.

    Returns
    -------
    Markup
        One ``<svg>`` element without ``style``, script or reference to anything outside; all text escaped.
    """
    villages = (cell.centre for cell in basemap.cells)
    canvas = Canvas.around(plan.depot, villages, basemap, size, margin=_MARGIN_SHARE * size.width, say=say)
    styles = styles_of(plan)
    routes = [route for day in plan.days for route in day.routes]
    marks = [*_places(plan, canvas), *_unserved(plan, canvas)]
    boxes = [mark.box for mark in marks]
    office, office_boxes = canvas.office(boxes)
    places = len({stop.position for route in routes for stop in route.stops})
    return canvas.drawing(
        sentence(
            "Peta rencana: {served} orang dilayani di {places} tempat, {left_out} orang belum mendapat jadwal.",
            served=plan.served,
            places=places,
            left_out=plan.left_out,
        ),
        ways=group(canvas.line(route, styles[route.team], width=1.5, opacity=0.4) for route in routes),
        taken=[*boxes, *office_boxes],
        marks=[group(mark.drawing for mark in marks), office],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """A sign drawn around the origin, to be moved to its place."""

    sign: Markup
    half_width: float
    at: Point
    scale: float

    @property
    def box(self) -> Box:
        return Box.about(self.at, self.half_width * self.scale)

    @property
    def drawing(self) -> Markup:
        scale = "" if self.scale == 1 else f" scale({number(self.scale)})"
        return element("g", self.sign, transform=f"translate({number(self.at.x)} {number(self.at.y)}){scale}")


def _places(plan: PlanView, canvas: Canvas) -> Iterator[_Mark]:
    """Draw every place once per team: the largest first, so that none hides a smaller one, home visits on top."""
    styles = styles_of(plan)
    stops: dict[tuple[str, LatLon, VisitKind], list[StopView]] = defaultdict(list)
    for day in plan.days:
        for route in day.routes:
            for stop in route.stops:
                stops[route.team, stop.position, stop.kind].append(stop)
    people = {place: sum(stop.people for stop in visits) for place, visits in stops.items()}
    for team, position, kind in sorted(stops, key=lambda key: (key[2] is VisitKind.HOME, -people[key], key[0])):
        served = people[team, position, kind]
        place = stops[team, position, kind][0].place
        title = canvas.say(sentence("{place}: {people} orang", place=place, people=served))
        if kind is VisitKind.HOME:
            sign, half_width = home_mark(_ORIGIN, styles[team], title), HOME_HALF_WIDTH
        else:
            half_width = stop_radius(served)
            sign = stop_mark(_ORIGIN, half_width, styles[team], title)
        yield _Mark(sign=sign, half_width=half_width, at=canvas.pixel(position), scale=canvas.size.mark_scale)


def _unserved(plan: PlanView, canvas: Canvas) -> Iterator[_Mark]:
    for item in plan.unserved:
        left = sentence("{place}: {people} orang belum terjadwal", place=item.place, people=item.people)
        yield _Mark(
            sign=unserved_mark(_ORIGIN, item.kind, item.people, canvas.say(left)),
            half_width=max(stop_radius(item.people), HOME_HALF_WIDTH),
            at=canvas.pixel(item.position),
            scale=canvas.size.mark_scale,
        )
