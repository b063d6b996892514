"""A team on the road, its phones and its supervisor."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from mobile_passport.domain.access import Caller, Role, Scope
from mobile_passport.domain.field import FieldOperation, OperationType, OutcomeReason, Payload, StopKey
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.field.field_outcomes import FieldOutcome, FieldOutcomes
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow
from mobile_passport.services.field.field_devices import enrol_device
from mobile_passport.services.field.record_field import BatchReceipt, record_operations
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.world import World

MORNING = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)  # 09.00 WIB, where the day does not matter


@dataclass(frozen=True)
class Trip:
    """Where a team goes first with people of one kind, by the plan that holds.

    Attributes
    ----------
    morning
        09.00 WIB of the day.
    """

    team: str
    stop: StopKey
    morning: datetime

    @property
    def day(self) -> date:
        """The day of service."""
        return self.stop.service_date


def first_trip(world: World, kind: VisitKind = VisitKind.COLLECTIVE) -> Trip:
    """Find it; which day and team it is, the planner decides."""
    view = show_plan(world)
    assert view
    day, route, stop = next(
        (day, route, stop) for day in view.days for route in day.routes for stop in route.stops if stop.kind is kind
    )
    return Trip(
        team=route.team,
        stop=StopKey(service_date=day.date, visit=stop.visit),
        morning=datetime.combine(day.date, time(9), world.rulebook.office.zone),
    )


@dataclass
class Phone:
    """A phone: counts what it writes down, and sends it when told to."""

    world: World
    caller: Caller
    id: UUID = field(default_factory=uuid4)
    key: Secret[str] = field(default_factory=lambda: Secret(uuid4().hex + uuid4().hex))
    written: int = 0

    def enrol(self) -> "Phone":
        """Make the phone known."""
        enrol_device(self.world, self.caller, device_id=self.id, key=self.key, label="Ponsel", now=MORNING)
        return self

    def write(
        self,
        kind: OperationType,
        about: UUID | StopKey,
        *,
        at: datetime = MORNING,
        reason: OutcomeReason | None = None,
        text: str | None = None,
        target: UUID | None = None,
    ) -> FieldOperation:
        """Write an operation down."""
        self.written += 1
        return FieldOperation(
            op_id=uuid4(),
            device_id=self.id,
            device_seq=self.written,
            appointment_id=about if isinstance(about, UUID) else None,
            stop=about if isinstance(about, StopKey) else None,
            base_version=0,
            plan_version=1,
            type=kind,
            payload=Payload(reason=reason, target=target, text=Secret(text) if text else None),
            device_time=at + timedelta(minutes=self.written),
        )

    def send(self, *operations: FieldOperation, now: datetime = MORNING, ahead_s: int = 0) -> BatchReceipt:
        """Send operations in one batch."""
        return record_operations(
            self.world,
            self.caller,
            operations,
            device_id=self.id,
            key=self.key,
            sent_at=now + timedelta(seconds=ahead_s),
            now=now,
        )


class Team:
    """The team that goes to a hall first, or another one, with as many phones as a test wants."""

    def __init__(self, world: World, name: str | None = None) -> None:
        self.world = world
        self.trip = first_trip(world)
        self.hall = self.trip.stop
        self.caller = caller(world, Role.FIELD, team=name or self.trip.team)
        self.supervisor = caller(world, Role.SUPERVISOR)

    def phone(self) -> Phone:
        """A new phone of the team, enrolled."""
        return Phone(self.world, self.caller).enrol()

    def appointments(self) -> list[UUID]:
        """Appointments at the hall in the order of their times."""
        query = (
            select(AppointmentRow.id)
            .where(AppointmentRow.visit == self.hall.visit, AppointmentRow.status == "active")
            .order_by(AppointmentRow.slot_at, AppointmentRow.applicant_id)
        )
        with self.world.database.reading() as session:
            return list(session.scalars(query))

    def applicant_of(self, appointment: UUID) -> UUID:
        """The person of an appointment."""
        with self.world.database.reading() as session:
            return session.get_one(AppointmentRow, appointment).applicant_id

    def status_of(self, appointment: UUID) -> str:
        """Where the person of an appointment stands."""
        query = select(ApplicantRow.status).join(AppointmentRow, AppointmentRow.applicant_id == ApplicantRow.id)
        with self.world.database.reading() as session:
            return session.scalars(query.where(AppointmentRow.id == appointment)).one()

    def outcome_of(self, appointment: UUID) -> FieldOutcome | None:
        """What is known of the person of an appointment on the day of the hall."""
        person = self.applicant_of(appointment)
        with self.world.database.reading() as session:
            known = FieldOutcomes(session, self.world.kanim).of_people([person])
        return next((one for key, one in known.items() if key.service_date == self.trip.day), None)


def caller(world: World, role: Role, *, team: str | None = None) -> Caller:
    """Somebody who is signed in."""
    return Caller(
        account_id=uuid4(),
        login=f"{role.value}-{team or 'office'}",
        role=role,
        scope=Scope(kanim=world.kanim, team=team),
    )


def renamed(operation: FieldOperation, **changes: object) -> FieldOperation:
    """The same operation with other content."""
    return replace(operation, **changes)  # type: ignore[arg-type]
