"""What a supervisor decides: between phones that disagree, and about what was kept apart."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.field import (
    FieldOperation,
    OperationType,
    Outcome,
    OutcomeReason,
    Payload,
    complaint_about,
    outcome_of,
)
from mobile_passport.domain.field_state import person_state
from mobile_passport.domain.refusal import Conflict, NotFound, Stale
from mobile_passport.domain.secret import Secret, mask_name
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.field.field_devices import FieldDevice, FieldDevices
from mobile_passport.persistence.field.field_operations import (
    QUARANTINED,
    FieldOperations,
    OperationState,
    PersonDay,
    StoredOperation,
    Subject,
)
from mobile_passport.persistence.field.field_outcomes import FieldOutcomes
from mobile_passport.persistence.field.field_subjects import FieldSubjects
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.retrying import transact
from mobile_passport.services.field.field_outcomes import work_out
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """A person about whom phones disagree, and the statements that a decision has to name."""

    applicant_id: UUID
    name: str
    nik_tail: str
    service_date: date
    visit: str
    statements: tuple[FieldOperation, ...]

    @property
    def claims(self) -> frozenset[tuple[Outcome | None, OutcomeReason | None]]:
        """What phones say became of the person, with their reasons."""
        return frozenset((outcome_of(one), one.payload.reason) for one in self.statements)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReview:
    """What waits for a supervisor.

    Attributes
    ----------
    kept_apart
        Operations of revoked phones or about other teams' people, unreadable ones, and those of an appointment that
        stayed unknown.
    devices
        Labels of the devices that are named, by id.
    """

    disputed: tuple[Disputed, ...]
    kept_apart: tuple[StoredOperation, ...]
    devices: dict[UUID, str]


def review_field(world: World, caller: Caller) -> FieldReview:
    """Return what waits for a supervisor, oldest day first."""
    with world.database.reading(caller.scope) as session:
        disputed = FieldOutcomes(session, world.kanim).disputed()
        operations = FieldOperations(session, world.vault, world.kanim)
        reported = operations.of_people({one.person for one in disputed})
        known = Requests(session, world.vault, world.kanim).on_sheet({one.person.applicant_id for one in disputed})
        return FieldReview(
            disputed=tuple(
                Disputed(
                    applicant_id=one.person.applicant_id,
                    name=mask_name(known[one.person.applicant_id].name.reveal()),
                    nik_tail=known[one.person.applicant_id].nik.reveal()[-4:],
                    service_date=one.person.service_date,
                    visit=one.visit,
                    statements=person_state(reported[one.person]).statements,
                )
                for one in disputed
            ),
            kept_apart=operations.to_review(),
            devices={device.id: device.label for device in FieldDevices(session, world.kanim).all()},
        )


def resolve_field(
    world: World,
    caller: Caller,
    *,
    appointment_id: UUID,
    op_ids: frozenset[UUID],
    outcome: Outcome,
    reason: OutcomeReason | None,
    text: Secret[str] | None,
    now: datetime,
) -> None:
    """Decide what became of a person; a later report that says otherwise opens the question again.

    Parameters
    ----------
    op_ids
        Every statement that the supervisor saw; none for a person of whom no phone reported anything.

    Raises
    ------
    NotFound, Stale, Conflict
        For an unknown appointment, for statements that are not those of this moment, for a reason that does not fit.
    """

    def work(session: Session) -> None:
        subject, person = _person_of(session, world, appointment_id)
        operations = FieldOperations(session, world.vault, world.kanim)
        statements = person_state(operations.of_people([person])[person]).statements
        if {one.op_id for one in statements} != op_ids:
            raise Stale("something else was reported in between; look at it again, then decide")
        desk = _desk_of(session, world, caller, now)
        decision = FieldOperation(
            op_id=uuid4(),
            device_id=desk.id,
            device_seq=desk.watermark + 1,
            appointment_id=appointment_id,
            base_version=operations.count(),
            plan_version=0,
            type=OperationType.RESOLVE,
            payload=Payload(outcome=outcome, reason=reason, op_ids=tuple(sorted(op_ids)), text=text),
            device_time=now,
        )
        if complaint := complaint_about(decision):
            raise Conflict(f"the decision {complaint}")
        operations.add(
            StoredOperation(
                operation=decision,
                subject=subject,
                state=OperationState.APPLIED,
                received_at=now,
                clock_ahead_s=0,
                is_forced=False,
            )
        )
        FieldDevices(session, world.kanim).note_received(desk.id, watermark=decision.device_seq, now=now)
        _audit(session, world, caller, "resolve_outcome", decision.op_id, {"outcome": outcome.value}, now)
        work_out(session, world, {person: subject.stop.visit}, actor=caller.login, now=now)

    transact(world.database, work, scope=caller.scope)


def admit_operation(world: World, caller: Caller, *, op_id: UUID, now: datetime) -> OperationState:
    """Let an operation count that was kept apart because of who sent it.

    Returns
    -------
    OperationState
        ``unknown`` when nobody knows whom it is about.

    Raises
    ------
    NotFound
        When no readable operation with this id is kept apart.
    """

    def work(session: Session) -> OperationState:
        operations = FieldOperations(session, world.vault, world.kanim)
        stored = operations.find([op_id]).get(op_id)
        if stored is None or stored.state not in QUARANTINED or stored.state is OperationState.UNREADABLE:
            raise NotFound("no operation with this id is kept apart")
        subject = stored.subject
        state = OperationState.APPLIED if subject else OperationState.UNKNOWN
        operations.settle(op_id, state=state, subject=subject, is_forced=stored.is_forced)
        _audit(session, world, caller, "admit_operation", op_id, {"from": stored.state.value}, now)
        if subject and subject.person_day:
            work_out(session, world, {subject.person_day: subject.stop.visit}, actor=caller.login, now=now)
        return state

    return transact(world.database, work, scope=caller.scope)


def _person_of(session: Session, world: World, appointment_id: UUID) -> tuple[Subject, PersonDay]:
    subjects = FieldSubjects(session, world.vault, world.kanim, world.rulebook.office.zone)
    subject = subjects.of_appointments([appointment_id]).get(appointment_id)
    person = subject.person_day if subject else None
    if subject is None or person is None:
        raise NotFound("there is no such appointment")
    subjects.lock([person.applicant_id])
    return subject, person


def _desk_of(session: Session, world: World, caller: Caller, now: datetime) -> FieldDevice:
    devices = FieldDevices(session, world.kanim)
    desk = FieldDevice(
        id=caller.account_id,
        account_id=caller.account_id,
        team=None,
        label="desk",
        key_hash=None,
        enrolled_at=now,
        seen_at=now,
        revoked_at=None,
        watermark=0,
    )
    devices.add(desk)
    return devices.find(caller.account_id, is_locked=True) or desk


def _audit(
    session: Session, world: World, caller: Caller, action: str, op_id: UUID, detail: dict[str, str], now: datetime
) -> None:
    write_audit(
        session, kanim=world.kanim, at=now, actor=caller.login, action=action, subject=str(op_id), detail=detail
    )
