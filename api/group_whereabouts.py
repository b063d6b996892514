"""Where a coordinator says that a request is: a text, one of its meanings, or a pin on the map."""

import logging

from starlette.datastructures import FormData

from api.group_draft import GroupDraft, PlaceIn
from api.group_work import Workplace
from mobile_passport.geo.geocoder import GeocoderUnavailable, UnfitForGeocoding
from mobile_passport.intake.columns import Column
from mobile_passport.persistence.requests.requests import PlaceFinding
from mobile_passport.services.requests.import_requests import locate
from mobile_passport.services.requests.point_out import point_out
from optimizer.problem import LatLon

_LOG = logging.getLogger(__name__)


def whereabouts(at: Workplace, draft: GroupDraft) -> PlaceFinding | None:
    """Ask what the written place may mean; ``None`` when there is nothing to ask, or nobody to answer."""
    text = draft.head.get(Column.PLACE)
    if not isinstance(text, str) or not text:
        return None
    try:
        return locate(text, at.world)
    except (GeocoderUnavailable, UnfitForGeocoding) as error:
        _LOG.warning("no answer about a place", extra={"error": type(error).__name__})
        return None


def pointed_out(at: Workplace, sent: FormData) -> PlaceIn | None:
    """Return the place that a form names; ``None`` when it names none.

    Raises
    ------
    PinOutside, OutsideRegency
    """
    code, lat, lon = (_text(sent, name) for name in ("desa", "lat", "lon"))
    pin = _pin(lat, lon) if sent.get("pin_lat") != lat or sent.get("pin_lon") != lon else None
    if not code and pin is None:
        return None
    place = point_out(at.world, code, pin, caller=at.caller)
    return PlaceIn(village_code=place.village_code or code, lat=pin.lat if pin else None, lon=pin.lon if pin else None)


def place_of(at: Workplace, draft: GroupDraft) -> PlaceFinding | None:
    """Return the place of a draft, as intake stores it."""
    if draft.place is None:
        return None
    lat, lon = draft.place.lat, draft.place.lon
    pin = LatLon(lat=lat, lon=lon) if lat is not None and lon is not None else None
    return point_out(at.world, draft.place.village_code, pin, caller=at.caller)


def _text(sent: FormData, name: str) -> str:
    value = sent.get(name)
    return value if isinstance(value, str) else ""


def _pin(lat: str, lon: str) -> LatLon | None:
    try:
        return LatLon(lat=float(lat.replace(",", ".")), lon=float(lon.replace(",", ".")))
    except ValueError:
        return None
