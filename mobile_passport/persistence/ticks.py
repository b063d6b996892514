"""Who does what is due once: any number of processes ask, one is told yes."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mobile_passport.persistence.tables import TickRow


def take_tick(session: Session, *, kanim: str, name: str, slot: str, now: datetime, lease: timedelta) -> bool:
    """Ask for a time slot of a recurring task.

    Parameters
    ----------
    slot
        Wall-clock slot that is due, not the moment of asking: ``"2026-11-25"``.
    lease
        A slot taken longer ago and not finished was taken by a process that died: it is given out again.

    Returns
    -------
    bool
        Whether the caller is to do it; exactly one caller of each slot and lease is.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(TickRow).values(kanim=kanim, name=name, slot=slot, taken_at=now)
    if session.execute(insert.on_conflict_do_nothing().returning(TickRow.slot)).first():
        return True
    retake = (
        update(TickRow)
        .where(*_is(kanim, name, slot), TickRow.done_at.is_(None), TickRow.taken_at < now - lease)
        .values(taken_at=now)
        .returning(TickRow.slot)
    )
    return session.execute(retake).first() is not None


def finish_tick(session: Session, *, kanim: str, name: str, slot: str, now: datetime) -> None:
    """Say that the work of a slot is done; it is never given out again."""
    session.execute(update(TickRow).where(*_is(kanim, name, slot)).values(done_at=now))


def last_ticks(session: Session, *, kanim: str) -> dict[str, datetime]:
    """Return by name when each recurring task was last finished."""
    done = select(TickRow.name, func.max(TickRow.done_at)).where(TickRow.kanim == kanim).group_by(TickRow.name)
    return {name: at for name, at in session.execute(done) if at is not None}


def _is(kanim: str, name: str, slot: str) -> tuple[ColumnElement[bool], ...]:
    return TickRow.kanim == kanim, TickRow.name == name, TickRow.slot == slot
