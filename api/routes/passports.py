"""Passports of people who were served: awaited, ready at the office, collected."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.idempotency import OnceDep, Reply
from api.paging import PagingDep, cursor
from api.problems import problems
from api.routes.callers import PassportsHandler
from api.routes.dependencies import NowDep, WorldDep
from api.schemas.paging import Page
from api.schemas.passports import CollectedOut, PassportOut, ReadyIn, ReadyOut
from mobile_passport.domain.passport import PassportState
from mobile_passport.services.messages.passports_ready import list_passports, mark_collected, mark_ready
from mobile_passport.services.world import World

router = APIRouter(prefix="/api/v1/passports", tags=["passports"])


@router.get("", operation_id="list_passports", responses=problems())
def listed(
    state: PassportState,
    world: WorldDep,
    caller: PassportsHandler,
    paging: PagingDep,
    now: NowDep,
    request: Annotated[
        str | None, Query(pattern=r"^[A-Z]{3}-[0-9]{4}-[0-9]{4,6}$", description="Only of this request.")
    ] = None,
) -> Page[PassportOut]:
    """List passports of one state, by request and place in its list."""
    reference, position = paging.part(0), paging.number(1)
    after = (reference, position) if reference is not None and position is not None else None
    found = list_passports(world, state, request=request, after=after, limit=paging.limit + 1, caller=caller)
    items, more = paging.cut(found)
    today = now.astimezone(world.rulebook.office.zone).date()
    return Page(
        items=tuple(PassportOut.of(one, caller, today) for one in items),
        next=cursor(items[-1].stand.request, items[-1].stand.position) if more else None,
    )


@router.post("", operation_id="mark_passports_ready", response_model=ReadyOut, responses=problems(404, 409))
def ready(body: ReadyIn, caller: PassportsHandler, once: OnceDep) -> Response:
    """Note that passports lie at the office; their owners are told once until when to collect them."""

    def work(world: World) -> Reply:
        marked = mark_ready(world, body.people, is_trial=body.is_trial, caller=caller, now=once.now)
        return Reply(body=ReadyOut.of(marked))

    return once.answer(caller, work)


@router.post(
    "/{person}/collection",
    operation_id="mark_passport_collected",
    response_model=CollectedOut,
    responses=problems(404, 409),
)
def collected(person: UUID, caller: PassportsHandler, once: OnceDep) -> Response:
    """Note that a passport was collected; what waits to be said about it is not said any more."""

    def work(world: World) -> Reply:
        written = mark_collected(world, person, caller=caller, now=once.now)
        return Reply(body=CollectedOut(person=person, taken_back=written.superseded))

    return once.answer(caller, work)
