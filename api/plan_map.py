"""A version of the plan as features of a map: ways, stops, people on no route, the office."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mobile_passport.documents.canvas import styles_of
from mobile_passport.documents.formats import Formats
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.domain.reasons import reason_text
from optimizer.problem import LatLon

_UNSERVED_COLOUR = "#b3001b"
_DEPOT_COLOUR = "#111820"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapWords:
    """How the map speaks: dates and numbers, and the texts of the reader's language."""

    formats: Formats
    gettext: Callable[[str], str]


def features_of(plan: PlanView, page: str, words: MapWords) -> dict[str, Any]:
    """Return a version as GeoJSON (RFC 7946: longitude first).

    Parameters
    ----------
    page
        Path of the version's page, for links to its visits.
    """
    features = [*_ways(plan, words), *_stops(plan, page, words), *_left_out(plan, page, words), _depot(plan)]
    return {"type": "FeatureCollection", "features": features}


def _ways(plan: PlanView, words: MapWords) -> Iterator[dict[str, Any]]:
    styles = styles_of(plan)
    for day in plan.days:
        for route in day.routes:
            way = route.way or (plan.depot, *(stop.position for stop in route.stops), plan.depot)
            yield {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": [_at(point) for point in way]},
                "properties": {
                    "label": f"{route.team_label}, {words.formats.day_and_month(day.date)}",
                    "colour": styles[route.team].colour,
                    "kind": "way",
                    "day": day.date.isoformat(),
                },
            }


def _stops(plan: PlanView, page: str, words: MapWords) -> Iterator[dict[str, Any]]:
    styles = styles_of(plan)
    note = words.gettext("%(when)s, %(team)s, %(count)s orang")
    for day in plan.days:
        for route in day.routes:
            for order, stop in enumerate(route.stops, 1):
                span = words.formats.clock_span(stop.starts_at, stop.ends_at)
                when = f"{words.formats.day_and_month(day.date)} {span}"
                yield _point(
                    stop.position,
                    label=f"{stop.visit} {stop.place}",
                    note=note % {"when": when, "team": route.team_label, "count": stop.people},
                    href=f"{page}#{stop.visit}",
                    colour=styles[route.team].colour,
                    day=day.date.isoformat(),
                    order=str(order),
                )


def _left_out(plan: PlanView, page: str, words: MapWords) -> Iterator[dict[str, Any]]:
    note = words.gettext("%(count)s orang belum terjadwal. %(reason)s")
    for item in plan.unserved:
        yield _point(
            item.position,
            label=f"{item.visit} {item.place}",
            note=note % {"count": item.people, "reason": words.gettext(reason_text(item.code).sentence)},
            href=f"{page}#{item.visit}",
            colour=_UNSERVED_COLOUR,
        )


def _depot(plan: PlanView) -> dict[str, Any]:
    return _point(plan.depot, label=plan.depot_label, note="", href="", colour=_DEPOT_COLOUR)


def _point(position: LatLon, **properties: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": _at(position)},
        "properties": {**properties, "kind": "stop"},
    }


def _at(position: LatLon) -> list[float]:
    return [round(position.lon, 5), round(position.lat, 5)]
