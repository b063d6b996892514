"""What a person may ask about their own data: see it, have it corrected, have it erased; each with a clock."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller, Operation, require
from mobile_passport.domain.refusal import Conflict, NotFound
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.subject import CaseKind, CaseOutcome, Correction, SubjectCase
from mobile_passport.messaging.written import Written
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.privacy.subject_cases import SubjectCases
from mobile_passport.persistence.privacy.subject_erasure import SubjectErasure, Whereabouts
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.subject_records import SubjectRecords
from mobile_passport.services.privacy.erase_person import erase_person
from mobile_passport.services.privacy.forget_typed import forget_typed
from mobile_passport.services.privacy.retention import ends_on
from mobile_passport.services.requests.tell_anew import numbers_of, tell_anew
from mobile_passport.services.world import World


class CaseClosed(Conflict):
    """The case was answered before."""

    code = "case_closed"


def open_case(world: World, kind: CaseKind, nik: Secret[str], *, caller: Caller, now: datetime) -> SubjectCase:
    """Write down what a person asks; the clock begins. Somebody of whom nothing is held has to be told so in time, too.

    Raises
    ------
    Forbidden
    """
    require(caller, Operation.SUBJECTS_SERVE)
    with world.database.transaction(caller.scope) as session:
        subject = SubjectKeys(session, world.vault, world.kanim).find(nik.reveal())
        return _open(session, world, kind, subject, caller, now)


def open_contact_case(world: World, kind: CaseKind, reference: str, *, caller: Caller, now: datetime) -> SubjectCase:
    """Write down what the contact of a request asks, whom nothing but the request's reference identifies.

    Raises
    ------
    Forbidden, NotFound
    """
    require(caller, Operation.SUBJECTS_SERVE)
    with world.database.transaction(caller.scope) as session:
        subject = SubjectErasure(session, world.kanim).contact_of(reference)
        if subject is None:
            raise NotFound(f"no request {reference}")
        return _open(session, world, kind, subject, caller, now)


def list_cases(world: World, *, is_open: bool = True, caller: Caller) -> tuple[SubjectCase, ...]:
    """Return open or closed cases, the earliest due first; `SubjectCase.is_overdue` says which are late."""
    require(caller, Operation.SUBJECTS_SERVE)
    with world.database.reading(caller.scope) as session:
        return SubjectCases(session, world.kanim).all(is_open=is_open)


def export_person(world: World, number: int, *, caller: Caller, now: datetime) -> str:
    """Return everything that is held about the person of a case as JSON; the look itself is recorded.

    Data, requests, appointments, messages, who looked at it, and when it will be erased.

    Raises
    ------
    Forbidden, NotFound, CaseClosed
    """
    require(caller, Operation.SUBJECTS_SERVE)
    with world.database.transaction(caller.scope) as session:
        subject, person = _person_of(session, world, number)
        erase_date = ends_on(session, world, subject)
        everything = SubjectRecords(session, world.vault, world.kanim).everything(subject, person)
        _audit(session, world, caller, "export_person", subject, {"case": number}, now)
    document = {
        "office": world.rulebook.office.name,
        "exported_at": now,
        "subject": subject,
        "kind": person.kind.value,
        "erase_date": erase_date,
        "held": everything,
    }
    return json.dumps(document, ensure_ascii=False, indent=2, default=_plain)


def correct_person(world: World, number: int, correction: Correction, *, caller: Caller, now: datetime) -> Written:
    """Correct a person's data in all their requests. Whoever has an appointment is told again, under the right number.

    What waits for the old number of a contact goes to the call list.

    Raises
    ------
    Forbidden, NotFound, CaseClosed
    """
    require(caller, Operation.SUBJECTS_SERVE)
    with world.database.transaction(caller.scope) as session:
        Plans(session, world.kanim).lock_current()  # a publication comes before or after, never in between
        subject, person = _person_of(session, world, number)
        numbers = numbers_of(session, world, person.requests, now=now)
        SubjectRecords(session, world.vault, world.kanim).correct(subject, correction)
        fields = [name for name in ("name", "birth_date", "phone", "needs") if getattr(correction, name) is not None]
        _audit(session, world, caller, "correct_person", subject, {"case": number, "fields": fields}, now)
        if "phone" in fields:
            world.outbox.groups.leave_to_person(session, person.contact_of, now)
        named = person.applicants if {"name", "phone"} & set(fields) else ()
        return tell_anew(session, world, numbers, person.requests, also=named, now=now)


def erase_subject(world: World, number: int, *, caller: Caller, now: datetime) -> None:
    """Erase the person of a case, also from what was typed and not handed in, and close the case with that.

    Raises
    ------
    Forbidden, NotFound, CaseClosed
    MessageUnderWay
        And nothing was changed.
    """
    require(caller, Operation.SUBJECTS_SERVE)
    with world.database.transaction(caller.scope) as session:
        subject, _ = _person_of(session, world, number)
        forget_typed(session, world, subject, actor=caller.login, now=now)
        erase_person(session, world, subject, actor=caller.login, reason="asked", now=now)
        SubjectCases(session, world.kanim).close(number, CaseOutcome.ERASED, now=now)
    world.database.scrub()


def close_case(world: World, number: int, outcome: CaseOutcome, *, caller: Caller, now: datetime) -> None:
    """Say that the person was answered, and how.

    Raises
    ------
    Forbidden, NotFound, CaseClosed
    """
    require(caller, Operation.SUBJECTS_SERVE)
    with world.database.transaction(caller.scope) as session:
        case = _open_case(session, world, number)
        SubjectCases(session, world.kanim).close(number, outcome, now=now)
        _audit(session, world, caller, "close_case", case.subject_id, {"case": number, "outcome": outcome.value}, now)


def _open(
    session: Session, world: World, kind: CaseKind, subject: UUID | None, caller: Caller, now: datetime
) -> SubjectCase:
    due_at = now + timedelta(hours=world.rulebook.privacy.answer.within_hours)
    case = SubjectCases(session, world.kanim).open(kind, subject, received_at=now, due_at=due_at)
    _audit(session, world, caller, "open_case", subject, {"case": case.number, "kind": kind.value}, now)
    return case


def _open_case(session: Session, world: World, number: int) -> SubjectCase:
    case = SubjectCases(session, world.kanim).get(number)
    if case is None:
        raise NotFound(f"no case {number}")
    if case.done_at is not None:
        raise CaseClosed(f"case {number} was answered before; open another")
    return case


def _person_of(session: Session, world: World, number: int) -> tuple[UUID, Whereabouts]:
    case = _open_case(session, world, number)
    person = SubjectErasure(session, world.kanim).find(case.subject_id) if case.subject_id else None
    if case.subject_id is None or person is None:
        raise NotFound(f"nothing is held about the person of case {number}; close it with nothing_held")
    return case.subject_id, person


def _audit(
    session: Session,
    world: World,
    caller: Caller,
    action: str,
    subject: UUID | None,
    detail: dict[str, Any],
    now: datetime,
) -> None:
    about = str(subject) if subject else world.kanim
    write_audit(session, kanim=world.kanim, at=now, actor=caller.login, action=action, subject=about, detail=detail)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
