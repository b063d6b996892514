"""Bodies of the field team: what a phone takes along, what it sends, and what a supervisor decides."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, SecretStr, StringConstraints, model_validator

from api.schemas.base import PointOut, Schema
from mobile_passport.domain.field import (
    LONGEST_NOTE,
    FieldOperation,
    OperationType,
    Outcome,
    OutcomeReason,
    Payload,
    StopKey,
)
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.services.field.record_field import Verdict

LARGEST_BATCH = 200
_LARGEST_NUMBER = 2**31 - 1


def _is_stop(text: str) -> str:
    StopKey.parse(text)
    return text


StopName = Annotated[
    str,
    StringConstraints(max_length=80),
    AfterValidator(_is_stop),
    Field(description="A stop of a day.", examples=["2026-12-01/K-002"]),
]
Count = Annotated[int, Field(ge=0, le=_LARGEST_NUMBER)]
NoteText = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NOTE)]


class DeviceIn(Schema):
    """A phone as it introduces itself. The key is 256 random bits in hexadecimal digits, made by the phone."""

    key: Annotated[SecretStr, Field(min_length=64, max_length=64)]
    label: Annotated[str, StringConstraints(min_length=1, max_length=80)]


class DeviceOut(Schema):
    """A phone that is enrolled."""

    id: UUID
    team: str | None
    label: str
    enrolled_at: datetime
    seen_at: datetime
    revoked_at: datetime | None
    watermark: int


class FieldSessionOut(Schema):
    """Who is signed in on the phone, and what changes have to carry in the header X-CSRF-Token."""

    login: str
    team: str | None
    csrf: str


class PayloadIn(Schema):
    """What an operation says beyond its type.

    ``reason``: of incomplete, deferred and refused. ``target``: what is voided. ``text``: a note, or why it is voided.
    """

    reason: OutcomeReason | None = None
    target: UUID | None = None
    text: NoteText | None = None


class OperationIn(Schema):
    """One fact. It names an appointment or a stop, exactly one of them.

    ``device_seq`` counts a phone's operations from 1 without gaps; ``base_version`` and ``plan_version`` are those of
    the package that the phone showed.
    """

    op_id: UUID
    device_seq: Annotated[int, Field(ge=1, le=_LARGEST_NUMBER)]
    appointment_id: UUID | None = None
    stop: StopName | None = None
    base_version: Count
    plan_version: Count
    type: OperationType
    payload: PayloadIn = PayloadIn()
    device_time: AwareDatetime

    @model_validator(mode="after")
    def _names_one_thing(self) -> "OperationIn":
        if (self.appointment_id is None) == (self.stop is None):
            raise ValueError("name an appointment or a stop, exactly one of them")
        return self

    def of(self, device_id: UUID) -> FieldOperation:
        """Return the operation as one of a device."""
        return FieldOperation(
            op_id=self.op_id,
            device_id=device_id,
            device_seq=self.device_seq,
            appointment_id=self.appointment_id,
            stop=StopKey.parse(self.stop) if self.stop else None,
            base_version=self.base_version,
            plan_version=self.plan_version,
            type=self.type,
            payload=Payload(
                reason=self.payload.reason,
                target=self.payload.target,
                text=Secret(self.payload.text) if self.payload.text else None,
            ),
            device_time=self.device_time,
        )


class BatchIn(Schema):
    """Operations of one phone, in any order and as often as it likes."""

    sent_at: AwareDatetime
    operations: Annotated[tuple[OperationIn, ...], Field(max_length=LARGEST_BATCH)]


class ReceiptOut(Schema):
    """Result of one operation: 201 new, 200 repeated, 409 another content under this id, 202 stored and held."""

    op_id: UUID
    status: int
    verdict: Verdict


class BatchOut(Schema):
    """Results in the order sent. Every operation up to ``watermark`` is stored for good."""

    watermark: int
    receipts: tuple[ReceiptOut, ...]


class ReportOut(Schema):
    """What was reported of a person by all phones. Disputed: phones disagree, a supervisor decides."""

    is_present: bool
    outcome: Outcome | None
    reason: OutcomeReason | None
    is_disputed: bool
    notes: tuple[str, ...]


class FieldPersonOut(Schema):
    """One person of a stop. Of the NIK only the last four digits travel."""

    appointment_id: UUID
    slot_at: datetime
    name: str
    nik_tail: str
    age: int
    passport_case: str
    needs: tuple[str, ...]
    documents: tuple[str, ...]
    party: str | None
    request: str
    is_follow_up: bool
    report: ReportOut


class FieldStopOut(Schema):
    """One stop with its people in the order of their times."""

    key: str
    visit: str
    kind: VisitKind
    place: str
    position: PointOut
    arrival_at: datetime
    starts_at: datetime
    ends_at: datetime
    first_slot_at: datetime
    last_expected_at: datetime
    is_surveyed: bool
    addresses: tuple[str, ...]
    contacts: tuple[tuple[str, str], ...]
    people: tuple[FieldPersonOut, ...]
    arrived_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    notes: tuple[str, ...]


class FieldDayOut(Schema):
    """One team's day."""

    date: date
    leaves_at: datetime
    back_at: datetime
    distance_m: int
    travel_is_estimate: bool
    directions_url: str
    stops: tuple[FieldStopOut, ...]


class DayPackageOut(Schema):
    """Today and tomorrow of one team."""

    office_name: str
    office_phone: str
    depot_label: str
    depot: PointOut
    team: str
    team_label: str
    timezone: str
    plan_version: int
    version: int
    watermark: int
    made_at: datetime
    days: tuple[FieldDayOut, ...]


class EnrolledOut(Schema):
    """A phone as it is known now, and what it asks for first: the days of its team."""

    device: DeviceOut
    days: DayPackageOut


class DayMapOut(Schema):
    """The route of a day: one ``<svg>`` element that needs no network."""

    svg: str


class WalkInIn(Schema):
    """Somebody without an appointment."""

    stop: StopName
    nik: Annotated[SecretStr, Field(min_length=16, max_length=16)]


class ResolutionIn(Schema):
    """A decision. ``op_ids``: every statement that the supervisor saw; none where nobody reported anything."""

    appointment_id: UUID
    op_ids: Annotated[tuple[UUID, ...], Field(max_length=50)]
    outcome: Outcome
    reason: OutcomeReason | None = None
    text: NoteText | None = None


class StatementOut(Schema):
    """What one phone, or one decision, says of a person."""

    op_id: UUID
    appointment_id: UUID | None
    device: str
    type: OperationType
    outcome: Outcome | None
    reason: OutcomeReason | None
    device_time: datetime


class DisputedOut(Schema):
    """A person about whom phones disagree."""

    name: str
    nik_tail: str
    service_date: date
    visit: str
    statements: tuple[StatementOut, ...]


class KeptApartOut(Schema):
    """An operation that does not count until somebody looked at it."""

    op_id: UUID
    device: str
    type: OperationType
    state: str
    is_forced: bool
    received_at: datetime


class FieldReviewOut(Schema):
    """What waits for a supervisor."""

    disputed: tuple[DisputedOut, ...]
    kept_apart: tuple[KeptApartOut, ...]


class AdmissionOut(Schema):
    """Whether the operation counts now; it cannot while nobody knows whom it is about."""

    counts: bool
