"""Work out anew what became of people, and let everything that depends on it follow."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.field import Outcome
from mobile_passport.domain.field_state import Promised, person_state, standing
from mobile_passport.domain.status import ApplicantStatus, AppointmentStatus
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.field.field_operations import FieldOperations, PersonDay
from mobile_passport.persistence.field.field_outcomes import FieldOutcome, FieldOutcomes
from mobile_passport.persistence.field.field_subjects import FieldSubjects, Revision
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.services.world import World

_KEPT_OUT = frozenset({ApplicantStatus.OFFICE, ApplicantStatus.WITHDRAWN})


def work_out(session: Session, world: World, visits: dict[PersonDay, str], *, actor: str, now: datetime) -> None:
    """Fold the operations about these people again, and move each of them to where they stand by that.

    Parameters
    ----------
    visits
        Where each of them was expected on the day.
    """
    if not visits:
        return
    applicants = {person.applicant_id for person in visits}
    subjects = FieldSubjects(session, world.vault, world.kanim, world.rulebook.office.zone)
    present = subjects.lock(applicants)  # before reading: whoever comes next sees what this transaction wrote
    outcomes = FieldOutcomes(session, world.kanim)
    operations = FieldOperations(session, world.vault, world.kanim).of_people(visits.keys())
    for person, visit in visits.items():
        state = person_state(operations[person])
        outcomes.put(
            FieldOutcome(
                person=person,
                visit=visit,
                is_present=state.is_present,
                outcome=state.outcome,
                reason=state.reason,
                is_disputed=bool(state.disputed),
                changed_at=now,
            )
        )
    known = outcomes.of_people(applicants)
    for applicant_id, revisions in subjects.revisions_of(applicants).items():
        promises = [_promised(revision, known) for revision in revisions]
        wanted = standing(promises)
        _move(session, world, applicant_id, present[applicant_id], wanted, actor=actor, now=now)
        if wanted is ApplicantStatus.SERVED and promises[-1].outcome is not Outcome.DONE:
            Appointments(session, world.kanim).retire(applicant_id, AppointmentStatus.CANCELLED)  # a later promise


def _promised(revision: Revision, known: dict[PersonDay, FieldOutcome]) -> Promised:
    found = known.get(PersonDay(applicant_id=revision.applicant_id, service_date=revision.stop.service_date))
    return Promised(status=revision.status, outcome=found.outcome if found else None)


def _move(
    session: Session,
    world: World,
    applicant_id: UUID,
    present: ApplicantStatus,
    wanted: ApplicantStatus,
    *,
    actor: str,
    now: datetime,
) -> None:
    if present is wanted or (present in _KEPT_OUT and wanted is not ApplicantStatus.SERVED):
        return
    subjects = FieldSubjects(session, world.vault, world.kanim, world.rulebook.office.zone)
    has_moved = subjects.move(applicant_id, present=present, wanted=wanted, now=now)
    write_audit(
        session,
        kanim=world.kanim,
        at=now,
        actor=actor,
        action="record_outcome",
        subject=str(applicant_id),
        detail={"from": present.value, "to": wanted.value, "is_blocked_by_other_booking": not has_moved},
    )


def wait_again(session: Session, world: World, people: Collection[UUID], *, now: datetime) -> int:
    """Let people wait in the queue again whose appointment is over. Returns how many do."""
    subjects = FieldSubjects(session, world.vault, world.kanim, world.rulebook.office.zone)
    present = subjects.lock(people)
    appointments = Appointments(session, world.kanim)
    waiting = 0
    for applicant_id in sorted(present):
        if subjects.move(applicant_id, present=present[applicant_id], wanted=ApplicantStatus.WAITING, now=now):
            appointments.retire(applicant_id, AppointmentStatus.MISSED)
            waiting += 1
            write_audit(
                session,
                kanim=world.kanim,
                at=now,
                actor="system",
                action="wait_again",
                subject=str(applicant_id),
                detail={"from": present[applicant_id].value},
            )
    return waiting
