"""A person stops the sender, starts it again, or holds it after a restore. All processes obey at their next claim."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mobile_passport.messaging.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderState:
    """How the sender stands.

    Attributes
    ----------
    stopped_at, stop_reason
        Set while it waits for a person.
    circuit_open_until
        Set while it pauses because too many sends ended unknown; may lie in the past.
    hold_from
        Moment of the backup that was restored, while every message is looked up first.
    spent_segments
        Handed over on its last day of work.
    """

    stopped_at: datetime | None
    stop_reason: str | None
    circuit_open_until: datetime | None
    hold_from: datetime | None
    spent_segments: int


def state_of(desk: Desk, session: Session, now: datetime) -> SenderState:
    """Return how the sender stands, inside the caller's transaction."""
    sender = desk.attempts(session).sender(now)
    return SenderState(
        stopped_at=sender.stopped_at,
        stop_reason=sender.stop_reason,
        circuit_open_until=sender.circuit_open_until,
        hold_from=sender.hold_from,
        spent_segments=sender.spent_segments,
    )


def stop_sender(desk: Desk, *, reason: str, actor: str) -> None:
    """Stop sending until a person starts it again; what is under way is still settled and looked up."""
    with desk.database.transaction() as session:
        now = desk.now(session)
        sender = desk.attempts(session).sender(now)
        sender.stopped_at, sender.stop_reason = now, reason
        desk.messages(session).note(None, "sender_stopped", at=now, actor=actor, detail={"reason": reason})


def start_sender(desk: Desk, *, actor: str) -> None:
    """Send again after a stop."""
    with desk.database.transaction() as session:
        now = desk.now(session)
        sender = desk.attempts(session).sender(now)
        sender.stopped_at = sender.stop_reason = sender.circuit_open_until = None
        desk.messages(session).note(None, "sender_started", at=now, actor=actor)


def hold_sender(desk: Desk, *, backup_at: datetime, actor: str) -> None:
    """After a restore: look every message up at the provider before it may go.

    Run it before any worker is started on the restored database.

    Parameters
    ----------
    backup_at
        When the restored backup was made: whatever was sent since then is unknown to it.
    """
    with desk.database.transaction() as session:
        now = desk.now(session)
        sender = desk.attempts(session).sender(now)
        sender.hold_from, sender.held_at = backup_at, now
        desk.attempts(session).forget_cleared()
        desk.messages(session).note(None, "sender_held", at=now, actor=actor, detail={"from": backup_at.isoformat()})


def release_hold(desk: Desk, *, actor: str) -> None:
    """Send again without looking up: when the last message of the lost time has become useless."""
    with desk.database.transaction() as session:
        now = desk.now(session)
        sender = desk.attempts(session).sender(now)
        sender.hold_from = sender.held_at = None
        desk.messages(session).note(None, "hold_released", at=now, actor=actor)
