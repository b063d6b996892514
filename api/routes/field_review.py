"""What a supervisor sees of the field and decides: phones, disagreements, what was kept apart."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api.field_views import review_out
from api.idempotency import OnceDep, Reply
from api.identity import allowed
from api.problems import problems
from api.routes.dependencies import NowDep, WorldDep
from api.schemas.field import AdmissionOut, DeviceOut, FieldReviewOut, ResolutionIn
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.field.field_operations import OperationState
from mobile_passport.services.field.field_devices import list_devices, revoke_device
from mobile_passport.services.field.resolve_field import admit_operation, resolve_field, review_field
from mobile_passport.services.world import World

router = APIRouter(prefix="/api/v1/field", tags=["field"])

Resolver = Annotated[Caller, Depends(allowed(Operation.OUTCOMES_RESOLVE))]


@router.get("/review", operation_id="review_field", responses=problems())
def review(world: WorldDep, caller: Resolver) -> FieldReviewOut:
    """Return what phones disagree about, and what was kept apart."""
    return review_out(review_field(world, caller))


@router.post(
    "/resolutions", operation_id="resolve_dispute", response_model=FieldReviewOut, responses=problems(404, 409, 412)
)
def resolve(decision: ResolutionIn, once: OnceDep, caller: Resolver) -> Response:
    """Decide what became of a person; a later report that says otherwise opens it again. Returns what is left."""

    def work(world: World) -> Reply:
        resolve_field(
            world,
            caller,
            appointment_id=decision.appointment_id,
            op_ids=frozenset(decision.op_ids),
            outcome=decision.outcome,
            reason=decision.reason,
            text=Secret(decision.text) if decision.text else None,
            now=once.now,
        )
        return Reply(body=review_out(review_field(world, caller)))

    return once.answer(caller, work)


@router.post(
    "/operations/{op_id}/admission",
    operation_id="admit_operation",
    response_model=AdmissionOut,
    responses=problems(404),
)
def admit(op_id: UUID, once: OnceDep, caller: Resolver) -> Response:
    """Let an operation count that was kept apart because of who sent it."""

    def work(world: World) -> Reply:
        state = admit_operation(world, caller, op_id=op_id, now=once.now)
        return Reply(body=AdmissionOut(counts=state is OperationState.APPLIED))

    return once.answer(caller, work)


@router.get("/devices", operation_id="list_devices", responses=problems())
def devices(world: WorldDep, caller: Resolver) -> tuple[DeviceOut, ...]:
    """Return all phones, the last enrolled first."""
    return tuple(DeviceOut.model_validate(device) for device in list_devices(world, caller))


@router.delete("/devices/{device_id}", operation_id="revoke_device", status_code=204, responses=problems(404))
def revoke(device_id: UUID, world: WorldDep, caller: Resolver, now: NowDep) -> Response:
    """Revoke a lost phone. What it still sends is kept apart."""
    revoke_device(world, caller, device_id=device_id, now=now)
    return Response(status_code=204)
