"""What a field team reports: operations as facts, written on a phone without signal and received in any order.

An operation is never changed and never deleted; it is voided by another one. What is true of a person or a stop is
computed from the whole set of operations, see `mobile_passport.domain.field_state`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from mobile_passport.domain.secret import Secret

LONGEST_NOTE = 1_000
"""Characters of a note."""


class OperationType(StrEnum):
    """What is reported."""

    ARRIVED = "arrived"
    """The team is at the stop."""
    STARTED = "started"
    """The first person is served."""
    FINISHED = "finished"
    """The last person was served."""
    CHECK_IN = "check_in"
    """The person is there."""
    DONE = "done"
    """The person was served: interview and biometrics are recorded."""
    ABSENT = "absent"
    INCOMPLETE = "incomplete"
    """The person came, a document was missing or did not agree."""
    DEFERRED = "deferred"
    REFUSED = "refused"
    WALK_IN = "walk_in"
    """The person was not on the list and was given a free place."""
    NOTE = "note"
    VOID = "void"
    """An earlier operation of the same device was a mistake."""
    RESOLVE = "resolve"
    """A supervisor decides between named operations that disagree."""


class Outcome(StrEnum):
    """What became of one person on one day."""

    DONE = "done"
    ABSENT = "absent"
    INCOMPLETE = "incomplete"
    DEFERRED = "deferred"
    REFUSED = "refused"


class OutcomeReason(StrEnum):
    """Why a person was not served although they came."""

    DOCUMENT_MISSING = "document_missing"
    DATA_MISMATCH = "data_mismatch"
    QUESTIONING = "questioning"
    """A longer interview is needed."""
    OUTAGE = "outage"
    """Network, power or kit failed: no fault of the person."""
    NOT_ELIGIBLE = "not_eligible"
    FALSE_STATEMENT = "false_statement"
    OTHER = "other"
    """Said in a note."""


OUTCOMES = {OperationType(outcome.value): outcome for outcome in Outcome}
STOP_TYPES = frozenset({OperationType.ARRIVED, OperationType.STARTED, OperationType.FINISHED})
REASONS = {
    Outcome.INCOMPLETE: frozenset({OutcomeReason.DOCUMENT_MISSING, OutcomeReason.DATA_MISMATCH, OutcomeReason.OTHER}),
    Outcome.DEFERRED: frozenset({OutcomeReason.QUESTIONING, OutcomeReason.OUTAGE, OutcomeReason.OTHER}),
    Outcome.REFUSED: frozenset({OutcomeReason.NOT_ELIGIBLE, OutcomeReason.FALSE_STATEMENT, OutcomeReason.OTHER}),
}
"""Outcomes that need a reason, and the reasons that fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopKey:
    """One stop of one day; a visit keeps its name from one version of the plan to the next."""

    service_date: date
    visit: str

    def __str__(self) -> str:
        return f"{self.service_date.isoformat()}/{self.visit}"

    @classmethod
    def parse(cls, text: str) -> "StopKey":
        """Read what ``str`` wrote.

        Raises
        ------
        ValueError
            When it is something else.
        """
        day, slash, visit = text.partition("/")
        if not (slash and visit):
            raise ValueError("a stop is written 2026-12-01/K-001")
        return cls(service_date=date.fromisoformat(day), visit=visit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What an operation says beyond its type; what a type does not need stays empty.

    Attributes
    ----------
    reason
        Of `Outcome`s that need one.
    outcome
        What a supervisor decides.
    target
        Operation that is voided.
    op_ids
        Operations that a supervisor decided about.
    text
        Note, or why something is voided: free text about people.
    """

    reason: OutcomeReason | None = None
    outcome: Outcome | None = None
    target: UUID | None = None
    op_ids: tuple[UUID, ...] = ()
    text: Secret[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOperation:
    """One fact.

    Attributes
    ----------
    op_id
        Made where the fact was written down; a repeat carries the same one.
    device_seq
        Counts the operations of a device from 1, without gaps.
    appointment_id, stop
        Whom or what it is about: exactly one of them.
    base_version
        Number of the day package that the device showed; evidence only.
    device_time
        Clock of the device; evidence only, the clock may be wrong.
    plan_version
        Plan that the device showed; evidence only.
    """

    op_id: UUID
    device_id: UUID
    device_seq: int
    appointment_id: UUID | None = None
    stop: StopKey | None = None
    base_version: int
    plan_version: int
    type: OperationType
    payload: Payload = field(default_factory=Payload)
    device_time: datetime


def outcome_of(operation: FieldOperation) -> Outcome | None:
    """Return what an operation says became of a person, ``None`` when it says no such thing."""
    return operation.payload.outcome or OUTCOMES.get(operation.type)


def complaint_about(operation: FieldOperation) -> str | None:
    """Say what makes an operation unreadable, English; ``None`` when it can be understood."""
    if (operation.appointment_id is None) == (operation.stop is None):
        return "names an appointment or a stop, exactly one of them"
    kind, payload = operation.type, operation.payload
    if kind in STOP_TYPES and operation.stop is None:
        return "is about a stop"
    if (kind in OUTCOMES or kind in _ABOUT_PEOPLE) and operation.appointment_id is None:
        return "is about a person"
    if kind is OperationType.VOID and (payload.target is None or payload.text is None):
        return "voids a named operation and says why"
    if kind is OperationType.NOTE and payload.text is None:
        return "has a text"
    if kind is OperationType.RESOLVE and payload.outcome is None:
        return "decides for an outcome"
    return _complaint_about_reason(operation)


_ABOUT_PEOPLE = frozenset({OperationType.CHECK_IN, OperationType.WALK_IN, OperationType.RESOLVE})


def _complaint_about_reason(operation: FieldOperation) -> str | None:
    outcome = outcome_of(operation)
    fitting = REASONS.get(outcome, frozenset()) if outcome else frozenset()
    reason = operation.payload.reason
    if fitting and reason not in fitting:
        return f"gives one of the reasons {', '.join(sorted(fitting))}"
    if reason is not None and reason not in fitting:
        return "needs no reason"
    return None
