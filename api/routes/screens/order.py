"""The queue with the reasons for its order, and overrides: one person proposes, another approves."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from api.identity import allowed
from api.routes.dependencies import NowDep, WorldDep
from api.screens import screen
from mobile_passport.documents.rank_words import override_sentence
from mobile_passport.documents.words import CATEGORIES
from mobile_passport.domain.access import Caller, Operation, may
from mobile_passport.domain.override import OverrideKind
from mobile_passport.domain.refusal import NotFound, Stale
from mobile_passport.services.audit.overrides import (
    OverrideNotAllowed,
    OverrideOpen,
    SelfApproval,
    approve_override,
    list_overrides,
    propose_override,
    reject_override,
    withdraw_override,
)
from mobile_passport.services.requests.show_queue import show_queue
from mobile_passport.services.world import World

router = APIRouter(include_in_schema=False)

PATH = "/antrean"
_SEE_OTHER = 303

Reader = Annotated[Caller, Depends(allowed(Operation.PLANS_COMPARE))]
Proposer = Annotated[Caller, Depends(allowed(Operation.OVERRIDES_PROPOSE))]
Approver = Annotated[Caller, Depends(allowed(Operation.OVERRIDES_APPROVE))]


@router.get(PATH)
def queue(request: Request, world: WorldDep, caller: Reader, now: NowDep) -> Response:
    """Show the queue; who may propose overrides sees those with their reasons."""
    return _page(request, world, caller, now)


@router.post(f"{PATH}/usul")
def proposed(
    request: Request,
    world: WorldDep,
    caller: Proposer,
    now: NowDep,
    reference: Annotated[str, Form(max_length=40)],
    kind: Annotated[OverrideKind, Form()],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Propose to move a request."""
    try:
        propose_override(world, reference.strip(), kind, reason, caller=caller, now=now)
    except (OverrideNotAllowed, OverrideOpen, NotFound) as refusal:
        return _page(request, world, caller, now, refused=refusal.code, typed=(reference, kind.value, reason))
    return RedirectResponse(PATH, _SEE_OTHER)


@router.post(f"{PATH}/{{override_id}}/setuju")
def approved(request: Request, override_id: UUID, world: WorldDep, caller: Approver, now: NowDep) -> Response:
    """Put a proposal in force."""
    try:
        approve_override(world, override_id, caller=caller, now=now)
    except (SelfApproval, Stale) as refusal:
        return _page(request, world, caller, now, refused=refusal.code)
    return RedirectResponse(PATH, _SEE_OTHER)


@router.post(f"{PATH}/{{override_id}}/tolak")
def rejected(request: Request, override_id: UUID, world: WorldDep, caller: Approver, now: NowDep) -> Response:
    """Turn a proposal down."""
    try:
        reject_override(world, override_id, caller=caller, now=now)
    except Stale as refusal:
        return _page(request, world, caller, now, refused=refusal.code)
    return RedirectResponse(PATH, _SEE_OTHER)


@router.post(f"{PATH}/{{override_id}}/cabut")
def withdrawn(request: Request, override_id: UUID, world: WorldDep, caller: Proposer, now: NowDep) -> Response:
    """Take an override back."""
    try:
        withdraw_override(world, override_id, caller=caller, now=now)
    except Stale as refusal:
        return _page(request, world, caller, now, refused=refusal.code)
    return RedirectResponse(PATH, _SEE_OTHER)


def _page(
    request: Request,
    world: World,
    caller: Caller,
    now: NowDep,
    *,
    refused: str = "",
    typed: tuple[str, str, str] = ("", "", ""),
) -> Response:
    rules = world.rulebook.rank
    return screen(
        request,
        world,
        caller,
        "planner/order.html",
        status_code=409 if refused else 200,
        queue=show_queue(world, now=now),
        categories=CATEGORIES,
        overrides=list_overrides(world, caller=caller) if may(caller.role, Operation.OVERRIDES_PROPOSE) else (),
        sentences={kind.value: override_sentence(kind, rules) for kind in OverrideKind if rules.override(kind)},
        refused=refused,
        typed=typed,
    )
