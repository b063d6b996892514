"""Erase what is kept no longer: every night, by the office's own figures."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.refusal import NotFound
from mobile_passport.persistence.privacy.subject_erasure import Closed, SubjectErasure
from mobile_passport.persistence.ticks import finish_tick, take_tick
from mobile_passport.services.privacy.erase_person import MessageUnderWay, erase_person
from mobile_passport.services.world import World

log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A person whose data is to be erased."""

    subject_id: UUID
    closed_date: date
    erase_date: date
    was_served: bool


def list_due(world: World, *, now: datetime) -> tuple[Due, ...]:
    """Return whose data is to be erased by now, longest due first; nothing is changed."""
    with world.database.reading() as session:
        everybody = [_due(world, closed) for closed in SubjectErasure(session, world.kanim).closed()]
    due = [one for one in everybody if one.erase_date <= _today(world, now)]
    return tuple(sorted(due, key=lambda one: (one.erase_date, one.subject_id)))


def erase_due(world: World, *, now: datetime) -> int:
    """Erase everybody who is due, each in a transaction of their own; returns how many."""
    erased = 0
    for due in list_due(world, now=now):
        try:
            with world.database.transaction() as session:
                erase_person(session, world, due.subject_id, actor="system", reason="retention", now=now)
            erased += 1
        except MessageUnderWay:
            log.info("erasure waits for a message", extra={"subject_id": str(due.subject_id)})
        except NotFound:
            log.info("somebody erased the person meanwhile", extra={"subject_id": str(due.subject_id)})
    if erased:
        world.database.scrub()
    return erased


def erase_due_daily(world: World, *, now: datetime) -> bool:
    """Erase what is due today, unless another process has done it; returns whether this one did."""
    slot = {"kanim": world.kanim, "name": "retention", "slot": _today(world, now).isoformat()}
    with world.database.transaction() as session:
        if not take_tick(session, **slot, now=now, lease=_LEASE):
            return False
    erased = erase_due(world, now=now)
    with world.database.transaction() as session:
        finish_tick(session, **slot, now=now)
    log.info("erased what was kept long enough", extra={"kanim": world.kanim, "people": erased})
    return True


def ends_on(session: Session, world: World, subject: UUID) -> date | None:
    """Return the day on which a person's data will be erased; ``None`` while a booking of theirs is live."""
    closed = next(SubjectErasure(session, world.kanim).closed(subject), None)
    return _due(world, closed).erase_date if closed else None


def _due(world: World, closed: Closed) -> Due:
    closed_date = closed.at.astimezone(world.rulebook.office.zone).date()
    return Due(
        subject_id=closed.subject_id,
        closed_date=closed_date,
        erase_date=world.rulebook.privacy.retention.ends_on(closed_date, was_served=closed.was_served),
        was_served=closed.was_served,
    )


def _today(world: World, now: datetime) -> date:
    return now.astimezone(world.rulebook.office.zone).date()
