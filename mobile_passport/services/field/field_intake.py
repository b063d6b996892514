"""Which operations of a device count: what is held until it is complete, and what a supervisor has to see first."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.field import FieldOperation, OperationType, complaint_about
from mobile_passport.persistence.field.field_devices import FieldDevice, FieldDevices
from mobile_passport.persistence.field.field_operations import (
    FieldOperations,
    OperationState,
    PersonDay,
    StoredOperation,
    Subject,
)
from mobile_passport.persistence.field.field_subjects import FieldSubjects
from mobile_passport.services.world import World


class Intake:
    """Stores operations of one device and lets count what may.

    Parameters
    ----------
    device
        Locked, or no other transaction may be at it.

    Attributes
    ----------
    watermark
        Every operation of the device up to this number is stored.
    touched
        People of whom something new counts, and where they were expected.
    """

    def __init__(self, session: Session, world: World, device: FieldDevice, *, now: datetime) -> None:
        self._operations = FieldOperations(session, world.vault, world.kanim)
        self._devices = FieldDevices(session, world.kanim)
        self._subjects = FieldSubjects(session, world.vault, world.kanim, world.rulebook.office.zone)
        self._device = device
        self._now = now
        self.watermark = device.watermark
        self._complete_to = max(device.watermark, self._operations.forced_up_to(device.id))
        self.touched: dict[PersonDay, str] = {}

    def store(self, new: Collection[FieldOperation], *, clock_ahead_s: int) -> dict[UUID, OperationState]:
        """Store operations with new ids, let go what waited for them, and move the watermark.

        Parameters
        ----------
        clock_ahead_s
            Clock of the device minus ours, seconds.
        """
        stored = {operation.device_seq for operation in new}
        stored.update(self._operations.sequence_after(self._device.id, self.watermark))
        self.watermark = _without_gap(self.watermark, stored)
        self._complete_to = _without_gap(max(self._complete_to, self.watermark), stored)
        classified = self._classify(new)
        for operation in new:
            state, subject = classified[operation.op_id]
            self._operations.add(
                StoredOperation(
                    operation=operation,
                    subject=subject,
                    state=state,
                    received_at=self._now,
                    clock_ahead_s=clock_ahead_s,
                    is_forced=False,
                )
            )
            self._note(state, subject)
        self.release(self._operations.held(device_id=self._device.id))
        self._devices.note_received(self._device.id, watermark=self.watermark, now=self._now)
        return {op_id: state for op_id, (state, _) in classified.items()}

    def release(self, held: Sequence[StoredOperation], *, is_forced: bool = False) -> None:
        """Look again at what is held. When forced, a gap is no reason to wait any more."""
        classified = self._classify([one.operation for one in held], is_forced=is_forced)
        for one in held:
            state, subject = classified[one.operation.op_id]
            if state is not one.state or is_forced:
                self._operations.settle(one.operation.op_id, state=state, subject=subject, is_forced=is_forced)
                self._note(state, subject)

    def _classify(
        self, operations: Collection[FieldOperation], *, is_forced: bool = False
    ) -> dict[UUID, tuple[OperationState, Subject | None]]:
        people = self._subjects.of_appointments(one.appointment_id for one in operations if one.appointment_id)
        stops = {one.stop for one in operations if one.stop} | {subject.stop for subject in people.values()}
        teams = self._subjects.teams_of(stops)

        def classify(one: FieldOperation) -> tuple[OperationState, Subject | None]:
            subject = people.get(one.appointment_id) if one.appointment_id else None
            if one.stop in teams:
                subject = Subject(stop=one.stop, applicant_id=None)
            if self._device.revoked_at:
                return OperationState.REVOKED, subject
            if one.type is OperationType.RESOLVE or complaint_about(one):
                return OperationState.UNREADABLE, subject
            if one.device_seq > self._complete_to and not is_forced:
                return OperationState.GAP, subject
            if subject is None:
                return OperationState.UNKNOWN, None
            is_own = self._device.team in teams.get(subject.stop, frozenset())
            return (OperationState.APPLIED if is_own else OperationState.FOREIGN), subject

        return {one.op_id: classify(one) for one in operations}

    def _note(self, state: OperationState, subject: Subject | None) -> None:
        if state is OperationState.APPLIED and subject and subject.person_day:
            self.touched[subject.person_day] = subject.stop.visit


def _without_gap(start: int, stored: set[int]) -> int:
    while start + 1 in stored:
        start += 1
    return start
