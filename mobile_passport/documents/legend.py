"""What the signs of a map mean, for the page and for the picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mobile_passport.documents.canvas import styles_of
from mobile_passport.documents.labels import text_width
from mobile_passport.documents.marks import (
    TeamStyle,
    caption,
    depot_mark,
    home_mark,
    stop_mark,
    stop_radius,
    unserved_mark,
)
from mobile_passport.documents.projection import Point
from mobile_passport.documents.svg import element, group
from mobile_passport.domain.plan_view import DayView, PlanView, RouteView
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.sentence import Sentence

SIGN_HEIGHT = 32.0
_LINE_WIDTH, _MARK_WIDTH = 64.0, 32.0
_ROW_HEIGHT = 40.0
_TEXT_SIZE = 16.0
_MARK_AT = Point(_MARK_WIDTH / 2, SIGN_HEIGHT / 2)
_NEUTRAL = TeamStyle(colour="#55606b", dashes=None, is_ringed=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A drawing of ``width`` by ``SIGN_HEIGHT`` pixels, and what it means, Indonesian."""

    drawing: Markup
    width: float
    meaning: str

    @property
    def svg(self) -> Markup:
        """The sign as an element of its own, silent for screen readers: its meaning stands beside it."""
        return element(
            "svg",
            self.drawing,
            viewBox=f"0 0 {self.width:.0f} {SIGN_HEIGHT:.0f}",
            width=self.width,
            height=SIGN_HEIGHT,
            aria_hidden="true",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """All signs in rows, and the height they take in pixels."""

    drawing: Markup
    height: float


def signs(plan: PlanView) -> tuple[Sign, ...]:
    """Explain the signs that the map of this plan uses."""
    routes = [route for day in plan.days for route in day.routes]
    found = [
        *_team_signs(plan, routes),
        Sign(drawing=_sizes(), width=_LINE_WIDTH, meaning=Sentence("30 dan 150 orang")),
    ]
    found += _home_signs(routes)
    if plan.unserved:
        found.append(_mark(unserved_mark(_MARK_AT, VisitKind.COLLECTIVE, 30), Sentence("belum terjadwal")))
    return (*found, _depot_sign())


def day_signs(plan: PlanView, day: DayView) -> tuple[Sign, ...]:
    """Explain the signs that the map of one day uses."""
    return (*_team_signs(plan, day.routes), *_home_signs(day.routes), _depot_sign())


def team_sign(style: TeamStyle, label: str) -> Sign:
    """Show how a team's ways and stops are drawn."""
    middle = Point(_LINE_WIDTH / 2, SIGN_HEIGHT / 2)
    line = element(
        "path",
        d=f"M2 {middle.y:.0f}h{_LINE_WIDTH - 4:.0f}",
        stroke=style.colour,
        stroke_width=3,
        stroke_dasharray=style.dashes,
    )
    drawing = line + stop_mark(middle, stop_radius(30), style)
    return Sign(drawing=drawing, width=_LINE_WIDTH, meaning=label)


def legend_of(plan: PlanView, width: float) -> Legend:
    """Write the signs of a plan's map in rows of at most ``width`` pixels."""
    parts, x, y = [], 0.0, 0.0
    for sign in signs(plan):
        needed = sign.width + 8 + text_width(sign.meaning, _TEXT_SIZE)
        if x and x + needed > width:
            x, y = 0.0, y + _ROW_HEIGHT
        at = Point(x + sign.width + 8, y + _ROW_HEIGHT / 2)
        top = y + (_ROW_HEIGHT - SIGN_HEIGHT) / 2
        parts.append(element("g", sign.drawing, transform=f"translate({x:.0f} {top:.0f})"))
        parts.append(caption(sign.meaning, at, _TEXT_SIZE, anchor="start", halo=None))
        x += needed + 20
    return Legend(drawing=group(parts), height=y + _ROW_HEIGHT)


def _team_signs(plan: PlanView, routes: Sequence[RouteView]) -> list[Sign]:
    styles = styles_of(plan)
    labels = {route.team: route.team_label for route in routes}
    return [team_sign(styles[team], label) for team, label in sorted(labels.items())]


def _home_signs(routes: Sequence[RouteView]) -> list[Sign]:
    kinds = {stop.kind for route in routes for stop in route.stops}
    return [_mark(home_mark(_MARK_AT, _NEUTRAL), Sentence("kunjungan rumah"))] if VisitKind.HOME in kinds else []


def _mark(drawing: Markup, meaning: str) -> Sign:
    return Sign(drawing=drawing, width=_MARK_WIDTH, meaning=meaning)


def _sizes() -> Markup:
    small, large = stop_radius(30), stop_radius(150)
    return stop_mark(Point(small + 2, _MARK_AT.y), small, _NEUTRAL) + stop_mark(
        Point(_LINE_WIDTH - large, _MARK_AT.y), large, _NEUTRAL
    )


def _depot_sign() -> Sign:
    return _mark(depot_mark(_MARK_AT), Sentence("kantor: awal rute"))
