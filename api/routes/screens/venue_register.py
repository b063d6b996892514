"""The register of venues: what is known of each, amended and surveyed."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from api.routes.callers import VenuesManager, VenuesReader
from api.routes.dependencies import NowDep, WorldDep
from api.routes.venues import Code
from api.screens import screen
from mobile_passport.domain.access import Caller, Operation, may
from mobile_passport.domain.refusal import Stale
from mobile_passport.domain.venue import SurveyState, Venue, VenueKind
from mobile_passport.intake.venue_findings import RefusedRegister
from mobile_passport.services.venues.keep_venues import (
    amend_venue,
    find_venue,
    survey_venue,
    venue_history,
)
from mobile_passport.services.venues.search_venues import search_venues
from mobile_passport.services.venues.unknown_halls import unknown_halls
from mobile_passport.services.world import World

router = APIRouter(include_in_schema=False)

PATH = "/tempat"
_SEE_OTHER = 303
_PAGE = 25


@router.get(PATH)
def register(
    request: Request,
    world: WorldDep,
    caller: VenuesReader,
    cari: Annotated[str, Query(max_length=80)] = "",
    keadaan: Annotated[SurveyState | Literal[""], Query()] = "",
    halaman: Annotated[int, Query(ge=1, le=999)] = 1,
) -> Response:
    """List the register by name, or what is looked for in it, a page at a time; htmx asks for the list alone."""
    found = search_venues(world, sought=cari, state=keadaan or None)
    last = max(1, -(-len(found) // _PAGE))
    number = min(halaman, last)
    is_whole = not cari.strip() and not keadaan and number == 1
    unknown = unknown_halls(world, caller.scope) if is_whole and may(caller.role, Operation.VENUES_MANAGE) else ()
    return screen(
        request,
        world,
        caller,
        "planner/venues.html",
        block="found",
        venues=found[(number - 1) * _PAGE : number * _PAGE],
        all=len(found),
        number=number,
        last=last,
        sought=cari,
        state=keadaan,
        states=tuple(SurveyState),
        unknown=[(hall, world.gazetteer.village(hall.village_code).label) for hall in unknown],
    )


@router.get(f"{PATH}/{{code}}")
def one(request: Request, code: Code, world: WorldDep, caller: VenuesManager) -> Response:
    """Show a venue as forms."""
    return _page(request, world, caller, code)


@router.post(f"{PATH}/{{code}}")
def amended(
    request: Request,
    code: Code,
    world: WorldDep,
    caller: VenuesManager,
    now: NowDep,
    seen: Annotated[str, Form(max_length=80)],
    name: Annotated[str, Form(min_length=1, max_length=120)],
    kind: Annotated[VenueKind, Form()],
    capacity_a_day: Annotated[int, Form(ge=1, le=10_000)],
    step_free: Annotated[bool, Form()] = False,
    power: Annotated[bool, Form()] = False,
    internet: Annotated[bool, Form()] = False,
) -> Response:
    """Write down what is known better of a venue."""

    def amend(venue: Venue) -> Venue:
        return replace(
            venue,
            name=name,
            kind=kind,
            capacity_a_day=capacity_a_day,
            step_free=step_free,
            power=power,
            internet=internet,
        )

    try:
        amend_venue(world, code, amend, seen=seen, caller=caller, now=now)
    except (Stale, RefusedRegister) as refusal:
        return _page(request, world, caller, code, refused="stale" if isinstance(refusal, Stale) else "register")
    return RedirectResponse(f"{PATH}/{code}?tersimpan=1", _SEE_OTHER)


@router.post(f"{PATH}/{{code}}/survei")
def surveyed(
    request: Request,
    code: Code,
    world: WorldDep,
    caller: VenuesManager,
    now: NowDep,
    seen: Annotated[str, Form(max_length=80)],
    state: Annotated[SurveyState, Form()],
    surveyed_date: Annotated[date | None, Form()] = None,
) -> Response:
    """Write down what a survey found."""
    day = None if state is SurveyState.NOT_SURVEYED else surveyed_date
    try:
        survey_venue(world, code, state=state, surveyed_date=day, seen=seen, caller=caller, now=now)
    except (Stale, RefusedRegister) as refusal:
        return _page(request, world, caller, code, refused="stale" if isinstance(refusal, Stale) else "register")
    return RedirectResponse(f"{PATH}/{code}?tersimpan=1", _SEE_OTHER)


def _page(request: Request, world: World, caller: Caller, code: str, *, refused: str = "") -> Response:
    known = find_venue(world, code)
    return screen(
        request,
        world,
        caller,
        "planner/venue.html",
        status_code=409 if refused else 200,
        venue=known.venue,
        seen=known.revision,
        history=venue_history(world, code),
        village=world.gazetteer.village(known.venue.village_code).label,
        is_saved="tersimpan" in request.query_params,
        is_settled="disamakan" in request.query_params,
        refused=refused,
    )
