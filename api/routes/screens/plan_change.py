"""A change of a draft by hand: its effect is a page that may be opened again, and only accepting it makes a draft."""

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from api.routes.callers import PlansRunner
from api.routes.dependencies import NowDep, OfficeDep, PlansDep, WorldDep
from api.routes.screens.plan_list import PATH
from api.routes.screens.plan_version import Shown, version_page
from api.schemas.texts import DayOrNone, Version
from mobile_passport.planning.adjust import CannotAdjust, Change, ChangeKind
from mobile_passport.services.plans.adjust_plan import DraftBranched, accept_adjustment, preview_adjustment
from mobile_passport.services.plans.publish_plan import StaleDraft

router = APIRouter(include_in_schema=False)

_SEE_OTHER = 303
_VISIT = r"^[A-Z]-[0-9]{1,5}$"
_LONGEST_SHIFT = 80
_NONE = 0
"""What a form says was seen when there was no other draft."""


@router.get(f"{PATH}/{{version}}/ubah")
def previewed(
    request: Request,
    version: Version,
    world: WorldDep,
    office: OfficeDep,
    plans: PlansDep,
    caller: PlansRunner,
    now: NowDep,
    kind: ChangeKind,
    visit: Annotated[str, Query(pattern=_VISIT)],
    shift: Annotated[str, Query(max_length=_LONGEST_SHIFT)] = "",
    day: Annotated[DayOrNone, Query()] = None,
    ditolak: bool = False,
) -> Response:
    """Show what a change would do; ``ditolak`` when it was accepted without knowledge of another draft."""
    change = _change(kind, visit, shift, day)
    try:
        effect = preview_adjustment(office, version, change, now=now)
    except CannotAdjust as refusal:
        shown = Shown(change=change, broken=refusal.points)
    except StaleDraft as refusal:
        shown = Shown(change=change, stale=refusal.points)
    else:
        shown = Shown(change=change, effect=effect, is_refused=ditolak)
    return version_page(request, world, office, plans, caller, version, shown)


@router.post(f"{PATH}/{{version}}/ubah")
def accepted(
    version: Version,
    office: OfficeDep,
    caller: PlansRunner,
    now: NowDep,
    kind: Annotated[ChangeKind, Form()],
    visit: Annotated[str, Form(pattern=_VISIT)],
    shift: Annotated[str, Form(max_length=_LONGEST_SHIFT)] = "",
    day: Annotated[date | None, Form()] = None,
    seen: Annotated[int, Form(ge=0)] = _NONE,
) -> Response:
    """Make a new draft with a change, or lead back to what it would do, where the reason stands why it was not made."""
    change = _change(kind, visit, shift, day)
    try:
        head = accept_adjustment(office, version, change, seen=seen, caller=caller, now=now)
    except DraftBranched:
        return RedirectResponse(_preview_of(version, change, is_refused=True), _SEE_OTHER)
    except (CannotAdjust, StaleDraft):
        return RedirectResponse(_preview_of(version, change), _SEE_OTHER)
    return RedirectResponse(f"{PATH}/{head.version}#{visit}", _SEE_OTHER)


def _change(kind: ChangeKind, visit: str, shift: str, day: date | None) -> Change:
    """Take of the form what belongs to the kind of change; its other fields are filled in as well."""
    return Change(
        kind=kind,
        visit=visit,
        shift=shift or None if kind is ChangeKind.MOVE else None,
        day=day if kind is ChangeKind.FORBID else None,
    )


def _preview_of(version: int, change: Change, *, is_refused: bool = False) -> str:
    fields = {"kind": change.kind.value, "visit": change.visit, "shift": change.shift, "day": change.day}
    asked = {name: value for name, value in fields.items() if value} | ({"ditolak": "true"} if is_refused else {})
    return f"{PATH}/{version}/ubah?{urlencode(asked)}#akibat"
