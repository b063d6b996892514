"""People of requests, as each kind of caller needs to see them and no further."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import Schema, example
from api.schemas.problems import Issue
from api.schemas.texts import Digits, PersonName, ShortLine, unsent
from mobile_passport.domain.access import Caller, Operation, may
from mobile_passport.domain.eligibility import Eligible, OfficeReason
from mobile_passport.domain.person import Need, PassportCase, Sex, age_on
from mobile_passport.domain.secret import mask_name, mask_nik, mask_phone
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.domain.subject import RevealPurpose
from mobile_passport.intake.submission import SubmittedPerson
from mobile_passport.persistence.requests.people import Person
from mobile_passport.services.requests.readiness import Paper, Readiness

_EXAMPLE = {
    "name": "Siti Contoh",
    "nik": "3505014101600001",
    "birth_date": "1960-01-01",
    "sex": "female",
    "phone": "081234567890",
    "passport_case": "new",
    "needs": ["wheelchair"],
    "party": "A",
    "is_carer": False,
}


class PersonIn(Schema):
    """One person of a list. ``party`` is any label; people of one request with the same stay together."""

    model_config = example(_EXAMPLE)

    name: PersonName
    nik: Digits
    birth_date: date
    sex: Sex
    phone: Digits | None = None
    passport_case: PassportCase
    needs: frozenset[Need] = frozenset()
    party: ShortLine | None = None
    is_carer: bool = False

    def submitted(self) -> SubmittedPerson:
        """Return it for intake to judge."""
        return SubmittedPerson(**self.model_dump())


class PersonChange(Schema):
    """What is known better about a person; what is left out stays. The NIK stays in any case."""

    model_config = example({"phone": "081298765432", "needs": []})

    name: PersonName = unsent()
    birth_date: date = unsent()
    sex: Sex = unsent()
    phone: Digits | None = unsent()
    passport_case: PassportCase = unsent()
    needs: frozenset[Need] = unsent()
    party: ShortLine | None = unsent()
    is_carer: bool = unsent()

    def applied_to(self, person: SubmittedPerson) -> SubmittedPerson:
        """Return a person so amended."""
        return replace(person, **self.model_dump(include=self.model_fields_set))


class RevealIn(Schema):
    """Why somebody has to see a full NIK. A code, so that no text about a person gets into the record."""

    model_config = example({"purpose": "compare_documents"})

    purpose: RevealPurpose


class RevealedNik(Schema):
    """A NIK in full, for the purpose that was given and no other."""

    nik: str


class _Person(Schema):
    id: UUID
    request: str
    position: int
    status: ApplicantStatus
    office_reason: OfficeReason | None


class PersonInClear(_Person):
    """For whoever handed the person in, and for whoever compares names with papers. NIK and phone stay masked."""

    view: Literal["clear"] = "clear"
    name: str
    nik: str
    birth_date: date
    sex: Sex
    phone: str | None
    passport_case: PassportCase
    needs: tuple[Need, ...]
    party: str | None
    is_carer: bool


class PersonForPlanning(_Person):
    """For whoever plans: what the team has to bring and to wait for, not who it is."""

    view: Literal["planning"] = "planning"
    name: str
    age: int
    passport_case: PassportCase
    needs: tuple[Need, ...]
    party: str | None
    is_carer: bool


class PersonMasked(_Person):
    """For whoever supervises or audits: no health data, no birth date."""

    view: Literal["masked"] = "masked"
    name: str
    passport_case: PassportCase


class PersonErased(_Person):
    """Somebody whose data was erased."""

    view: Literal["erased"] = "erased"


type PersonOut = Annotated[PersonInClear | PersonForPlanning | PersonMasked | PersonErased, Field(discriminator="view")]


class PersonBody(Schema):
    """One person."""

    person: PersonOut


class PersonChanged(Schema):
    """One person after a change, and what is worth a look."""

    person: PersonOut
    warnings: tuple[Issue, ...]


def person_out(person: Person, caller: Caller, today: date) -> PersonOut:
    """Show a person as the caller needs to see them."""
    form = person.form
    known = {name: getattr(person, name) for name in ("id", "request", "position", "status", "office_reason")}
    if form is None:
        return PersonErased(**known)
    if may(caller.role, Operation.NIK_REVEAL) or caller.scope.organisation_id:
        return PersonInClear(
            **known,
            name=form.name.reveal(),
            nik=mask_nik(form.nik.reveal()),
            birth_date=form.birth_date,
            sex=form.sex,
            phone=mask_phone(form.phone.reveal()) if form.phone else None,
            passport_case=form.passport_case,
            needs=tuple(sorted(form.needs)),
            party=form.party,
            is_carer=form.is_carer,
        )
    name = mask_name(form.name.reveal())
    if may(caller.role, Operation.PEOPLE_REVIEW):
        return PersonForPlanning(
            **known,
            name=name,
            age=age_on(form.birth_date, today),
            passport_case=form.passport_case,
            needs=tuple(sorted(form.needs)),
            party=form.party,
            is_carer=form.is_carer,
        )
    return PersonMasked(**known, name=name, passport_case=form.passport_case)


class PaperOut(Schema):
    """A paper to bring; ``seen_by`` and ``seen_at`` are set once somebody of the office saw it."""

    key: str
    text: str
    seen_by: str | None
    seen_at: datetime | None

    @classmethod
    def of(cls, paper: Paper) -> "PaperOut":
        """Take over a paper."""
        seen = paper.seen
        return cls(key=paper.key, text=paper.text, seen_by=seen.by if seen else None, seen_at=seen.at if seen else None)


class ReadinessOut(Schema):
    """Whether the rules let a visit serve a person, and how many papers are still to be seen.

    ``sentence`` and ``action`` say in Indonesian why somebody has to come to the office.
    """

    person: UUID
    on_date: date
    is_eligible: bool
    has_priority: bool
    office_reason: OfficeReason | None
    sentence: str | None
    action: str | None
    papers: tuple[PaperOut, ...]
    is_ready: bool

    @classmethod
    def of(cls, readiness: Readiness) -> "ReadinessOut":
        """Take over a verdict and its papers."""
        verdict = readiness.verdict
        is_eligible = isinstance(verdict, Eligible)
        return cls(
            person=readiness.person,
            on_date=readiness.on_date,
            is_eligible=is_eligible,
            has_priority=isinstance(verdict, Eligible) and verdict.has_priority,
            office_reason=None if isinstance(verdict, Eligible) else verdict.reason,
            sentence=None if isinstance(verdict, Eligible) else verdict.sentence,
            action=None if isinstance(verdict, Eligible) else verdict.action,
            papers=tuple(map(PaperOut.of, readiness.papers)),
            is_ready=readiness.is_ready,
        )


class PaperTick(Schema):
    """Whether somebody has seen a paper."""

    model_config = example({"is_seen": True})

    is_seen: bool
