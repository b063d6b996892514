"""What time does to reports: old gaps are no reason to wait, and who was not served waits in the queue again."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.persistence.field.field_devices import FieldDevices
from mobile_passport.persistence.field.field_operations import FieldOperations, StoredOperation
from mobile_passport.persistence.field.field_outcomes import FieldOutcomes
from mobile_passport.persistence.field.field_subjects import FieldSubjects
from mobile_passport.services.field.field_intake import Intake
from mobile_passport.services.field.field_outcomes import wait_again, work_out
from mobile_passport.services.world import World

FORCED_AFTER = timedelta(days=7)
"""Then an operation counts although an earlier one never came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a tick changed.

    Attributes
    ----------
    forced
        Operations that count now, or are shown to a supervisor, because they waited too long.
    waiting_again
        People who missed a visit and are in the queue again.
    """

    forced: int
    waiting_again: int


def settle_field(world: World, *, now: datetime) -> Settled:
    """Look again at everything that is held, and let people wait again; a missed or repeated tick changes nothing."""
    with world.database.transaction() as session:
        operations = FieldOperations(session, world.vault, world.kanim)
        _release(session, world, operations.held(), is_forced=False, now=now)
        overdue = [one for one in operations.held(until=now - FORCED_AFTER) if not one.is_forced]
        _release(session, world, overdue, is_forced=True, now=now)
    with world.database.transaction() as session:
        again = _who_waits_again(session, world, now)
        waiting = wait_again(session, world, again, now=now) if again else 0
    return Settled(forced=len(overdue), waiting_again=waiting)


def _release(
    session: Session,
    world: World,
    held: list[StoredOperation] | tuple[StoredOperation, ...],
    *,
    is_forced: bool,
    now: datetime,
) -> None:
    devices = FieldDevices(session, world.kanim)
    by_device: dict[UUID, list[StoredOperation]] = defaultdict(list)
    for one in held:
        by_device[one.operation.device_id].append(one)
    for device_id in sorted(by_device):
        if device := devices.find(device_id, is_locked=True):
            intake = Intake(session, world, device, now=now)
            intake.release(by_device[device_id], is_forced=is_forced)
            work_out(session, world, intake.touched, actor="system", now=now)


def _who_waits_again(session: Session, world: World, now: datetime) -> frozenset[UUID]:
    today = now.astimezone(world.rulebook.office.zone).date()
    subjects = FieldSubjects(session, world.vault, world.kanim, world.rulebook.office.zone)
    missed = subjects.missed_before(today)
    known = FieldOutcomes(session, world.kanim).of_people(missed.keys())
    rules = world.rulebook.field.follow_up

    def may(applicant_id: UUID) -> bool:
        outcomes = {person: one for person, one in known.items() if person.applicant_id == applicant_id}
        last = outcomes.get(missed[applicant_id])
        if last is None or last.outcome is None:
            return False
        times = sum(one.outcome is last.outcome for one in outcomes.values())
        return rules.lets_wait_again(last.outcome, last.reason, times=times)

    return frozenset(filter(may, missed))
