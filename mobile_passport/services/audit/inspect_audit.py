"""What an auditor without a terminal asks of the log: how long it is, what vouches for it, and whether it is sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mobile_passport.domain.access import Caller, Operation, require
from mobile_passport.domain.audit_checkpoint import Checkpoint
from mobile_passport.domain.refusal import NotFound
from mobile_passport.persistence.audit.audit_log import AuditLog
from mobile_passport.persistence.audit.records import Recorded, recorded_of, write_audit
from mobile_passport.services.audit.audit_log import verify_log
from mobile_passport.services.audit.audit_rank import OrderReport, audit_stored
from mobile_passport.services.world import World

INSPECTED = "inspect_audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What an inspection found; it is a record of the log itself.

    Attributes
    ----------
    broken_at
        Number of the first record that is not as it was; ``None`` when all are.
    version
        Plan whose order was recomputed; ``None`` without a plan, or when the log is broken.
    inversions, unexplained
        Times that a request is served before one that ranks higher, and those that nothing explains.
    altered
        What is not as it was stored, or breaks a rule.
    """

    at: datetime
    by: str
    records: int
    broken_at: int | None
    version: int | None
    inversions: int
    unexplained: int
    altered: int

    @property
    def is_sound(self) -> bool:
        """Whether the log and the order are as they should be."""
        return self.broken_at is None and not self.unexplained and not self.altered


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """The log at a moment, the last checkpoint outside the database, and the last inspection."""

    records: int
    checkpoint: Checkpoint | None
    inspection: Inspection | None


def show_log(world: World, checkpoints: Sequence[Checkpoint]) -> LogState:
    """Return how the log stands; nothing is verified.

    Parameters
    ----------
    checkpoints
        Those kept outside the database, the earliest first.
    """
    with world.database.reading() as session:
        made = recorded_of(session, kanim=world.kanim, subject=world.kanim, actions=(INSPECTED,))
        return LogState(
            records=AuditLog(session, world.kanim).count(),
            checkpoint=checkpoints[-1] if checkpoints else None,
            inspection=_inspection(made[0]) if made else None,
        )


def inspect_audit(world: World, checkpoints: Sequence[Checkpoint], *, caller: Caller, now: datetime) -> None:
    """Verify the whole log and the order of the plan that holds, and put on the record what that showed.

    Parameters
    ----------
    world
        As the office sees it: the order is that of everybody.

    Raises
    ------
    Forbidden, BadCheckpoint
    """
    require(caller, Operation.AUDIT_READ)
    found = verify_log(world.database, world.kanim, checkpoints)
    report = _order(world) if found.broken is None else None
    detail = {
        "records": found.records,
        "broken_at": found.broken.seq if found.broken else None,
        "version": report.version if report else None,
        "inversions": len(report.inversions) if report else 0,
        "unexplained": len(report.unexplained) if report else 0,
        "altered": len(report.findings) if report else 0,
    }
    with world.database.transaction() as session:
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=caller.login,
            action=INSPECTED,
            subject=world.kanim,
            detail=detail,
        )


def _order(world: World) -> OrderReport | None:
    try:
        return audit_stored(world)
    except NotFound:
        return None


def _inspection(record: Recorded) -> Inspection:
    return Inspection(at=record.at, by=record.actor, **record.detail)
