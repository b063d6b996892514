"""Whom a person has to call and what to say, and how messages stand."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from api.identity import allowed
from api.routes.call_list import EntryKey
from api.routes.callers import CallHandler
from api.routes.dependencies import DeskDep, NowDep, WorldDep
from api.screens import screen
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.domain.call import CallNote, CallOutcome
from mobile_passport.services.messages.list_calls import list_calls
from mobile_passport.services.messages.list_team_calls import list_team_calls
from mobile_passport.services.messages.note_call import CallGone, UnfitOutcome, note_call
from mobile_passport.services.messages.steer_sender import start_sender, stop_sender
from mobile_passport.services.messages.watch_messages import watch_messages

router = APIRouter(include_in_schema=False)

CALLS, MESSAGES = "/telepon", "/pesan"
_SEE_OTHER = 303


MessagesReader = Annotated[Caller, Depends(allowed(Operation.MESSAGES_READ))]
MessagesSteerer = Annotated[Caller, Depends(allowed(Operation.MESSAGES_STEER))]


@router.get(CALLS)
def calls(request: Request, world: WorldDep, desk: DeskDep, caller: CallHandler, now: NowDep) -> Response:
    """Show the call list, teams first, then the most urgent."""
    return screen(
        request,
        world,
        caller,
        "planner/calls.html",
        calls=list_calls(desk),
        team_calls=list_team_calls(desk),
        team_labels={team.id: team.label for team in world.rulebook.teams.teams},
        outcomes=CallOutcome,
        notes=CallNote,
        tomorrow=now.astimezone(world.rulebook.office.zone).date() + timedelta(days=1),
        told=request.query_params.get("kabar", ""),
    )


@router.post(f"{CALLS}/{{key}}")
def noted(
    key: EntryKey,
    world: WorldDep,
    desk: DeskDep,
    caller: CallHandler,
    now: NowDep,
    hasil: Annotated[CallOutcome, Form()],
    lagi: Annotated[date | None, Form()] = None,
    catatan: Annotated[CallNote | None, Form()] = None,
) -> Response:
    """Write down what came of a call. The date to try again counts only for who was not reached."""
    again_date = lagi if hasil is CallOutcome.TRY_AGAIN else None
    try:
        note_call(world, desk, key, hasil, note=catatan, again_date=again_date, caller=caller, now=now)
    except CallGone:
        return RedirectResponse(f"{CALLS}?kabar=hilang", _SEE_OTHER)
    except UnfitOutcome:
        return RedirectResponse(f"{CALLS}?kabar=tanggal", _SEE_OTHER)
    return RedirectResponse(f"{CALLS}?kabar=tercatat", _SEE_OTHER)


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
