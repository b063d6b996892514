"""What the map of a plan and the map of a day share: the land in a frame, ways, the office, scale and north."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot

from markupsafe import Markup

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.labels import Box, Name, place_names
from mobile_passport.documents.marks import FONT, TeamStyle, caption, depot_mark, team_styles
from mobile_passport.documents.projection import Frame, Point
from mobile_passport.documents.sentences import Say
from mobile_passport.documents.svg import element, number
from mobile_passport.documents.terrain import land, names_of_places, scale_and_north
from mobile_passport.domain.plan_view import PlanView, RouteView
from mobile_passport.domain.sentence import Sentence
from optimizer.problem import LatLon

_SMALLEST_EXTENT_M = 14_000.0
_SHORTEST_STEP = 3.0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """A part of the land to draw on; everything is in its pixels.

    Attributes
    ----------
    depot
        Pixel of the office.
    say
        Writes on it in the reader's language.
    """

    basemap: Basemap
    size: MapSize
    frame: Frame
    depot: Point
    say: Say = str

    @classmethod
    def around(
        cls, depot: LatLon, points: Iterable[Point], basemap: Basemap, size: MapSize, *, margin: float, say: Say = str
    ) -> "Canvas":
        """Show the depot and all points of the basemap's plane, with a margin in pixels."""
        depot_m = basemap.plane.point(depot)
        frame = Frame.around(
            [depot_m, *points], width=size.width, height=size.height, margin=margin, smallest_m=_SMALLEST_EXTENT_M
        )
        return cls(basemap=basemap, size=size, frame=frame, depot=frame.pixel(depot_m), say=say)

    def pixel(self, place: LatLon) -> Point:
        """Return where a place is drawn."""
        return self.frame.pixel(self.basemap.plane.point(place))

    @property
    def furniture(self) -> tuple[Box, ...]:
        """Where scale bar and north arrow stand."""
        width, height = self.size.width, self.size.height
        return Box(0, height - 46, 0.2 * width, height), Box(width - 56, 0, width, 76)

    def way(self, route: RouteView) -> list[Point]:
        """Return the corners of a way; there and back to one stop is drawn once, or dashes would fill each other.

        It follows the road where that is known, and is straight otherwise.
        """
        stops = [self.pixel(stop.position) for stop in route.stops]
        if route.way:
            road = _thinned(self.pixel(place) for place in route.way)
            return road if len(stops) > 1 else road[: _nearest(road, stops[0]) + 1]
        return [self.depot, *stops, self.depot] if len(stops) > 1 else [self.depot, *stops]

    def line(self, route: RouteView, style: TeamStyle, *, width: float, opacity: float | None = None) -> Markup:
        """Draw a way."""
        return element(
            "path",
            d="M" + "L".join(f"{number(point.x)} {number(point.y)}" for point in self.way(route)),
            fill="none",
            stroke=style.colour,
            stroke_width=width,
            stroke_opacity=opacity,
            stroke_linejoin="round",
            stroke_dasharray=style.dashes,
        )

    def office(self, taken: Sequence[Box]) -> tuple[Markup, tuple[Box, Box]]:
        """Draw the depot with its name where it covers least, and return the boxes of both."""
        name = Name(
            text=self.say(Sentence("Kantor Imigrasi")),
            at=self.depot,
            size=17,
            clearance=14,
            is_bold=True,
            must_show=True,
        )
        (placed,) = place_names([name], [*taken, *self.furniture], self.frame)
        drawing = depot_mark(self.depot) + caption(name.text, placed.centre, name.size, is_bold=True)
        return drawing, (Box.about(self.depot, 11), placed.box)

    def drawing(self, description: Sentence, *, ways: Markup, taken: Sequence[Box], marks: Sequence[Markup]) -> Markup:
        """Put a map together: land, ways, names of places off the boxes that are taken, marks, scale and north."""
        names = names_of_places(
            self.basemap,
            self.frame,
            [*taken, *self.furniture],
            size=self.size.name_size,
            has_kecamatan=self.size.has_kecamatan,
        )
        return element(
            "svg",
            land(self.basemap, self.frame),
            ways,
            names,
            *marks,
            scale_and_north(self.frame, self.say(Sentence("U"))),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {self.size.width:.0f} {self.size.height:.0f}",
            role="img",
            aria_label=self.say(description),
            font_family=FONT,
            class_="peta",
        )


def _thinned(points: Iterable[Point]) -> list[Point]:
    """Leave out points that lie too near to the last one kept to be seen, but not the end."""
    kept: list[Point] = []
    last = None
    for last in points:
        if not kept or hypot(last.x - kept[-1].x, last.y - kept[-1].y) >= _SHORTEST_STEP:
            kept.append(last)
    return [*kept, last] if last and last != kept[-1] else kept


def _nearest(points: Sequence[Point], to: Point) -> int:
    return min(range(len(points)), key=lambda index: hypot(points[index].x - to.x, points[index].y - to.y))


def styles_of(plan: PlanView) -> dict[str, TeamStyle]:
    """Give every team of a plan its colour and dashes."""
    return team_styles(route.team for day in plan.days for route in day.routes)
