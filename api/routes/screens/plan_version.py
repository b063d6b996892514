"""One version of the plan: map and board side by side, and a form to change a draft by hand."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.i18n import Language, language_of, texts
from api.plan_board import board_of
from api.plan_map import MapWords, features_of
from api.routes.dependencies import OfficeDep, PlansDep, WorldDep
from api.routes.screens.plan_list import PATH, PlansComparer
from api.schemas.texts import Version
from api.screens import screen
from api.unserved import reasons_of
from mobile_passport.documents.formats import ENGLISH, INDONESIAN
from mobile_passport.domain.access import Caller, Operation, may
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.domain.refusal import Point
from mobile_passport.domain.status import PlanStatus
from mobile_passport.planning.adjust import Change
from mobile_passport.planning.timetable import make_timetable
from mobile_passport.services.plans.adjust_plan import Effect, Held, expect_adjustments, held_visits
from mobile_passport.services.plans.other_drafts import find_other_drafts
from mobile_passport.services.plans.read_plans import current_version, find_plan
from mobile_passport.services.world import World

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page of a version shows besides the version.

    Attributes
    ----------
    day
        Whose routes the map shows.
    change, effect
        What a planner asks for, and what it would do.
    broken, stale
        Why it cannot be.
    is_refused
        It was accepted, and not taken: there is another draft that the planner had not seen.
    """

    day: date | None = None
    change: Change | None = None
    effect: Effect | None = None
    broken: tuple[Point, ...] = ()
    stale: tuple[Point, ...] = ()
    is_refused: bool = False


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
    return version_page(request, world, office, plans, caller, version, Shown(day=hari))


@router.get(f"{PATH}/{{version}}/peta.json")
def features(request: Request, version: Version, office: OfficeDep, caller: PlansComparer) -> Response:
    """Hand out what the map shows."""
    language = language_of(request)
    formats = ENGLISH if language is Language.ENGLISH else INDONESIAN
    words = MapWords(formats=formats, gettext=texts(language).gettext)
    found = features_of(find_plan(office, version, caller.scope), f"{PATH}/{version}", words)
    return JSONResponse(found, media_type="application/geo+json", headers={"Cache-Control": "no-store"})


def version_page(
    request: Request, world: World, office: World, plans: PlansDep, caller: Caller, version: int, shown: Shown
) -> Response:
    """Answer with the page of a version."""
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
        plan=plan,
        board=board_of(plan, timetable, world.rulebook.calendar, labels),
        reasons=reasons_of(plan),
        held=held_visits(office, version) if is_draft else Held(),
        current=current_version(world),
        corners=(plans.ground().south_west, plans.ground().north_east),
        labels=labels,
        others=find_other_drafts(office, version),
        change=shown.change,
        effect=shown.effect,
        broken=shown.broken,
        stale=shown.stale,
        is_refused=shown.is_refused,
        places=_places(plan),
        shown_day=next((day for day in plan.days if day.date == shown.day), None),
        minimum=world.rulebook.service.minimum.per_location_day,
        chosen=request.query_params.get("kunjungan", ""),
    )


def _places(plan: PlanView) -> dict[str, str]:
    stops = {stop.visit: stop.place for day in plan.days for route in day.routes for stop in route.stops}
    return stops | {item.visit: item.place for item in plan.unserved}
