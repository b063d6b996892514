"""Take what a phone sends. Each operation has its own result; none is ever dropped, whatever it says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.field import FieldOperation
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.field.field_operations import HELD, FieldOperations, OperationState
from mobile_passport.persistence.retrying import transact
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.services.field.field_devices import trusted_device
from mobile_passport.services.field.field_intake import Intake
from mobile_passport.services.field.field_outcomes import work_out
from mobile_passport.services.world import World


class Verdict(StrEnum):
    """What became of one operation."""

    NEW = "new"
    REPEAT = "repeat"
    """Stored before, with the same content."""
    CONTRADICTION = "contradiction"
    """Another content was stored under this id; that one stays, this one is not taken."""
    HELD = "held"
    """Stored; counts as soon as what it builds on is there."""
    QUARANTINED = "quarantined"
    """Stored; counts when a supervisor admits it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Result of one operation."""

    op_id: UUID
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReceipt:
    """Results in the order of the batch.

    Attributes
    ----------
    watermark
        Every operation of the device up to this number is stored for good.
    """

    receipts: tuple[Receipt, ...]
    watermark: int


def record_operations(
    world: World,
    caller: Caller,
    operations: Sequence[FieldOperation],
    *,
    device_id: UUID,
    key: Secret[str],
    sent_at: datetime,
    now: datetime,
) -> BatchReceipt:
    """Store a batch, in any order and as often as it comes, and work out what it changes for people.

    Parameters
    ----------
    operations
        All of this device.
    sent_at
        The device's clock at the moment of sending.

    Raises
    ------
    UnknownDevice
        And nothing was stored.
    """

    def work(session: Session) -> BatchReceipt:
        device = trusted_device(session, world, caller, device_id=device_id, key=key, is_locked=True)
        with office_wide(session):  # also what is about other teams' people is compared, and kept apart
            found = FieldOperations(session, world.vault, world.kanim).find(one.op_id for one in operations)
        known = {op_id: stored.operation for op_id, stored in found.items()}
        new: dict[UUID, FieldOperation] = {}
        for operation in operations:
            if operation.op_id not in known:
                new.setdefault(operation.op_id, operation)
        intake = Intake(session, world, device, now=now)
        with office_wide(session):  # also what is about other teams' people is kept, apart
            states = intake.store(new.values(), clock_ahead_s=round((sent_at - now).total_seconds()))
            work_out(session, world, intake.touched, actor=caller.login, now=now)
        receipts = _receipts(operations, known, new, states)
        return BatchReceipt(receipts=receipts, watermark=intake.watermark)

    return transact(world.database, work, scope=caller.scope)


def _receipts(
    operations: Sequence[FieldOperation],
    known: dict[UUID, FieldOperation],
    new: dict[UUID, FieldOperation],
    states: dict[UUID, OperationState],
) -> tuple[Receipt, ...]:
    receipts = []
    for operation in operations:
        first = new.get(operation.op_id) or known[operation.op_id]
        if first is operation:
            verdict = _verdict(states[operation.op_id])
        else:
            verdict = Verdict.REPEAT if _is_same(first, operation) else Verdict.CONTRADICTION
        receipts.append(Receipt(op_id=operation.op_id, verdict=verdict))
    return tuple(receipts)


def _verdict(state: OperationState) -> Verdict:
    if state is OperationState.APPLIED:
        return Verdict.NEW
    return Verdict.HELD if state in HELD else Verdict.QUARANTINED


def _is_same(stored: FieldOperation, sent: FieldOperation) -> bool:
    """Whether two operations say the same. What was erased of the stored one is not compared."""
    if stored.payload.text is None:
        sent = replace(sent, payload=replace(sent.payload, text=None))
    return stored == sent
