"""Passports of people who were served: which are awaited, which lie at the office, and who is told."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from api.routes.callers import PassportsHandler
from api.routes.dependencies import NowDep, WorldDep
from api.schemas.passports import MOST_AT_ONCE
from api.schemas.people import person_out
from api.screens import screen
from mobile_passport.domain.passport import PassportState
from mobile_passport.services.messages.passports_ready import (
    NothingToCollect,
    NotServed,
    list_passports,
    mark_collected,
    mark_ready,
)

router = APIRouter(include_in_schema=False)

PATH = "/paspor"
_SEE_OTHER = 303
_PAGE = 50
_CURSOR = r"^[A-Z]{3}-[0-9]{4}-[0-9]{4,6}/[0-9]{1,6}$"


@router.get(PATH)
def passports(
    request: Request,
    world: WorldDep,
    caller: PassportsHandler,
    now: NowDep,
    keadaan: PassportState = PassportState.AWAITED,
    nomor: Annotated[str, Query(max_length=40)] = "",
    sesudah: Annotated[str | None, Query(pattern=_CURSOR)] = None,
) -> Response:
    """List passports of one state by request, a page at a time."""
    reference, _, position = (sesudah or "").partition("/")
    found = list_passports(
        world,
        keadaan,
        request=nomor.strip().upper() or None,
        after=(reference, int(position)) if sesudah else None,
        limit=_PAGE + 1,
        caller=caller,
    )
    shown, today = found[:_PAGE], now.astimezone(world.rulebook.office.zone).date()
    last = shown[-1].stand if shown else None
    return screen(
        request,
        world,
        caller,
        "planner/passports.html",
        passports=[(person_out(one.person, caller, today), one.stand) for one in shown],
        state=keadaan,
        states=PassportState,
        nomor=nomor,
        onward=f"{last.request}/{last.position}" if last and len(found) > _PAGE else "",
        told=request.query_params.get("kabar", ""),
    )


@router.post(f"{PATH}/siap")
def ready(
    request: Request,
    world: WorldDep,
    caller: PassportsHandler,
    now: NowDep,
    orang: Annotated[tuple[UUID, ...], Form(max_length=MOST_AT_ONCE)] = (),
    is_accepted: Annotated[bool, Form()] = False,
) -> Response:
    """Say what marking these passports as ready does, and do it once that was seen."""
    if not orang:
        return RedirectResponse(f"{PATH}?kabar=pilih", _SEE_OTHER)
    try:
        marked = mark_ready(world, orang, is_trial=not is_accepted, caller=caller, now=now)
    except NotServed:
        return RedirectResponse(f"{PATH}?kabar=bukan", _SEE_OTHER)
    if is_accepted:
        return RedirectResponse(f"{PATH}?kabar=siap&keadaan={PassportState.READY}", _SEE_OTHER)
    return screen(request, world, caller, "planner/passports_ready.html", marked=marked, people=_ids(orang))


@router.post(f"{PATH}/{{person}}/diambil")
def collected(person: UUID, world: WorldDep, caller: PassportsHandler, now: NowDep) -> Response:
    """Write down that a passport was collected."""
    try:
        mark_collected(world, person, caller=caller, now=now)
    except NothingToCollect:
        return RedirectResponse(f"{PATH}?kabar=sudah&keadaan={PassportState.READY}", _SEE_OTHER)
    return RedirectResponse(f"{PATH}?kabar=diambil&keadaan={PassportState.READY}", _SEE_OTHER)


def _ids(people: Sequence[UUID]) -> tuple[str, ...]:
    return tuple(sorted({str(one) for one in people}))
