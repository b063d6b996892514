"""The signs of a map: what stands for a team, a stop, a home visit, people not served, the depot.

Teams differ by colour, by dashes and by the inside of their marks, so that a grey print and a colour-blind reader tell
them apart. Colours are dark enough for white writing (4.5 : 1) and against the land (3 : 1).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from markupsafe import Markup

from mobile_passport.documents.projection import Point
from mobile_passport.documents.svg import element, number
from mobile_passport.domain.request import VisitKind

FONT = "Atkinson Hyperlegible Next, system-ui, sans-serif"
INK = "#1d2733"
QUIET = "#4a5663"
RED = "#b3001b"
DEPOT_FILL = "#111820"
HOME_HALF_WIDTH = 8.0
_SMALLEST_RADIUS = 5.5
_RADIUS_PER_ROOT_PERSON = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamStyle:
    """How one team is drawn: colour, dashes of its lines, whether its marks have a white ring inside."""

    colour: str
    dashes: str | None
    is_ringed: bool


_STYLES = (
    TeamStyle(colour="#0b4f8a", dashes=None, is_ringed=False),
    TeamStyle(colour="#b34700", dashes="9 5", is_ringed=True),
    TeamStyle(colour="#00684a", dashes="3 4", is_ringed=False),
    TeamStyle(colour="#7a2e78", dashes="12 4 3 4", is_ringed=True),
)


def team_styles(teams: Iterable[str]) -> dict[str, TeamStyle]:
    """Give every team a style, by the order of the names; after four teams the styles begin again."""
    return {team: _STYLES[index % len(_STYLES)] for index, team in enumerate(sorted(set(teams)))}


def stop_radius(people: int) -> float:
    """Radius in pixels of a stop's circle: its area grows with the number of people."""
    return _SMALLEST_RADIUS + _RADIUS_PER_ROOT_PERSON * sqrt(people)


def stop_mark(at: Point, radius: float, style: TeamStyle, title: str | None = None) -> Markup:
    """Circle of a stop at a venue."""
    ring = (
        element("circle", cx=at.x, cy=at.y, r=radius - 2.6, fill="none", stroke="#ffffff", stroke_width=1.4)
        if style.is_ringed
        else Markup("")
    )
    circle = element("circle", cx=at.x, cy=at.y, r=radius, fill=style.colour, stroke="#ffffff", stroke_width=1.6)
    return _titled(circle + ring, title)


def home_mark(at: Point, style: TeamStyle, title: str | None = None) -> Markup:
    """Diamond of a visit at home."""
    shape = element("path", d=diamond(at, HOME_HALF_WIDTH), fill=style.colour, stroke="#ffffff", stroke_width=1.6)
    return _titled(shape, title)


def unserved_mark(at: Point, kind: VisitKind, people: int, title: str | None = None) -> Markup:
    """Hollow red circle or diamond with a cross: people on no route."""
    if kind is VisitKind.HOME:
        arm = 2.6
        shape = element("path", d=diamond(at, HOME_HALF_WIDTH), fill="#ffffff", stroke=RED, stroke_width=2.2)
    else:
        arm = 3.6
        radius = max(stop_radius(people), 7.5)
        shape = element("circle", cx=at.x, cy=at.y, r=radius, fill="#ffffff", stroke=RED, stroke_width=2.2)
    strokes = f"l{2 * arm:.1f} {2 * arm:.1f}m0 {-2 * arm:.1f}l{-2 * arm:.1f} {2 * arm:.1f}"
    cross = element(
        "path",
        d=f"M{number(at.x - arm)} {number(at.y - arm)}{strokes}",
        stroke=RED,
        stroke_width=2,
        stroke_linecap="round",
    )
    return _titled(shape + cross, title)


def depot_mark(at: Point) -> Markup:
    """Square with a white core: where the teams start and end."""
    return element(
        "g",
        element(
            "rect", x=at.x - 9, y=at.y - 9, width=18, height=18, rx=3, fill=DEPOT_FILL, stroke="#fff", stroke_width=2
        ),
        element("rect", x=at.x - 3.5, y=at.y - 3.5, width=7, height=7, fill="#ffffff"),
    )


def caption(
    text: str,
    at: Point,
    size: float,
    *,
    colour: str = INK,
    is_bold: bool = False,
    anchor: str = "middle",
    halo: str | None = "#ffffff",
    spacing: float | None = None,
) -> Markup:
    """Write a text with its vertical middle at a point, with a halo so that it reads on lines."""
    return element(
        "text",
        text,
        x=at.x,
        y=at.y + 0.35 * size,
        font_size=size,
        font_weight="700" if is_bold else None,
        text_anchor=anchor,
        fill=colour,
        stroke=halo,
        stroke_width=3 if halo else None,
        stroke_linejoin="round" if halo else None,
        paint_order="stroke" if halo else None,
        letter_spacing=spacing,
    )


def diamond(at: Point, half: float) -> str:
    """Path of a square on its corner."""
    return f"M{number(at.x)} {number(at.y - half)}l{half} {half} {-half} {half} {-half} {-half}z"


def _titled(shape: Markup, title: str | None) -> Markup:
    return element("g", shape, *([element("title", title)] if title else []))
