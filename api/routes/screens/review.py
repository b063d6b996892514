"""Places that a person has to settle: what was written, and what it may mean."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from api.routes.callers import PlacesSettler
from api.routes.dependencies import NowDep, WorldDep
from api.schemas.texts import Reference
from api.screens import screen
from mobile_passport.domain.access import Caller
from mobile_passport.geo.geocoder import Candidate, PlaceQuery
from mobile_passport.services.requests.settle_place import CannotSettle, places_to_settle, settle_place
from mobile_passport.services.world import World

router = APIRouter(include_in_schema=False)

PATH = "/periksa"
_SEE_OTHER = 303
_MOST_FOUND = 12


@router.get(PATH)
def places(
    request: Request,
    world: WorldDep,
    caller: PlacesSettler,
    nomor: Annotated[str, Query(max_length=40)] = "",
    cari: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """List places to settle, with what was found for the one that is looked for."""
    return _page(request, world, caller, nomor=nomor, cari=cari)


@router.post(f"{PATH}/{{reference}}")
def settled(
    request: Request,
    reference: Reference,
    world: WorldDep,
    caller: PlacesSettler,
    now: NowDep,
    village_code: Annotated[str, Form(pattern=r"^[0-9]{10}$")],
) -> Response:
    """Put a request at a village."""
    try:
        settle_place(world, reference, village_code, scope=caller.scope, actor=caller.login, now=now)
    except CannotSettle:
        return _page(request, world, caller, is_refused=True)
    return RedirectResponse(PATH, _SEE_OTHER)


def _page(
    request: Request, world: World, caller: Caller, *, nomor: str = "", cari: str = "", is_refused: bool = False
) -> Response:
    found = world.geocoder.locate(PlaceQuery(text=cari)).candidates if nomor and len(cari.strip()) > 1 else ()
    return screen(
        request,
        world,
        caller,
        "planner/review.html",
        status_code=409 if is_refused else 200,
        places=places_to_settle(world),
        nomor=nomor,
        cari=cari,
        found=_villages(found),
        is_refused=is_refused,
    )


def _villages(candidates: tuple[Candidate, ...]) -> tuple[tuple[str, str], ...]:
    """Return codes and labels of the villages among candidates."""
    pairs = ((one.village.code, one.village.label) for one in candidates if one.village)
    return tuple(dict(pairs).items())[:_MOST_FOUND]
