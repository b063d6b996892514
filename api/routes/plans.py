"""Versions of the plan."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api.caching import answer
from api.errors import NoPlan
from api.idempotency import OnceDep, Reply
from api.paging import Paging, PagingDep, cursor
from api.preconditions import ETAG, SeenDep, tagged
from api.problems import problems
from api.routes.callers import PlansPublisher, PlansReader
from api.routes.dependencies import OfficeDep, PlansDep, WorldDep
from api.schemas import PlanOut
from api.schemas.paging import Page
from api.schemas.plans import (
    ChangeOut,
    ComparisonOut,
    PlannedVisitOut,
    PlanPage,
    PublicationOut,
    PublishedOut,
    SlotOut,
    VersionOut,
)
from api.schemas.texts import Version
from mobile_passport.domain.refusal import Stale
from mobile_passport.services.plans.publish_plan import publish_plan
from mobile_passport.services.plans.read_plans import (
    ChangeKind,
    compare_plans,
    current_version,
    find_plan,
    list_plans,
    slots_of_plan,
    visits_of_plan,
)
from mobile_passport.services.world import World

router = APIRouter(prefix="/api/v1/plans", tags=["plans"])

AnyVersion = Version | Literal["current"]
_NONE = "none"


@router.get(
    "/current",
    operation_id="read_current_plan",
    response_model=PlanOut,
    responses={
        200: {"headers": ETAG},
        304: {"description": "Still the plan of the ETag in If-None-Match."},
        **problems(404, needs_caller=False),
    },
)
def current_plan(request: Request, plans: PlansDep) -> Response:
    """Return the plan that holds. Home visits are placed at their kecamatan."""
    plan = plans.current()
    if plan is None:
        raise NoPlan
    body = plan.once("json", lambda: PlanOut.of(plan.view).model_dump_json())
    return answer(request, body, version=plan.view.version, media_type="application/json")


@router.get(
    "/publication",
    operation_id="read_publication",
    response_model=PublicationOut,
    responses={200: {"headers": ETAG}, **problems()},
)
def publication(world: WorldDep, caller: PlansReader) -> Response:
    """Read which version holds. Its ETag is what a publication sends in If-Match."""
    version = current_version(world)
    return tagged(PublicationOut(current_version=version), _tag(version))


@router.get("", operation_id="list_plans", responses=problems())
def listed(world: WorldDep, caller: PlansReader, paging: PagingDep) -> Page[VersionOut]:
    """List versions, the newest first; drafts only for whoever sees the whole office."""
    items, more = paging.cut(list_plans(world, caller.scope, before=paging.number(0), limit=paging.limit + 1))
    return Page(items=tuple(map(VersionOut.model_validate, items)), next=cursor(items[-1].version) if more else None)


@router.get("/{version}", operation_id="read_plan", responses=problems(404))
def one(version: Version, office: OfficeDep, caller: PlansReader) -> PlanOut:
    """Read a version whole; whoever does not see the whole office reads published ones, as anybody may."""
    return PlanOut.of(find_plan(office, version, caller.scope))


@router.get("/{version}/visits", operation_id="list_visits", responses=problems(404))
def visits(version: AnyVersion, world: WorldDep, caller: PlansReader, paging: PagingDep) -> PlanPage[PlannedVisitOut]:
    """List the visits of a version by name, those on no route with the reason."""
    pinned = _pinned(world, version, paging)
    found = visits_of_plan(world, pinned, caller.scope, after=paging.part(1) or "", limit=paging.limit + 1)
    items, more = paging.cut(found)
    return PlanPage(
        plan_version=pinned,
        items=tuple(map(PlannedVisitOut.model_validate, items)),
        next=cursor(pinned, items[-1].visit) if more else None,
    )


@router.get("/{version}/slots", operation_id="list_slots", responses=problems(404))
def slots(version: AnyVersion, world: WorldDep, caller: PlansReader, paging: PagingDep) -> PlanPage[SlotOut]:
    """List who comes when in a version, by person."""
    pinned = _pinned(world, version, paging)
    found = slots_of_plan(world, pinned, caller.scope, after=paging.identifier(1), limit=paging.limit + 1)
    items, more = paging.cut(found)
    return PlanPage(
        plan_version=pinned,
        items=tuple(map(SlotOut.model_validate, items)),
        next=cursor(pinned, items[-1].person) if more else None,
    )


@router.get("/{version}/changes", operation_id="compare_plans", responses=problems(404))
def changes(
    version: Version,
    world: WorldDep,
    caller: PlansReader,
    paging: PagingDep,
    since: Annotated[int, Query(ge=1, le=1_000_000, description="The version to compare with.")],
) -> ComparisonOut:
    """Tell for whom a version differs from another one, and how."""
    compared = compare_plans(world, since, version, caller.scope)
    after = paging.identifier(0)
    items, more = paging.cut([one for one in compared.changes if after is None or one.person > after])
    return ComparisonOut(
        before=VersionOut.model_validate(compared.before),
        after=VersionOut.model_validate(compared.after),
        unchanged=compared.unchanged,
        **{kind.value: compared.count(kind) for kind in ChangeKind},
        items=tuple(map(ChangeOut.model_validate, items)),
        next=cursor(items[-1].person) if more else None,
    )


@router.post(
    "/{version}/publication",
    operation_id="publish_plan",
    response_model=PublishedOut,
    responses={200: {"headers": ETAG}, **problems(409, 412, 428)},
)
def published(version: Version, caller: PlansPublisher, once: OnceDep, seen: SeenDep) -> Response:
    """Make a draft the plan that holds, and tell everybody whose appointment is new, changed or gone.

    If-Match is the ETag of the publication that you saw: when somebody published in between, nothing happens.
    """

    def work(world: World) -> Reply:
        done = publish_plan(world, version, expected=_expected(seen), actor=caller.login, now=once.now)
        body = PublishedOut(
            version=done.version,
            promised=done.promised,
            changed=done.changed,
            cancelled=done.cancelled,
            messages=done.written.messages,
            without_phone=done.written.without_phone,
        )
        return Reply(body=body, etag=_tag(done.version))

    return once.answer(caller, work)


def _pinned(world: World, version: int | Literal["current"], paging: Paging) -> int:
    """Return the version that a list is read of: that of the cursor, or of the address, or the one that holds."""
    in_cursor = paging.number(0)
    if version != "current":
        return version
    pinned = in_cursor or current_version(world)
    if pinned is None:
        raise NoPlan
    return pinned


def _tag(version: int | None) -> str:
    return _NONE if version is None else str(version)


def _expected(tag: str) -> int | None:
    if tag == _NONE:
        return None
    if not (tag.isascii() and tag.isdigit() and len(tag) < 10):
        raise Stale("this is not the ETag of a publication; read /api/v1/plans/publication")
    return int(tag)
