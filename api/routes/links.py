"""The page behind the link of a message. Programs that look at links only GET: nothing but a POST acts.

There is no account and no cookie: the token in the path is all that somebody holds. Forms carry a token that follows
from it, which only the page itself knows.
"""

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from api.csrf import CrossSite, PresentedToken, csrf_token
from api.i18n import LANGUAGE_COOKIE, Language, language_of, saying
from api.link_gate import LinkGate
from api.link_page import calendar_entries, link_page
from api.plan_reader import PlanReader
from api.rendering import page
from api.routes.dependencies import NowDep, OfficeDep, PlansDep
from api.source import source_of
from mobile_passport.documents.appointment_ics import appointment_calendar
from mobile_passport.domain.link import LINK_PATH, Answer, MoveReason, link_digest
from mobile_passport.services.messages.answer_link import OtherAppointment, answer_link, choose_messages, disown_link
from mobile_passport.services.messages.open_link import UnknownLink, open_link
from mobile_passport.services.world import World

router = APIRouter(prefix=LINK_PATH.rstrip("/"), include_in_schema=False)
_SEE_OTHER = 303
_LONGEST_CHOICE = 12


def _admitted(token: str, request: Request, world: OfficeDep) -> str:
    gate: LinkGate = request.app.state.link_gate
    gate.admit(source_of(request, world), link_digest(token))
    return token


def _from_own_page(token: Annotated[str, Depends(_admitted)], presented: PresentedToken) -> str:
    if not hmac.compare_digest(presented.encode(), _proof(token).encode()):
        raise CrossSite("the form is not from the page of this link; open the link again")
    return token


def _chosen(orang: Annotated[list[str] | None, Form()] = None) -> tuple[tuple[int, int], ...]:
    """Read whom a form is about; what no page of ours wrote is about nobody that there is."""
    parts = [choice.partition(".") for choice in orang or ()]
    return tuple(
        (int(number), int(revision))
        for number, _, revision in parts
        if number.isdecimal() and revision.isdecimal() and len(number + revision) <= _LONGEST_CHOICE
    )


Token = Annotated[str, Depends(_admitted)]
OwnForm = Annotated[str, Depends(_from_own_page)]
Chosen = Annotated[tuple[tuple[int, int], ...], Depends(_chosen)]


@router.api_route("/{token}", methods=["GET", "HEAD"])
def appointment(
    request: Request, token: Token, world: OfficeDep, plans: PlansDep, now: NowDep, kabar: str = ""
) -> Response:
    """Show when, where, and what to bring."""
    try:
        link = open_link(world, token, now=now)
    except UnknownLink:
        return _unknown(request, world)
    return _page(
        request,
        world,
        token,
        "link.html",
        shown=link_page(link, world, plans.basemap, saying(language_of(request))),
        answers=Answer,
        was_changed=kabar == "berubah",
    )


@router.api_route("/{token}/pindah", methods=["GET", "HEAD"])
def ask_why_to_move(request: Request, token: Token, world: OfficeDep, plans: PlansDep, now: NowDep) -> Response:
    """Ask why somebody needs another day."""
    return _second_page(request, world, token, plans, now, "link_move.html", reasons=MoveReason)


@router.api_route("/{token}/tidak-bisa", methods=["GET", "HEAD"])
def ask_whether_to_give_up(request: Request, token: Token, world: OfficeDep, plans: PlansDep, now: NowDep) -> Response:
    """Ask once more before a place is given up."""
    return _second_page(request, world, token, plans, now, "link_give_up.html")


@router.api_route("/{token}/bukan-saya", methods=["GET", "HEAD"])
def ask_whether_somebody_elses(
    request: Request, token: Token, world: OfficeDep, plans: PlansDep, now: NowDep
) -> Response:
    """Ask once more before the link ends."""
    return _second_page(request, world, token, plans, now, "link_disown.html", is_about_visit=False)


@router.api_route("/{token}/jadwal.ics", methods=["GET", "HEAD"])
def calendar(request: Request, token: Token, world: OfficeDep, now: NowDep) -> Response:
    """Hand out the appointments for a telephone's calendar."""
    try:
        link = open_link(world, token, now=now)
    except UnknownLink:
        return _unknown(request, world)
    office = world.rulebook.office
    say = saying(language_of(request))
    entries = calendar_entries(link, world, say)
    text = appointment_calendar(entries, office=office.name, phone=office.contact_phone, say=say)
    headers = {"Content-Disposition": 'attachment; filename="jadwal-paspor.ics"'}
    return Response(text, media_type="text/calendar", headers=headers)


@router.post("/{token}/datang")
def coming(request: Request, token: OwnForm, world: OfficeDep, now: NowDep, chosen: Chosen) -> Response:
    """Take that somebody comes."""
    return _answered(request, world, token, lambda: answer_link(world, token, chosen, Answer.COMING, now=now))


@router.post("/{token}/pindah")
def another_day(
    request: Request,
    token: OwnForm,
    world: OfficeDep,
    now: NowDep,
    chosen: Chosen,
    alasan: Annotated[MoveReason, Form()] = MoveReason.OTHER,
) -> Response:
    """Take that somebody asks for another day; the appointment holds until the office has called."""
    return _answered(
        request, world, token, lambda: answer_link(world, token, chosen, Answer.MOVE, reason=alasan, now=now)
    )


@router.post("/{token}/tidak-bisa")
def giving_up(
    request: Request,
    token: OwnForm,
    world: OfficeDep,
    now: NowDep,
    chosen: Chosen,
    lagi: Annotated[bool, Form()] = True,
) -> Response:
    """Take that somebody gives the place up, and whether they wait for another day (``lagi``)."""
    answer = Answer.NOT_THAT_DAY if lagi else Answer.NOT_AT_ALL
    return _answered(request, world, token, lambda: answer_link(world, token, chosen, answer, now=now))


@router.post("/{token}/sms")
def messages(
    request: Request, token: OwnForm, world: OfficeDep, now: NowDep, mau: Annotated[bool, Form()] = True
) -> Response:
    """Take whether the number wants messages."""
    return _answered(request, world, token, lambda: choose_messages(world, token, wants_messages=mau, now=now))


@router.post("/{token}/bukan-saya")
def wrong_number(request: Request, token: OwnForm, world: OfficeDep, now: NowDep) -> Response:
    """Take that the number is somebody else's; the link ends with it."""
    try:
        disown_link(world, token, now=now)
    except UnknownLink:
        return _unknown(request, world)
    return page(request, "link_ended.html", office=world.rulebook.office)


def _second_page(
    request: Request,
    world: World,
    token: str,
    plans: PlanReader,
    now: datetime,
    template: str,
    *,
    is_about_visit: bool = True,
    **values: Any,
) -> Response:
    try:
        link = open_link(world, token, now=now)
    except UnknownLink:
        return _unknown(request, world)
    shown = link_page(link, world, plans.basemap, saying(language_of(request)))
    if is_about_visit and not shown.ahead:
        return _back(request, token)
    return _page(request, world, token, template, shown=shown, **values)


def _answered(request: Request, world: World, token: str, act: Callable[[], None]) -> Response:
    try:
        act()
    except UnknownLink:
        return _unknown(request, world)
    except OtherAppointment:
        return _back(request, token, kabar="berubah")
    return _back(request, token)


def _page(request: Request, world: World, token: str, template: str, **values: Any) -> Response:
    language = language_of(request)
    return page(
        request,
        template,
        office=world.rulebook.office,
        here=LINK_PATH + token,
        kept=_query(language),
        other=_query(Language.ENGLISH if language is Language.INDONESIAN else Language.INDONESIAN),
        csrf=_proof(token),
        **values,
    )


def _unknown(request: Request, world: World) -> Response:
    return page(request, "link_unknown.html", status_code=404, office=world.rulebook.office)


def _back(request: Request, token: str, **told: str) -> Response:
    return RedirectResponse(LINK_PATH + token + _query(language_of(request), **told), _SEE_OTHER)


def _query(language: Language, **told: str) -> str:
    return f"?{urlencode({LANGUAGE_COOKIE: language.value} | told)}"


def _proof(token: str) -> str:
    return csrf_token(f"link {token}")
