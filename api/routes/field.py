"""What the telephones of field teams ask and send."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from api.field_views import map_of, package_out, session_out
from api.idempotency import OnceDep, Reply
from api.identity import allowed
from api.problems import problems
from api.routes.dependencies import NowDep, PlansDep, WorldDep
from api.schemas.field import (
    BatchIn,
    BatchOut,
    DayMapOut,
    DayPackageOut,
    DeviceIn,
    DeviceOut,
    EnrolledOut,
    FieldPersonOut,
    FieldSessionOut,
    ReceiptOut,
    WalkInIn,
)
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.domain.field import StopKey
from mobile_passport.domain.refusal import NotFound
from mobile_passport.domain.secret import Secret
from mobile_passport.services.field.field_day import field_days, field_route
from mobile_passport.services.field.field_devices import enrol_device
from mobile_passport.services.field.record_field import Verdict, record_operations
from mobile_passport.services.field.walk_in_field import walk_in_field

router = APIRouter(prefix="/api/v1/field", tags=["field"])

Recorder = Annotated[Caller, Depends(allowed(Operation.OUTCOMES_RECORD))]
DeviceId = Annotated[UUID, Header(alias="X-Device-Id", description="The phone, as it was enrolled.")]
DeviceKey = Annotated[
    str, Header(alias="X-Device-Key", min_length=64, max_length=64, description="The phone's own key.")
]
_STATUS = {
    Verdict.NEW: 201,
    Verdict.REPEAT: 200,
    Verdict.CONTRADICTION: 409,
    Verdict.HELD: 202,
    Verdict.QUARANTINED: 202,
}


@router.get("/session", operation_id="read_field_session", responses=problems())
def who_is_signed_in(request: Request, world: WorldDep, caller: Recorder) -> FieldSessionOut:
    """Tell a page that was loaded without network who is signed in, and its token for changes."""
    return session_out(request, world, caller)


@router.put("/devices/{device_id}", operation_id="enrol_device", responses=problems(409))
def enrol(
    response: Response,
    device_id: UUID,
    device: DeviceIn,
    world: WorldDep,
    plans: PlansDep,
    caller: Recorder,
    now: NowDep,
) -> EnrolledOut:
    """Enrol a phone for the account that is signed in on it, and send its days along. Repeats are welcome."""
    key = Secret(device.key.get_secret_value())
    enrolled = enrol_device(world, caller, device_id=device_id, key=key, label=device.label, now=now)
    response.headers["Cache-Control"] = "no-store"
    held = plans.whole()
    package = field_days(world, held.view if held else None, caller, device_id=device_id, key=key, now=now)
    return EnrolledOut(device=DeviceOut.model_validate(enrolled), days=package_out(package))


@router.get("/days", operation_id="read_field_days", responses=problems(404))
def days(
    response: Response,
    world: WorldDep,
    plans: PlansDep,
    caller: Recorder,
    now: NowDep,
    device_id: DeviceId,
    device_key: DeviceKey,
) -> DayPackageOut:
    """Return today and tomorrow of the team: route, people, needs, documents, contacts."""
    response.headers["Cache-Control"] = "no-store"
    held = plans.whole()
    view = held.view if held else None
    return package_out(field_days(world, view, caller, device_id=device_id, key=Secret(device_key), now=now))


@router.get("/days/{day}/map", operation_id="read_field_map", responses=problems(404))
def map_of_day(
    response: Response,
    day: date,
    world: WorldDep,
    plans: PlansDep,
    caller: Recorder,
    now: NowDep,
    device_id: DeviceId,
    device_key: DeviceKey,
) -> DayMapOut:
    """Return the route of a day as a drawing. It weighs more than the day itself, so it is asked for on its own."""
    response.headers["Cache-Control"] = "no-store"
    held = plans.whole()
    view = held.view if held else None
    route = field_route(world, view, caller, day=day, device_id=device_id, key=Secret(device_key), now=now)
    if route is None or held is None:
        raise NotFound("your team does not go out on this day")
    depot, basemap = world.rulebook.office.depot.position, plans.basemap()
    return DayMapOut(svg=held.once(f"{route.team}/{day}", lambda: map_of(route, depot, basemap)))


@router.post("/operations", operation_id="record_operations", responses=problems(404))
def operations(
    batch: BatchIn, world: WorldDep, caller: Recorder, now: NowDep, device_id: DeviceId, device_key: DeviceKey
) -> BatchOut:
    """Take operations in any order, each with a result of its own. Their ids make repeats harmless."""
    taken = record_operations(
        world,
        caller,
        [operation.of(device_id) for operation in batch.operations],
        device_id=device_id,
        key=Secret(device_key),
        sent_at=batch.sent_at,
        now=now,
    )
    return BatchOut(
        watermark=taken.watermark,
        receipts=tuple(
            ReceiptOut(op_id=one.op_id, status=_STATUS[one.verdict], verdict=one.verdict) for one in taken.receipts
        ),
    )


@router.post("/walk-ins", operation_id="admit_walk_in", response_model=FieldPersonOut, responses=problems(404, 409))
def walk_in(asked: WalkInIn, once: OnceDep, caller: Recorder, device_id: DeviceId, device_key: DeviceKey) -> Response:
    """Give a free place of today to somebody who waits in the queue and came without an appointment."""

    def work(world: WorldDep) -> Reply:
        person = walk_in_field(
            world,
            caller,
            stop=StopKey.parse(asked.stop),
            nik=Secret(asked.nik.get_secret_value()),
            device_id=device_id,
            key=Secret(device_key),
            now=once.now,
        )
        return Reply(body=FieldPersonOut.model_validate(person))

    return once.answer(caller, work)
