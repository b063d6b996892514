"""One version of the plan: map and board side by side, and changes by hand whose effect is shown before it counts."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse
from starlette.responses import RedirectResponse

from api.i18n import Language, language_of, texts
from api.plan_board import board_of
from api.plan_map import MapWords, features_of
from api.routes.callers import PlansRunner
from api.routes.dependencies import NowDep, OfficeDep, PlansDep, WorldDep
from api.routes.screens.plan_list import PATH, PlansComparer
from api.schemas.texts import Version
from api.screens import screen
from api.unserved import reasons_of
from mobile_passport.documents.formats import ENGLISH, INDONESIAN
from mobile_passport.domain.access import Caller, Operation, may
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.domain.refusal import Point
from mobile_passport.domain.status import PlanStatus
from mobile_passport.planning.adjust import CannotAdjust, Change, ChangeKind
from mobile_passport.planning.timetable import make_timetable
from mobile_passport.services.plans.adjust_plan import (
    Effect,
    Held,
    accept_adjustment,
    expect_adjustments,
    held_visits,
    preview_adjustment,
)
from mobile_passport.services.plans.publish_plan import StaleDraft
from mobile_passport.services.plans.read_plans import current_version, find_plan
from mobile_passport.services.world import World

router = APIRouter(include_in_schema=False)

_SEE_OTHER = 303
_VISIT = r"^[A-Z]-[0-9]{1,5}$"

Visit = Annotated[str, Form(pattern=_VISIT)]
Shift = Annotated[str, Form(max_length=80)]


@router.get(f"{PATH}/{{version}}")
def shown(
    request: Request,
    version: Version,
    world: WorldDep,
    office: OfficeDep,
    plans: PlansDep,
    caller: PlansComparer,
    hari: date | None = None,
) -> Response:
    """Show a version, and on the map the routes of a day."""
    return _page(request, world, office, plans, caller, version, shown_day=hari)


@router.get(f"{PATH}/{{version}}/peta.json")
def features(request: Request, version: Version, office: OfficeDep, caller: PlansComparer) -> Response:
    """Hand out what the map shows."""
    language = language_of(request)
    formats = ENGLISH if language is Language.ENGLISH else INDONESIAN
    words = MapWords(formats=formats, gettext=texts(language).gettext)
    found = features_of(find_plan(office, version, caller.scope), f"{PATH}/{version}", words)
    return JSONResponse(found, media_type="application/geo+json", headers={"Cache-Control": "no-store"})


@router.post(f"{PATH}/{{version}}/ubah")
def changed(
    request: Request,
    version: Version,
    world: WorldDep,
    office: OfficeDep,
    plans: PlansDep,
    caller: PlansRunner,
    now: NowDep,
    kind: Annotated[ChangeKind, Form()],
    visit: Visit,
    shift: Shift = "",
    day: Annotated[date | None, Form()] = None,
    is_accepted: Annotated[bool, Form()] = False,
) -> Response:
    """Show what a change would do, or make a new draft with it once it was seen and accepted."""
    change = Change(kind=kind, visit=visit, shift=shift or None, day=day)
    try:
        if is_accepted:
            head = accept_adjustment(office, version, change, caller=caller, now=now)
            return RedirectResponse(f"{PATH}/{head.version}#{visit}", _SEE_OTHER)
        effect = preview_adjustment(office, version, change, now=now)
    except CannotAdjust as refusal:
        return _page(request, world, office, plans, caller, version, change=change, broken=refusal.points, status=409)
    except StaleDraft as refusal:
        return _page(request, world, office, plans, caller, version, stale=refusal.points, status=409)
    return _page(request, world, office, plans, caller, version, change=change, effect=effect)


def _page(
    request: Request,
    world: World,
    office: World,
    plans: PlansDep,
    caller: Caller,
    version: int,
    *,
    change: Change | None = None,
    effect: Effect | None = None,
    broken: Iterable[Point] = (),
    stale: Iterable[Point] = (),
    shown_day: date | None = None,
    status: int = 200,
) -> Response:
    plan = find_plan(office, version, caller.scope)
    is_draft = plan.status == PlanStatus.DRAFT
    if is_draft and may(caller.role, Operation.PLANS_RUN):
        expect_adjustments()
    labels = {team.id: team.label for team in world.rulebook.teams.teams}
    timetable = make_timetable(world.rulebook, today=plan.first_date)
    return screen(
        request,
        world,
        caller,
        "planner/version.html",
        status_code=status,
        plan=plan,
        board=board_of(plan, timetable, world.rulebook.calendar, labels),
        reasons=reasons_of(plan),
        held=held_visits(office, version) if is_draft else Held(),
        current=current_version(world),
        corners=(plans.ground().south_west, plans.ground().north_east),
        labels=labels,
        change=change,
        effect=effect,
        broken=tuple(broken),
        stale=tuple(stale),
        places=_places(plan),
        shown_day=next((day for day in plan.days if day.date == shown_day), None),
        minimum=world.rulebook.service.minimum.per_location_day,
        chosen=request.query_params.get("kunjungan", ""),
    )


def _places(plan: PlanView) -> dict[str, str]:
    stops = {stop.visit: stop.place for day in plan.days for route in day.routes for stop in route.stops}
    return stops | {item.visit: item.place for item in plan.unserved}
