"""What a version changes for whom, and publishing it: who will be told is said before anybody is."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from api.routes.callers import PlansPublisher
from api.routes.dependencies import NowDep, WorldDep
from api.routes.screens.plan_list import PATH, PlansComparer
from api.schemas.texts import Version
from api.screens import screen
from mobile_passport.domain.access import Caller
from mobile_passport.services.plans.publish_plan import (
    NotPublishable,
    PublishedByOther,
    StaleDraft,
    publish_plan,
)
from mobile_passport.services.plans.read_plans import (
    ChangeKind,
    Comparison,
    compare_plans,
    current_version,
    slots_of_plan,
)
from mobile_passport.services.world import World

router = APIRouter(include_in_schema=False)

_NOBODY = 0
"""What the form says was seen before the first publication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestChange:
    """What changes for people of one request; nobody is named."""

    reference: str
    kind: ChangeKind
    people: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@router.get(f"{PATH}/{{version}}/banding")
def compared(
    request: Request,
    version: Version,
    world: WorldDep,
    caller: PlansComparer,
    dengan: Annotated[int, Query(ge=1, le=1_000_000)],
) -> Response:
    """Tell for whom a version differs from another one, and how."""
    comparison = compare_plans(world, dengan, version, caller.scope)
    return screen(
        request,
        world,
        caller,
        "planner/comparison.html",
        comparison=comparison,
        changes=by_request(comparison),
        current=current_version(world),
    )


@router.get(f"{PATH}/{{version}}/terbit")
def publication(request: Request, version: Version, world: WorldDep, caller: PlansPublisher) -> Response:
    """Say who will be told when this version is published."""
    return _page(request, world, caller, version)


@router.post(f"{PATH}/{{version}}/terbit")
def published(
    request: Request,
    version: Version,
    world: WorldDep,
    caller: PlansPublisher,
    now: NowDep,
    seen: Annotated[int, Form(ge=0)] = _NOBODY,
) -> Response:
    """Publish a version, if what holds is still what the planner saw."""
    try:
        done = publish_plan(world, version, expected=seen or None, actor=caller.login, now=now)
    except PublishedByOther:
        return _page(request, world, caller, version, refused="by_other", status=412)
    except StaleDraft as refusal:
        return _page(request, world, caller, version, refused="stale", points=refusal.points, status=409)
    except NotPublishable:
        return _page(request, world, caller, version, refused="other", status=409)
    return screen(request, world, caller, "planner/published.html", done=done)


def by_request(comparison: Comparison) -> tuple[RequestChange, ...]:
    """Sum up what changes by request and kind of change."""
    people: dict[tuple[str, ChangeKind], list[tuple[str, str]]] = {}
    for change in comparison.changes:
        slot = change.after or change.before
        if slot is not None:
            places = tuple(one.place if one else "" for one in (change.before, change.after))
            people.setdefault((slot.request, change.kind), []).append((places[0], places[1]))
    return tuple(
        RequestChange(
            reference=reference,
            kind=kind,
            people=len(found),
            before=tuple(sorted({before for before, _ in found if before})),
            after=tuple(sorted({after for _, after in found if after})),
        )
        for (reference, kind), found in sorted(people.items())
    )


def _page(
    request: Request,
    world: World,
    caller: Caller,
    version: int,
    *,
    refused: str = "",
    points: tuple[object, ...] = (),
    status: int = 200,
) -> Response:
    current = current_version(world)
    comparison = compare_plans(world, current, version, caller.scope) if current else None
    new = len(slots_of_plan(world, version, caller.scope, after=None, limit=1_000_000)) if not current else 0
    return screen(
        request,
        world,
        caller,
        "planner/publication.html",
        status_code=status,
        version=version,
        current=current,
        comparison=comparison,
        new=new,
        refused=refused,
        points=points,
    )
