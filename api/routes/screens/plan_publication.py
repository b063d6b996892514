"""What a version changes for whom, and publishing it: who will be told is said before anybody is."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from api.routes.callers import PlansPublisher
from api.routes.dependencies import NowDep, OfficeDep, WorldDep
from api.routes.screens.plan_list import PATH, PlansComparer
from api.schemas.texts import Version
from api.screens import screen
from mobile_passport.persistence.plans.plan_lists import PlannedSlot
from mobile_passport.services.plans.other_drafts import find_other_drafts
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
    find_plan,
    slots_of_plan,
)
from mobile_passport.services.plans.read_publication import find_changes, find_publication

router = APIRouter(include_in_schema=False)

_SEE_OTHER = 303
_NOBODY = 0
"""What the form says was seen before the first publication."""


class Refused(StrEnum):
    """Why a version was not published."""

    BY_OTHER = "by_other"
    STALE = "stale"
    OTHER = "other"


class Difference(StrEnum):
    """What changes for people, as a planner tells them apart."""

    ADDED = "added"
    REMOVED = "removed"
    DAY = "day"
    """Another day, at the same place."""
    HOUR = "hour"
    """Another hour of the same day, at the same place."""
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where people stand in a version."""

    day: date
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestChange:
    """What changes for some people of one request; nobody is named. ``None`` where they have no slot."""

    reference: str
    kind: Difference
    people: int
    before: Standing | None
    after: Standing | None


@router.get(f"{PATH}/{{version}}/banding")
def compared(
    request: Request,
    version: Version,
    world: WorldDep,
    office: OfficeDep,
    caller: PlansComparer,
    dengan: Annotated[int, Query(ge=1, le=1_000_000)],
) -> Response:
    """Tell for whom a version differs from another one, and how."""
    comparison = compare_plans(world, dengan, version, caller.scope)
    changes = by_request(comparison, world.rulebook.office.zone)
    people = Counter[Difference]()
    for one in changes:
        people[one.kind] += one.people
    return screen(
        request,
        world,
        caller,
        "planner/comparison.html",
        comparison=comparison,
        changes=changes,
        people=people,
        plans=[find_plan(office, one, caller.scope) for one in (dengan, version)],
        current=current_version(world),
    )


@router.get(f"{PATH}/{{version}}/terbit")
def publication(
    request: Request,
    version: Version,
    world: WorldDep,
    office: OfficeDep,
    caller: PlansPublisher,
    now: NowDep,
    ditolak: Refused | None = None,
) -> Response:
    """Say who will be told when this version is published, and after a try why it was not."""
    current = current_version(world)
    comparison = compare_plans(world, current, version, caller.scope) if current else None
    new = len(slots_of_plan(world, version, caller.scope, after=None, limit=1_000_000)) if not current else 0
    return screen(
        request,
        world,
        caller,
        "planner/publication.html",
        version=version,
        current=current,
        comparison=comparison,
        new=new,
        proposed=find_plan(office, version, caller.scope).proposed,
        others=find_other_drafts(office, version),
        refused=ditolak,
        points=find_changes(office, version, now=now) if ditolak is Refused.STALE else (),
    )


@router.post(f"{PATH}/{{version}}/terbit")
def publish(
    version: Version,
    world: WorldDep,
    caller: PlansPublisher,
    now: NowDep,
    seen: Annotated[int, Form(ge=0)] = _NOBODY,
) -> Response:
    """Publish a version, if what holds is still what the planner saw, and lead to a page that says what came of it."""
    try:
        publish_plan(world, version, expected=seen or None, actor=caller.login, now=now)
    except PublishedByOther:
        return _refused(version, Refused.BY_OTHER)
    except StaleDraft:
        return _refused(version, Refused.STALE)
    except NotPublishable:
        if current_version(world) != version:  # otherwise the form was sent twice, and the first one did it
            return _refused(version, Refused.OTHER)
    return RedirectResponse(f"{PATH}/{version}/diterbitkan", _SEE_OTHER)


@router.get(f"{PATH}/{{version}}/diterbitkan")
def published(request: Request, version: Version, world: WorldDep, caller: PlansPublisher) -> Response:
    """Say what the publication of a version changed for people."""
    done, current = find_publication(world, version), current_version(world)
    return screen(request, world, caller, "planner/published.html", done=done, current=current)


def by_request(comparison: Comparison, zone: tzinfo) -> tuple[RequestChange, ...]:
    """Sum up what changes by request, and by where people stand before and after; the most people of a request first.

    Parameters
    ----------
    zone
        Whose days are meant.
    """
    people = Counter[tuple[str, Difference, Standing | None, Standing | None]]()
    for change in comparison.changes:
        before, after = (_standing(slot, zone) for slot in (change.before, change.after))
        slot = change.after or change.before
        if slot is not None:
            people[slot.request, _difference(change.kind, before, after), before, after] += 1
    found = (
        RequestChange(reference=reference, kind=kind, people=count, before=before, after=after)
        for (reference, kind, before, after), count in people.items()
    )
    return tuple(sorted(found, key=lambda one: (one.reference, -one.people)))


def _standing(slot: PlannedSlot | None, zone: tzinfo) -> Standing | None:
    return Standing(day=slot.slot_at.astimezone(zone).date(), place=slot.place) if slot else None


def _difference(kind: ChangeKind, before: Standing | None, after: Standing | None) -> Difference:
    if kind is not ChangeKind.MOVED:
        return Difference(kind.value)
    return Difference.HOUR if before == after else Difference.DAY


def _refused(version: int, why: Refused) -> Response:
    return RedirectResponse(f"{PATH}/{version}/terbit?ditolak={why}", _SEE_OTHER)
