"""What a person of the office has to settle: places that may mean several villages, and files that lack something."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.responses import RedirectResponse

from api.i18n import language_of, texts
from api.place_choices import choices_of, pins_of
from api.routes.callers import PlacesSettler
from api.routes.dependencies import NowDep, PlansDep, WorldDep
from api.schemas.texts import Reference
from api.screens import screen
from mobile_passport.documents.words import CATEGORIES
from mobile_passport.domain.access import Caller
from mobile_passport.domain.secret import mask_name, mask_phone
from mobile_passport.services.requests.incomplete_files import Lack, incomplete_files
from mobile_passport.services.requests.settle_place import CannotSettle, places_to_settle, settle_place
from mobile_passport.services.world import World

router = APIRouter(include_in_schema=False)

PATH = "/periksa"
_FILES_A_PAGE = 12
_SEE_OTHER = 303

Asked = Annotated[str, Query(max_length=40)]
Sought = Annotated[str, Query(max_length=200)]


@router.get(PATH)
def review(
    request: Request,
    world: WorldDep,
    plans: PlansDep,
    caller: PlacesSettler,
    now: NowDep,
    nomor: Asked = "",
    cari: Sought = "",
    kurang: Lack | None = None,
    halaman: Annotated[int, Query(ge=1, le=999)] = 1,
) -> Response:
    """List places to settle, with what was found for the one that is looked for, and files with something missing."""
    return _page(request, world, plans, caller, now, sought=(nomor, cari), lack=kurang, number=halaman)


@router.get(f"{PATH}/peta.json")
def pins(request: Request, world: WorldDep, caller: PlacesSettler, nomor: Asked = "", cari: Sought = "") -> Response:
    """Hand out the pins of the map."""
    choices = choices_of(world, places_to_settle(world, caller.scope), (nomor, cari))
    note = texts(language_of(request)).gettext("%(reference)s: “%(text)s”, %(count)s orang")
    return JSONResponse(
        pins_of(choices, note), media_type="application/geo+json", headers={"Cache-Control": "no-store"}
    )


@router.post(f"{PATH}/{{reference}}")
def settled(
    request: Request,
    reference: Reference,
    world: WorldDep,
    plans: PlansDep,
    caller: PlacesSettler,
    now: NowDep,
    village_code: Annotated[str, Form(pattern=r"^[0-9]{10}$")],
) -> Response:
    """Put a request at a village."""
    try:
        settle_place(world, reference, village_code, scope=caller.scope, actor=caller.login, now=now)
    except CannotSettle:
        return _page(request, world, plans, caller, now, is_refused=True)
    return RedirectResponse(PATH, _SEE_OTHER)


def _page(
    request: Request,
    world: World,
    plans: PlansDep,
    caller: Caller,
    now: NowDep,
    *,
    sought: tuple[str, str] = ("", ""),
    lack: Lack | None = None,
    number: int = 1,
    is_refused: bool = False,
) -> Response:
    files = incomplete_files(world, caller.scope, now=now)
    shown = [one for one in files if lack is None or any(missing.lack is lack for missing in one.missing)]
    last = max(1, -(-len(shown) // _FILES_A_PAGE))
    number = min(number, last)
    ground = plans.ground()
    return screen(
        request,
        world,
        caller,
        "planner/review.html",
        status_code=409 if is_refused else 200,
        choices=choices_of(world, places_to_settle(world, caller.scope), sought),
        corners=(ground.south_west, ground.north_east),
        sought=sought,
        files=shown[(number - 1) * _FILES_A_PAGE : number * _FILES_A_PAGE],
        number=number,
        last=last,
        all=len(files),
        lacks=Counter(kind for one in files for kind in {missing.lack for missing in one.missing}),
        lack=lack,
        categories=CATEGORIES,
        mask_name=mask_name,
        mask_phone=mask_phone,
        is_refused=is_refused,
    )
