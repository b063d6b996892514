"""Whom a person has to call and what to say, and how messages stand."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from api.identity import allowed
from api.routes.dependencies import DeskDep, WorldDep
from api.screens import screen
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.services.messages.list_calls import list_calls
from mobile_passport.services.messages.steer_sender import start_sender, stop_sender
from mobile_passport.services.messages.watch_messages import watch_messages

router = APIRouter(include_in_schema=False)

CALLS, MESSAGES = "/telepon", "/pesan"
_SEE_OTHER = 303


CallHandler = Annotated[Caller, Depends(allowed(Operation.CALLS_HANDLE))]
MessagesReader = Annotated[Caller, Depends(allowed(Operation.MESSAGES_READ))]
MessagesSteerer = Annotated[Caller, Depends(allowed(Operation.MESSAGES_STEER))]


@router.get(CALLS)
def calls(request: Request, world: WorldDep, desk: DeskDep, caller: CallHandler) -> Response:
    """Show the call list, most urgent first."""
    return screen(request, world, caller, "planner/calls.html", calls=list_calls(desk))


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
