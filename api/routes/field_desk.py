"""The supervisor's page of the field: phones that disagree, what was kept apart, phones that are lost."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from api.identity import allowed
from api.routes.dependencies import NowDep, WorldDep
from api.screens import screen
from mobile_passport.documents import field_words
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.domain.field import Outcome, OutcomeReason
from mobile_passport.domain.refusal import Conflict, NotFound
from mobile_passport.services.field.field_devices import list_devices, revoke_device
from mobile_passport.services.field.resolve_field import admit_operation, resolve_field, review_field
from mobile_passport.services.world import World

router = APIRouter(include_in_schema=False)

_PAGE = "/tinjauan-lapangan"
_SEE_OTHER = 303
Resolver = Annotated[Caller, Depends(allowed(Operation.OUTCOMES_RESOLVE))]


@router.get(_PAGE)
def desk(request: Request, world: WorldDep, caller: Resolver) -> Response:
    """Show what waits for a decision."""
    return _desk(request, world, caller)


@router.post(f"{_PAGE}/keputusan")
def decide(
    request: Request,
    world: WorldDep,
    caller: Resolver,
    now: NowDep,
    appointment_id: Annotated[UUID, Form()],
    op_ids: Annotated[list[UUID], Form()],
    outcome: Annotated[Outcome, Form()],
    reason: Annotated[OutcomeReason | None, Form()] = None,
) -> Response:
    """Decide between phones; what came in meanwhile is shown instead."""
    try:
        resolve_field(
            world,
            caller,
            appointment_id=appointment_id,
            op_ids=frozenset(op_ids),
            outcome=outcome,
            reason=reason,
            text=None,
            now=now,
        )
    except (Conflict, NotFound):
        return _desk(request, world, caller, is_stale=True)
    return RedirectResponse(_PAGE, _SEE_OTHER)


@router.post(f"{_PAGE}/catatan/{{op_id}}")
def admit(request: Request, op_id: UUID, world: WorldDep, caller: Resolver, now: NowDep) -> Response:
    """Let an operation count that was kept apart."""
    try:
        admit_operation(world, caller, op_id=op_id, now=now)
    except NotFound:
        return _desk(request, world, caller, is_stale=True)
    return RedirectResponse(_PAGE, _SEE_OTHER)


@router.post(f"{_PAGE}/ponsel/{{device_id}}")
def revoke(device_id: UUID, world: WorldDep, caller: Resolver, now: NowDep) -> Response:
    """Revoke a lost phone."""
    revoke_device(world, caller, device_id=device_id, now=now)
    return RedirectResponse(_PAGE, _SEE_OTHER)


def _desk(request: Request, world: World, caller: Caller, *, is_stale: bool = False) -> Response:
    return screen(
        request,
        world,
        caller,
        "lapangan_tinjauan.html",
        status_code=409 if is_stale else 200,
        review=review_field(world, caller),
        devices=list_devices(world, caller),
        team_labels={team.id: team.label for team in world.rulebook.teams.teams},
        words=field_words,
        is_stale=is_stale,
    )
