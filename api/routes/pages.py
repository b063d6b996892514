"""Pages for people."""

from datetime import date
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse, RedirectResponse

from api.caching import answer
from api.errors import NoPlan
from api.i18n import LANGUAGE_COOKIE, Language, formats_of, language_of, saying
from api.plan_page import drawing_of, plan_page
from api.plan_reader import PublishedPlan
from api.rendering import page, render
from api.routes.dependencies import PlansDep, QueueDep, WorldDep
from mobile_passport.documents.calendar_ics import plan_calendar
from mobile_passport.documents.checklist import further_documents
from mobile_passport.documents.rank_words import rule_lines
from mobile_passport.documents.words import CATEGORIES
from mobile_passport.domain.plan_view import DayView

router = APIRouter(include_in_schema=False)
_OF_THE_SERVICE = frozenset({"standard", "eligibility", "service"})
"""Rules that the page of the service is made of."""
_A_YEAR_S = 365 * 86_400
_ICON = Path(__file__).parents[1] / "static" / "icon.svg"


@router.api_route("/", methods=["GET", "HEAD"])
def front_page(request: Request, plans: PlansDep, world: WorldDep, hari: str | None = None) -> Response:
    """Show the published plan; ``?hari=2026-12-01`` chooses the day on the map."""
    plan = plans.current()
    if plan is None:
        return page(request, "no_plan.html", office=world.rulebook.office)
    day, language = _day(plan, hari), language_of(request)
    name = f"page {day.date if day else 'all'} {hari is not None and day is None} {language}"

    def make() -> str:
        return render(
            "plan.html",
            language=language,
            request=request,
            page=plan_page(plan.view, plans.basemap(), day.date if day else None, saying(language)),
            is_unknown_day=hari is not None and day is None,
            office=world.rulebook.office,
        )

    return answer(request, plan.once(name, make), version=plan.view.version, media_type="text/html")


@router.api_route("/layanan", methods=["GET", "HEAD"])
def service(request: Request, world: WorldDep) -> Response:
    """Show the service standard: what to bring, in which order people are served, how long, at what cost."""
    rules = world.rulebook
    found = (edition for edition in world.editions if edition.document in _OF_THE_SERVICE)
    return page(
        request,
        "service.html",
        office=rules.office,
        eligibility=rules.eligibility,
        further=further_documents(rules.eligibility),
        standard=rules.standard,
        fees=rules.service.fees,
        minimum=rules.service.minimum.per_location_day,
        edition=max(found, key=lambda edition: edition.at, default=None),
    )


@router.api_route("/urutan", methods=["GET", "HEAD"])
def order_of_service(request: Request, queue: QueueDep, world: WorldDep) -> Response:
    """Show the rule of the order, the queue that follows from it, and what two people changed. No personal data."""
    shown = queue.get()
    return page(
        request,
        "queue.html",
        office=world.rulebook.office,
        queue=shown,
        rule_lines=rule_lines(shown.rule, formats_of(language_of(request))),
        categories=CATEGORIES,
    )


@router.api_route("/peta.svg", methods=["GET", "HEAD"])
def map_alone(request: Request, plans: PlansDep, hari: str | None = None) -> Response:
    """Show the map alone, to be enlarged."""
    plan = plans.current()
    if plan is None:
        raise NoPlan
    day, language = _day(plan, hari), language_of(request)
    name = f"map {day.date if day else 'all'} {language}"
    drawing = plan.once(name, lambda: drawing_of(plan.view, plans.basemap(), day, saying(language)))
    return answer(request, drawing, version=plan.view.version, media_type="image/svg+xml")


@router.api_route("/peta/dasar.svg", methods=["GET", "HEAD"])
def land(request: Request, plans: PlansDep) -> Response:
    """Hand out the land that lies under maps that can be moved."""
    return answer(request, plans.ground().drawing, version=1, media_type="image/svg+xml")


@router.api_route("/rencana.ics", methods=["GET", "HEAD"])
def calendar(request: Request, plans: PlansDep) -> Response:
    """Hand out the plan as a calendar."""
    plan = plans.current()
    if plan is None:
        raise NoPlan
    text = plan.once("calendar", lambda: plan_calendar(plan.view).decode())
    return answer(request, text, version=plan.view.version, media_type="text/calendar")


@router.get("/bahasa/{language}")
def choose_language(language: Language, ke: str = "/") -> Response:
    """Remember the reader's language and go back to the page of this service they came from."""
    back = ke if ke.startswith("/") and not ke.startswith(("//", "/\\")) else "/"
    response = RedirectResponse(back, status_code=303)
    response.set_cookie(LANGUAGE_COOKIE, language.value, max_age=_A_YEAR_S, samesite="lax", httponly=True)
    return response


@router.api_route("/favicon.ico", methods=["GET", "HEAD"])
def icon() -> Response:
    """Hand out the icon where browsers look for it when a page is no HTML."""
    return FileResponse(_ICON, media_type="image/svg+xml")


def _day(plan: PublishedPlan, hari: str | None) -> DayView | None:
    """Find the day that a link or a person wrote; whatever is no day of service is none."""
    try:
        wanted = date.fromisoformat(hari) if hari else None
    except ValueError:
        return None
    return next((day for day in plan.view.days if day.date == wanted), None)
