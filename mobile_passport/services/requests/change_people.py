"""Somebody joins a request, or is amended: judged by the rules that the list was judged by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from mobile_passport.domain.access import Caller
from mobile_passport.domain.eligibility import OfficeReason, office_reason
from mobile_passport.domain.person import PersonForm
from mobile_passport.domain.refusal import Conflict
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.intake.cells import DateContext
from mobile_passport.intake.findings import Finding
from mobile_passport.intake.people import Surroundings
from mobile_passport.intake.submission import SubmittedPerson, read_submitted_person
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.requests.people import People, Person
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.services.audit.deeds import note_deed
from mobile_passport.services.requests.import_requests import AlreadyBooked
from mobile_passport.services.requests.read_requests import known_person, known_request
from mobile_passport.services.requests.tell_anew import numbers_of, tell_anew
from mobile_passport.services.seen import refuse_unseen
from mobile_passport.services.world import World

_AMENDABLE = frozenset({ApplicantStatus.WAITING, ApplicantStatus.SCHEDULED, ApplicantStatus.OFFICE})


class NotAmendable(Conflict):
    """The person was served or withdrawn, has been erased, or would lose an appointment by it."""

    code = "not_amendable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A person as they are now, and what is worth a look about them."""

    person: Person
    warnings: tuple[Finding, ...]


def add_person(world: World, reference: str, submitted: SubmittedPerson, *, caller: Caller, now: datetime) -> Changed:
    """Add somebody to the end of a request's list; a carer may be how others of the family are reached from now on.

    Parameters
    ----------
    submitted
        Its party is the label of a family of the request, or a new name.

    Raises
    ------
    NotFound, RefusedFile, AlreadyBooked
        And nothing was stored.
    """
    today = now.astimezone(world.rulebook.office.zone).date()
    with world.database.transaction(caller.scope) as session:
        Plans(session, world.kanim).lock_current()  # a publication comes before or after, never in between
        request = known_request(session, world, reference, lock=True)
        form, warnings = _read(world, submitted, request.category, request.visit_kind, today)
        with office_wide(session):
            if Requests(session, world.vault, world.kanim).live_among([form]):
                raise AlreadyBooked("this person already has a live booking; withdraw the other one first")
        people = People(session, world.vault, world.kanim)
        others = people.of_request(reference)
        reason = _office_reason(world, form, request.category, request.visit_kind, today)
        numbers = numbers_of(session, world, [request.id], now=now)
        (person,) = people.add(
            request.id,
            [form],
            {0: reason.value} if reason else {},
            first=max((other.position for other in others), default=-1) + 1,
            parties=sorted({other.form.party for other in others if other.form and other.form.party}),
            now=now,
        )
        tell_anew(session, world, numbers, [request.id], now=now)
        note_deed(session, world, "add_person", person, caller=caller, now=now, request=reference)
        return Changed(person=known_person(session, world, person), warnings=warnings)


def amend_person(
    world: World,
    person: UUID,
    amend: Callable[[SubmittedPerson], SubmittedPerson],
    *,
    seen: str,
    caller: Caller,
    now: datetime,
) -> Changed:
    """Correct what was handed in about a person. The NIK stays: with another one it is another person.

    Whoever has an appointment and is reached under another number by that is told again.

    Raises
    ------
    NotFound, Stale, NotAmendable, RefusedFile
        And nothing was changed.
    """
    today = now.astimezone(world.rulebook.office.zone).date()
    with world.database.transaction(caller.scope) as session:
        Plans(session, world.kanim).lock_current()  # a publication comes before or after, never in between
        before = known_person(session, world, person, lock=True)
        refuse_unseen(seen, before.revision)
        if before.form is None or before.status not in _AMENDABLE:
            raise NotAmendable("the person was served or withdrawn, or has been erased; hand in a new request")
        amended = amend(_submitted(before.form))
        form, warnings = _read(world, amended, before.category, before.visit_kind, today)
        reason = _office_reason(world, form, before.category, before.visit_kind, today)
        if reason and before.status is ApplicantStatus.SCHEDULED:
            raise NotAmendable("the person would have to come to the office, but has an appointment; withdraw first")
        requests = Requests(session, world.vault, world.kanim).requests_of([person])
        numbers = numbers_of(session, world, requests, now=now)
        after = People(session, world.vault, world.kanim).amend(person, form, office_reason=reason, now=now)
        tell_anew(session, world, numbers, requests, now=now)
        fields = _fields_changed(before.form, form)
        note_deed(session, world, "amend_person", person, caller=caller, now=now, fields=fields)
        return Changed(person=after, warnings=warnings)


def _read(
    world: World, submitted: SubmittedPerson, category: Category, kind: VisitKind, today: date
) -> tuple[PersonForm, tuple[Finding, ...]]:
    around = Surroundings(
        days=DateContext(on_date=today, limits=world.intake_rules.lists, counts_days_from_1904=False),
        category=category,
        visit_kind=kind,
        eligibility_rules=world.rulebook.eligibility,
        regency_codes=frozenset(world.rulebook.area.regencies.codes),
    )
    return read_submitted_person(submitted, around)


def _office_reason(
    world: World, form: PersonForm, category: Category, kind: VisitKind, today: date
) -> OfficeReason | None:
    return office_reason(
        form,
        category=category,
        is_home_visit=kind is VisitKind.HOME,
        rules=world.rulebook.eligibility,
        on_date=today,
    )


def _submitted(form: PersonForm) -> SubmittedPerson:
    return SubmittedPerson(
        name=form.name.reveal(),
        nik=form.nik.reveal(),
        birth_date=form.birth_date,
        sex=form.sex,
        phone=form.phone.reveal() if form.phone else None,
        passport_case=form.passport_case,
        needs=form.needs,
        party=form.party,
        is_carer=form.is_carer,
    )


def _fields_changed(before: PersonForm, after: PersonForm) -> list[str]:
    """Name what was changed; what it was and is stays out of the record."""
    names = ("name", "birth_date", "sex", "phone", "passport_case", "needs", "party", "is_carer")
    return [name for name in names if getattr(before, name) != getattr(after, name)]
