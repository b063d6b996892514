"""Whom a person has to call and what to say, and how messages stand."""

from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from api.identity import allowed
from api.routes.callers import CallHandler
from api.routes.dependencies import DeskDep, NowDep, WorldDep
from api.screens import screen
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.domain.call import CallNote, CallOutcome
from mobile_passport.services.messages.conversations import by_telephone
from mobile_passport.services.messages.list_calls import list_calls
from mobile_passport.services.messages.list_team_calls import list_team_calls, note_team_call
from mobile_passport.services.messages.note_call import CallGone, UnfitOutcome, note_calls
from mobile_passport.services.messages.steer_sender import start_sender, stop_sender
from mobile_passport.services.messages.watch_messages import watch_messages

router = APIRouter(include_in_schema=False)

CALLS, MESSAGES = "/telepon", "/pesan"
_SEE_OTHER = 303
_TELEPHONES_A_PAGE = 12

PageNumber = Annotated[int, Query(ge=1, le=999)]
MessagesReader = Annotated[Caller, Depends(allowed(Operation.MESSAGES_READ))]
MessagesSteerer = Annotated[Caller, Depends(allowed(Operation.MESSAGES_STEER))]


@router.get(CALLS)
def calls(
    request: Request, world: WorldDep, desk: DeskDep, caller: CallHandler, now: NowDep, halaman: PageNumber = 1
) -> Response:
    """Show the call list by telephone, teams first, then the most urgent."""
    conversations = by_telephone(list_calls(desk))
    last = max(1, -(-len(conversations) // _TELEPHONES_A_PAGE))
    number = min(halaman, last)
    return screen(
        request,
        world,
        caller,
        "planner/calls.html",
        conversations=conversations[(number - 1) * _TELEPHONES_A_PAGE : number * _TELEPHONES_A_PAGE],
        telephones=len(conversations),
        number=number,
        last=last,
        team_calls=list_team_calls(desk) if number == 1 else (),
        team_labels={team.id: team.label for team in world.rulebook.teams.teams},
        outcomes=CallOutcome,
        notes=CallNote,
        tomorrow=now.astimezone(world.rulebook.office.zone).date() + timedelta(days=1),
        told=request.query_params.get("kabar", ""),
    )


@router.post(CALLS)
def noted(
    world: WorldDep,
    desk: DeskDep,
    caller: CallHandler,
    now: NowDep,
    hasil: Annotated[CallOutcome, Form()],
    entri: Annotated[list[str] | None, Form()] = None,
    lagi: Annotated[date | None, Form()] = None,
    catatan: Annotated[CallNote | None, Form()] = None,
    halaman: Annotated[int, Form(ge=1, le=999)] = 1,
) -> Response:
    """Write down what came of a call, for all of its entries that were ticked; a date counts only with trying again."""
    again_date = lagi if hasil is CallOutcome.TRY_AGAIN else None
    try:
        note_calls(world, desk, entri or (), hasil, note=catatan, again_date=again_date, caller=caller, now=now)
    except CallGone:
        return _back("hilang" if entri else "kosong", halaman)
    except UnfitOutcome:
        return _back("jadwal" if hasil is CallOutcome.CANNOT_COME else "tanggal", halaman)
    return _back("tercatat", halaman)


@router.post(f"{CALLS}/tim/{{message}}")
def team_told(message: UUID, world: WorldDep, desk: DeskDep, caller: CallHandler, now: NowDep) -> Response:
    """Write down that a team was told by telephone."""
    try:
        note_team_call(world, desk, message, caller=caller, now=now)
    except CallGone:
        return _back("hilang", 1)
    return _back("tercatat", 1)


def _back(news: str, number: int) -> Response:
    return RedirectResponse(
        f"{CALLS}?{urlencode({'kabar': news} | ({'halaman': number} if number > 1 else {}))}", _SEE_OTHER
    )


@router.get(MESSAGES)
def messages(request: Request, world: WorldDep, desk: DeskDep, caller: MessagesReader) -> Response:
    """Show how messages and their sender stand; htmx asks again every half minute."""
    return screen(request, world, caller, "planner/messages.html", block="stand", watch=watch_messages(desk))


@router.post(f"{MESSAGES}/henti")
def stopped(desk: DeskDep, caller: MessagesSteerer, reason: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Stop sending until somebody starts it again."""
    stop_sender(desk, reason=reason.strip() or "stopped on the screen", actor=caller.login)
    return RedirectResponse(MESSAGES, _SEE_OTHER)


@router.post(f"{MESSAGES}/mulai")
def started(desk: DeskDep, caller: MessagesSteerer) -> Response:
    """Send again."""
    start_sender(desk, actor=caller.login)
    return RedirectResponse(MESSAGES, _SEE_OTHER)
