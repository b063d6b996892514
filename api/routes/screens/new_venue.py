"""A venue is added to the register: one that a plan or a waiting group names, or any other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from api.routes.callers import VenuesManager
from api.routes.dependencies import NowDep, PlansDep, WorldDep
from api.routes.screens.venue_register import PATH
from api.screens import screen
from mobile_passport.domain.access import Caller
from mobile_passport.domain.venue import SurveyState, Venue, VenueKind
from mobile_passport.geo.gazetteer import Village
from mobile_passport.geo.geocoder import GeocoderUnavailable, PlaceQuery, UnfitForGeocoding
from mobile_passport.intake.venue_findings import RefusedRegister, VenueFindingCode
from mobile_passport.services.venues.keep_venues import VenueExists, add_venue, free_code
from mobile_passport.services.venues.settle_hall import settle_hall, venues_it_may_be
from mobile_passport.services.venues.unknown_halls import unknown_hall
from mobile_passport.services.world import World
from optimizer.problem import LatLon

router = APIRouter(include_in_schema=False)

NEW_PATH = "/tempat-baru"
_SEE_OTHER = 303
_SOURCE = "Didaftarkan kantor di halaman tempat"
_WORDS: Mapping[str, VenueKind] = {
    "kemenag": VenueKind.KEMENAG,
    "kua": VenueKind.KUA,
    "balai desa": VenueKind.VILLAGE_HALL,
    "kantor kelurahan": VenueKind.VILLAGE_HALL,
    "masjid": VenueKind.MOSQUE,
    "sekolah": VenueKind.SCHOOL,
}
"""Words of a name that tell what a venue is; the form shows what was guessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A venue as far as the form says it.

    Attributes
    ----------
    place
        The village as somebody writes it.
    villages
        What that may mean.
    is_named
        Others know it by this name in this village, so the form keeps both.
    may_be
        Venues of the register that those may mean.
    """

    name: str = ""
    kind: VenueKind = VenueKind.OTHER
    capacity_a_day: int | str = ""
    step_free: bool = False
    power: bool = False
    internet: bool = False
    place: str = ""
    village: Village | None = None
    villages: tuple[Village, ...] = ()
    pin: LatLon | None = None
    is_named: bool = False
    may_be: tuple[Venue, ...] = ()


@router.get(NEW_PATH)
def blank(
    request: Request,
    world: WorldDep,
    plans: PlansDep,
    caller: VenuesManager,
    nama: Annotated[str, Query(max_length=200)] = "",
    desa: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """Ask for a venue; what is known of one that others name stands in the form."""
    hall = unknown_hall(world, nama, desa, caller.scope) if nama else None
    if hall is None:
        return _page(request, world, plans, caller, Sketch())
    kind = next((kind for word, kind in _WORDS.items() if word in hall.name.casefold()), VenueKind.OTHER)
    village = world.gazetteer.village(hall.village_code)
    sketch = Sketch(
        name=hall.name,
        kind=kind,
        village=village,
        pin=hall.position,
        is_named=True,
        may_be=venues_it_may_be(world, hall.name, hall.village_code, caller.scope),
    )
    return _page(request, world, plans, caller, sketch)


@router.post(NEW_PATH)
def added(
    request: Request,
    world: WorldDep,
    plans: PlansDep,
    caller: VenuesManager,
    now: NowDep,
    name: Annotated[str, Form(min_length=1, max_length=200)],
    kind: Annotated[VenueKind, Form()],
    capacity_a_day: Annotated[int, Form(ge=1, le=5_000)],
    step_free: Annotated[bool, Form()] = False,
    power: Annotated[bool, Form()] = False,
    internet: Annotated[bool, Form()] = False,
    place: Annotated[str, Form(max_length=200)] = "",
    sought: Annotated[str, Form(max_length=200)] = "",
    desa: Annotated[str, Form(max_length=10)] = "",
    lat: Annotated[str, Form(max_length=20)] = "",
    lon: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Register a venue; it waits for its survey."""
    sketch = Sketch(
        name=" ".join(name.split()),
        kind=kind,
        capacity_a_day=capacity_a_day,
        step_free=step_free,
        power=power,
        internet=internet,
        place=place,
        pin=_pin(lat, lon),
        is_named=bool(desa and not place),
    )
    sketch = _placed(world, sketch, desa if place == sought else "")
    if sketch.village is None:
        return _page(request, world, plans, caller, sketch, refused="no_village")
    try:
        known = add_venue(world, _venue(world, sketch, sketch.village), caller=caller, now=now)
    except VenueExists:
        return _page(request, world, plans, caller, sketch, refused="name")
    except RefusedRegister as refusal:
        is_far = any(one.code is VenueFindingCode.FAR_FROM_VILLAGE for one in refusal.findings)
        return _page(request, world, plans, caller, sketch, refused="far" if is_far else "name")
    return RedirectResponse(f"{PATH}/{known.venue.code}?tersimpan=1", _SEE_OTHER)


@router.post(f"{NEW_PATH}/sama")
def settled(
    world: WorldDep,
    caller: VenuesManager,
    now: NowDep,
    name: Annotated[str, Form(min_length=1, max_length=200)],
    desa: Annotated[str, Form(pattern=r"^[0-9]{10}$")],
    code: Annotated[str, Form(min_length=1, max_length=32)],
) -> Response:
    """Say that the hall which groups name is a venue of the register."""
    venue = settle_hall(world, name, desa, code, caller=caller, now=now)
    return RedirectResponse(f"{PATH}/{venue.code}?disamakan=1", _SEE_OTHER)


def _placed(world: World, sketch: Sketch, code: str) -> Sketch:
    """Find the village: the one that was ticked, or else what the text means if that is only one."""
    known = next((one for one in world.gazetteer.villages if one.code == code), None)
    if sketch.is_named:
        return replace(sketch, village=known)
    try:
        found = world.geocoder.locate(PlaceQuery(text=sketch.place)).candidates
    except (GeocoderUnavailable, UnfitForGeocoding):
        found = ()
    villages = tuple(dict.fromkeys(one.village for one in found if one.village))
    only = next((one.village for one in found if one.confidence > 1 / 2), None)
    return replace(sketch, village=known or only, villages=villages)


def _venue(world: World, sketch: Sketch, village: Village) -> Venue:
    return Venue(
        code=free_code(world, sketch.name),
        name=sketch.name,
        kind=sketch.kind,
        village_code=village.code,
        position=sketch.pin or village.position,
        capacity_a_day=int(sketch.capacity_a_day),
        step_free=sketch.step_free,
        power=sketch.power,
        internet=sketch.internet,
        survey_state=SurveyState.NOT_SURVEYED,
        surveyed_date=None,
        source=_SOURCE,
    )


def _pin(lat: str, lon: str) -> LatLon | None:
    try:
        return LatLon(lat=float(lat.replace(",", ".")), lon=float(lon.replace(",", ".")))
    except ValueError:
        return None


def _page(
    request: Request, world: World, plans: PlansDep, caller: Caller, sketch: Sketch, *, refused: str = ""
) -> Response:
    corners = plans.ground().south_west, plans.ground().north_east
    return screen(
        request,
        world,
        caller,
        "planner/new_venue.html",
        status_code=409 if refused else 200,
        venue=sketch,
        refused=refused,
        bounds=",".join(f"{edge:.6f}" for corner in corners for edge in (corner.lat, corner.lon)),
    )
