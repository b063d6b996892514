"""What the telephones of field teams ask and send."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from api.field_views import map_of, package_out, session_out
from api.idempotency import OnceDep, Reply
from api.identity import allowed
from api.plan_reader import HeldPlan
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """The phone that asks, by what it sends in its headers."""

    device_id: UUID
    key: Secret[str]


def _phone(
    device_id: Annotated[UUID, Header(alias="X-Device-Id", description="The phone, as it was enrolled.")],
    device_key: Annotated[
        str, Header(alias="X-Device-Key", min_length=64, max_length=64, description="The phone's own key.")
    ],
) -> Phone:
    return Phone(device_id=device_id, key=Secret(device_key))


def _current(plans: PlansDep) -> HeldPlan | None:
    return plans.whole()


def _keep_nowhere(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


PhoneDep = Annotated[Phone, Depends(_phone)]
CurrentDep = Annotated[HeldPlan | None, Depends(_current)]
KEPT_NOWHERE = Depends(_keep_nowhere)
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


@router.put("/devices/{device_id}", operation_id="enrol_device", responses=problems(409), dependencies=[KEPT_NOWHERE])
def enrol(
    device_id: UUID, device: DeviceIn, world: WorldDep, current: CurrentDep, caller: Recorder, now: NowDep
) -> EnrolledOut:
    """Enrol a phone for the account that is signed in on it, and send its days along. Repeats are welcome."""
    phone = Phone(device_id=device_id, key=Secret(device.key.get_secret_value()))
    enrolled = enrol_device(world, caller, device_id=device_id, key=phone.key, label=device.label, now=now)
    sent = days(world, current, caller, now, phone)
    return EnrolledOut(device=DeviceOut.model_validate(enrolled), days=sent)


@router.get("/days", operation_id="read_field_days", responses=problems(404), dependencies=[KEPT_NOWHERE])
def days(world: WorldDep, current: CurrentDep, caller: Recorder, now: NowDep, phone: PhoneDep) -> DayPackageOut:
    """Return today and tomorrow of the team: route, people, needs, documents, contacts."""
    view = current.view if current else None
    return package_out(field_days(world, view, caller, device_id=phone.device_id, key=phone.key, now=now))


@router.get("/days/{day}/map", operation_id="read_field_map", responses=problems(404), dependencies=[KEPT_NOWHERE])
def map_of_day(
    day: date,
    world: WorldDep,
    plans: PlansDep,
    current: CurrentDep,
    caller: Recorder,
    now: NowDep,
    phone: PhoneDep,
) -> DayMapOut:
    """Return the route of a day as a drawing. It weighs more than the day itself, so it is asked for on its own."""
    view = current.view if current else None
    route = field_route(world, view, caller, day=day, device_id=phone.device_id, key=phone.key, now=now)
    if route is None or current is None:
        raise NotFound("your team does not go out on this day")
    depot, basemap = world.rulebook.office.depot.position, plans.basemap()
    return DayMapOut(svg=current.once(f"{route.team}/{day}", lambda: map_of(route, depot, basemap)))


@router.post("/operations", operation_id="record_operations", responses=problems(404))
def operations(batch: BatchIn, world: WorldDep, caller: Recorder, now: NowDep, phone: PhoneDep) -> BatchOut:
    """Take operations in any order, each with a result of its own. Their ids make repeats harmless."""
    taken = record_operations(
        world,
        caller,
        [operation.of(phone.device_id) for operation in batch.operations],
        device_id=phone.device_id,
        key=phone.key,
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
def walk_in(asked: WalkInIn, once: OnceDep, caller: Recorder, phone: PhoneDep) -> Response:
    """Give a free place of today to somebody who waits in the queue and came without an appointment."""

    def work(world: WorldDep) -> Reply:
        person = walk_in_field(
            world,
            caller,
            stop=StopKey.parse(asked.stop),
            nik=Secret(asked.nik.get_secret_value()),
            device_id=phone.device_id,
            key=phone.key,
            now=once.now,
        )
        return Reply(body=FieldPersonOut.model_validate(person))

    return once.answer(caller, work)
