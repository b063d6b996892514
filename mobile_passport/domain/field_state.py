"""What is true of a person and of a stop: a pure fold over the set of operations about them.

The order in which operations arrive, and how often, decides nothing. Of each device the statement with the highest
sequence number counts; devices that disagree are a conflict, which is shown and not guessed away. A supervisor's
decision stands for the operations it names, so any later one opens the question again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mobile_passport.domain.field import OUTCOMES, FieldOperation, OperationType, Outcome, OutcomeReason, outcome_of
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.status import ApplicantStatus, AppointmentStatus

_SAYS_PRESENT: Final = frozenset({OperationType.CHECK_IN, OperationType.WALK_IN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One note, as the phone wrote it."""

    op_id: UUID
    device_time: datetime
    text: Secret[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonState:
    """What is known of one person on one day.

    Attributes
    ----------
    is_present
        Somebody saw the person.
    outcome, reason
        ``None`` while nothing is known, or in dispute. Of several reasons for one outcome, that of the newest id.
    disputed
        Operations that disagree, in the order of their ids; empty when nobody does.
    statements
        Operations that the outcome rests on.
    """

    is_present: bool
    outcome: Outcome | None
    reason: OutcomeReason | None
    disputed: tuple[FieldOperation, ...]
    statements: tuple[FieldOperation, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopState:
    """When a stop was reached, begun and ended, by the clocks of the phones; ``None`` while not reported.

    Where phones differ, arrival and start are the earliest, the end is the latest.
    """

    arrived_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    notes: tuple[Note, ...]


def person_state(operations: Iterable[FieldOperation]) -> PersonState:
    """Fold the operations about one person on one day."""
    valid = _without_voided(operations)
    statements = _open_statements(valid)
    outcomes = [statement for statement in statements if outcome_of(statement)]
    seen = [statement for statement in statements if statement.type in _SAYS_PRESENT]
    claimed = {outcome_of(statement) for statement in outcomes}
    is_disputed = len(claimed) > 1 or (Outcome.ABSENT in claimed and bool(seen))
    newest = outcomes[-1] if outcomes and not is_disputed else None
    return PersonState(
        is_present=bool(seen) or bool(claimed - {Outcome.ABSENT}),
        outcome=outcome_of(newest) if newest else None,
        reason=newest.payload.reason if newest else None,
        disputed=statements if is_disputed else (),
        statements=statements,
        notes=_notes(valid),
    )


def stop_state(operations: Iterable[FieldOperation]) -> StopState:
    """Fold the operations about one stop."""
    valid = _without_voided(operations)

    def times(kind: OperationType) -> list[datetime]:
        return [operation.device_time for operation in _latest_of_devices(valid, frozenset({kind}))]

    return StopState(
        arrived_at=min(times(OperationType.ARRIVED), default=None),
        started_at=min(times(OperationType.STARTED), default=None),
        finished_at=max(times(OperationType.FINISHED), default=None),
        notes=_notes(valid),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """One revision of a person's appointment, and what the field reports about its day."""

    status: AppointmentStatus
    outcome: Outcome | None


def standing(revisions: Iterable[Promised]) -> ApplicantStatus:
    """Where a person stands by all that was promised and reported, oldest revision first, at least one.

    Who was served once is served, whatever was promised afterwards. Otherwise the newest promise decides: its outcome,
    and while there is none, whether it holds. One that was missed has let the person wait again.
    """
    history = tuple(revisions)
    if any(promised.outcome is Outcome.DONE for promised in history):
        return ApplicantStatus.SERVED
    newest = history[-1]
    if newest.status is AppointmentStatus.ACTIVE:
        return _STATUS[newest.outcome] if newest.outcome else ApplicantStatus.SCHEDULED
    return ApplicantStatus.WAITING


_STATUS = {
    Outcome.DONE: ApplicantStatus.SERVED,
    Outcome.ABSENT: ApplicantStatus.ABSENT,
    Outcome.INCOMPLETE: ApplicantStatus.INCOMPLETE,
    Outcome.DEFERRED: ApplicantStatus.DEFERRED,
    Outcome.REFUSED: ApplicantStatus.REFUSED,
}


def _without_voided(operations: Iterable[FieldOperation]) -> tuple[FieldOperation, ...]:
    """Drop what its own device took back later; one device cannot take back what another saw."""
    given = {operation.op_id: operation for operation in operations}
    voided = {
        target.op_id
        for void in given.values()
        if void.type is OperationType.VOID
        and void.payload.target
        and (target := given.get(void.payload.target))
        and target.device_id == void.device_id
        and target.device_seq < void.device_seq
        and target.type is not OperationType.VOID
    }
    return tuple(given[op_id] for op_id in sorted(given) if op_id not in voided)


def _open_statements(valid: tuple[FieldOperation, ...]) -> tuple[FieldOperation, ...]:
    """Latest statement of each device and every decision, without those that a decision stands for."""
    decisions = [operation for operation in valid if operation.type is OperationType.RESOLVE]
    settled = {op_id for decision in decisions for op_id in decision.payload.op_ids}
    latest = _latest_of_devices(valid, _SAYS_PRESENT | OUTCOMES.keys())
    statements = {operation.op_id: operation for operation in (*latest, *decisions) if operation.op_id not in settled}
    return tuple(statements[op_id] for op_id in sorted(statements))


def _latest_of_devices(valid: Iterable[FieldOperation], kinds: frozenset[OperationType]) -> tuple[FieldOperation, ...]:
    latest: dict[UUID, FieldOperation] = {}
    for operation in valid:
        known = latest.get(operation.device_id)
        if operation.type in kinds and (known is None or _place(known) < _place(operation)):
            latest[operation.device_id] = operation
    return tuple(latest.values())


def _place(operation: FieldOperation) -> tuple[int, UUID]:
    """Order on a device. The id breaks a tie that only a copied phone can make."""
    return operation.device_seq, operation.op_id


def _notes(valid: Iterable[FieldOperation]) -> tuple[Note, ...]:
    notes = [
        Note(op_id=operation.op_id, device_time=operation.device_time, text=operation.payload.text)
        for operation in valid
        if operation.type is OperationType.NOTE and operation.payload.text
    ]
    return tuple(sorted(notes, key=lambda note: (note.device_time, note.op_id)))
