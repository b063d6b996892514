"""Persons of requests, one by one: read, added to, amended."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count, product
from string import ascii_uppercase
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from mobile_passport.domain.eligibility import OfficeReason
from mobile_passport.domain.person import Need, PassportCase, PersonForm, Sex
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.status import LIVE_STATUSES, ApplicantStatus, AppointmentStatus
from mobile_passport.persistence.privacy.subject_keys import NIK_PURPOSE, SubjectKeys
from mobile_passport.persistence.privacy.vault import ERASED, SubjectSeal, Vault
from mobile_passport.persistence.revision import revision_of
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow, RequestRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of a request.

    Attributes
    ----------
    position
        In the list, from 0.
    form
        What was handed in about them; ``None`` once erased.
    office_reason
        Why the person has to come to the office; ``None`` when not so.
    """

    id: UUID
    request: str
    category: Category
    visit_kind: VisitKind
    position: int
    form: PersonForm | None = field(repr=False)
    status: ApplicantStatus
    office_reason: OfficeReason | None
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonOnSheet:
    """One person as the team that serves them sees them; ``request`` is its reference."""

    name: Secret[str]
    nik: Secret[str]
    birth_date: date = field(repr=False)
    passport_case: PassportCase
    needs: frozenset[Need] = field(repr=False)
    party: str | None
    request: str
    category: Category


class People:
    """Persons of one office, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim
        self._keys = SubjectKeys(session, vault, kanim)

    def get(self, person: UUID, *, lock: bool = False) -> Person | None:
        """Return a person, ``None`` when there is none that the transaction's scope reaches."""
        query = self._query().where(ApplicantRow.id == person)
        found = self._read(query.with_for_update(of=ApplicantRow, key_share=True) if lock else query)
        return found[0] if found else None

    def of_request(self, reference: str) -> tuple[Person, ...]:
        """Return the people of a request, in the order of the list."""
        return self._read(self._query().where(RequestRow.reference == reference).order_by(ApplicantRow.position))

    def among(self, people: Collection[UUID]) -> dict[UUID, Person]:
        """Return those of these people whom the transaction's scope reaches."""
        return {one.id: one for one in self._read(self._query().where(ApplicantRow.id.in_(people)))}

    def expected(self, after: datetime, until: datetime) -> tuple[Person, ...]:
        """Return the people whose appointment lies between two moments, the earliest first."""
        expected = AppointmentRow.status == AppointmentStatus.ACTIVE, AppointmentRow.slot_at.between(after, until)
        query = self._query().join(AppointmentRow, AppointmentRow.applicant_id == ApplicantRow.id)
        return self._read(query.where(*expected).order_by(AppointmentRow.slot_at, ApplicantRow.position))

    def add(
        self,
        request: UUID,
        people: Sequence[PersonForm],
        office_reasons: Mapping[int, str],
        *,
        first: int = 0,
        parties: Collection[str] = (),
        now: datetime,
    ) -> tuple[UUID, ...]:
        """Store people of a request.

        Parameters
        ----------
        office_reasons
            Place in ``people`` to reason code, for those who have to come to the office.
        first
            Position of the first of them in the request's list.
        parties
            Labels that the request's families have already; who says one of them joins that family.
        """
        subjects = self._keys.take_in([person.nik.reveal() for person in people], now=now)
        seals = self._keys.seals_of(subjects)
        labels = _party_labels(people, parties)
        rows = []
        for place, (person, subject) in enumerate(zip(people, subjects, strict=True)):
            seal, reason = seals[subject].seal, office_reasons.get(place)
            phone = person.phone.reveal() if person.phone else None
            rows.append(
                ApplicantRow(
                    kanim=self._kanim,
                    request_id=request,
                    subject_id=subject,
                    position=first + place,
                    name_sealed=seal(person.name.reveal(), "applicant.name"),
                    nik_sealed=seal(person.nik.reveal(), "applicant.nik"),
                    nik_index=self._vault.blind_index(person.nik.reveal(), NIK_PURPOSE),
                    birth_date_sealed=seal(person.birth_date.isoformat(), "applicant.birth_date"),
                    phone_sealed=seal(phone, "applicant.phone") if phone else None,
                    needs_sealed=seal(",".join(sorted(person.needs)), "applicant.needs"),
                    sex=person.sex,
                    passport_case=person.passport_case,
                    party=labels[person.party] if person.party else None,
                    is_carer=person.is_carer,
                    status=ApplicantStatus.OFFICE if reason else ApplicantStatus.WAITING,
                    office_reason=reason,
                    closed_at=now if reason else None,
                )
            )
        self._session.add_all(rows)
        self._session.flush()
        return tuple(row.id for row in rows)

    def amend(self, person: UUID, form: PersonForm, *, office_reason: OfficeReason | None, now: datetime) -> Person:
        """Write down what is known better about a person; the NIK stays, or it would be another person.

        Who turns out to be a case for the office leaves the queue, and who no longer is one joins it.
        """
        row = self._session.scalars(select(ApplicantRow).where(ApplicantRow.id == person)).one()
        seal = self._keys.seal_of(row.subject_id).seal
        phone = form.phone.reveal() if form.phone else None
        row.name_sealed = seal(form.name.reveal(), "applicant.name")
        row.birth_date_sealed = seal(form.birth_date.isoformat(), "applicant.birth_date")
        row.phone_sealed = seal(phone, "applicant.phone") if phone else None
        row.needs_sealed = seal(",".join(sorted(form.needs)), "applicant.needs")
        row.sex, row.passport_case = form.sex, form.passport_case
        row.party, row.is_carer = form.party, form.is_carer
        if row.status in (ApplicantStatus.WAITING, ApplicantStatus.OFFICE):
            row.status = ApplicantStatus.OFFICE if office_reason else ApplicantStatus.WAITING
            row.office_reason = office_reason
            row.closed_at = None if row.status in LIVE_STATUSES else now
        self._session.flush()
        amended = self.get(person)
        if amended is None:
            raise LookupError("the person just amended is gone")
        return amended

    def _query(self) -> Select[ApplicantRow, str, str, str]:
        return (
            select(ApplicantRow, RequestRow.reference, RequestRow.category, RequestRow.visit_kind)
            .join(RequestRow, RequestRow.id == ApplicantRow.request_id)
            .where(ApplicantRow.kanim == self._kanim)
        )

    def _read(self, query: Select[ApplicantRow, str, str, str]) -> tuple[Person, ...]:
        rows = self._session.execute(query).all()
        seals = self._keys.seals_of([row.subject_id for row, *_ in rows])
        return tuple(
            _person(row, reference, Category(category), VisitKind(kind), seals[row.subject_id])
            for row, reference, category, kind in rows
        )


def _person(row: ApplicantRow, reference: str, category: Category, kind: VisitKind, seal: SubjectSeal) -> Person:
    return Person(
        id=row.id,
        request=reference,
        category=category,
        visit_kind=kind,
        position=row.position,
        form=_form(row, seal) if row.nik_sealed != ERASED else None,
        status=ApplicantStatus(row.status),
        office_reason=OfficeReason(row.office_reason) if row.office_reason else None,
        revision=revision_of(row),
    )


def birth_date_of(sealed: bytes, seal: SubjectSeal) -> date:
    """Open a person's birth date."""
    return date.fromisoformat(seal.open(sealed, "applicant.birth_date"))


def needs_of(sealed: bytes, seal: SubjectSeal) -> frozenset[Need]:
    """Open a person's needs."""
    codes = seal.open(sealed, "applicant.needs")
    return frozenset(Need(code) for code in codes.split(",") if code)


def person_on_sheet(row: Row[*tuple[Any, ...]], seal: SubjectSeal) -> PersonOnSheet:
    """Open what a team sees of a person."""
    return PersonOnSheet(
        name=Secret(seal.open(row.name_sealed, "applicant.name")),
        nik=Secret(seal.open(row.nik_sealed, "applicant.nik")),
        birth_date=birth_date_of(row.birth_date_sealed, seal),
        passport_case=PassportCase(row.passport_case),
        needs=needs_of(row.needs_sealed, seal),
        party=row.party,
        request=row.reference,
        category=Category(row.category),
    )


def _form(row: ApplicantRow, seal: SubjectSeal) -> PersonForm:
    return PersonForm(
        name=Secret(seal.open(row.name_sealed, "applicant.name")),
        nik=Secret(seal.open(row.nik_sealed, "applicant.nik")),
        birth_date=birth_date_of(row.birth_date_sealed, seal),
        sex=Sex(row.sex),
        phone=Secret(seal.open(row.phone_sealed, "applicant.phone")) if row.phone_sealed else None,
        passport_case=PassportCase(row.passport_case),
        needs=needs_of(row.needs_sealed, seal),
        party=row.party,
        is_carer=row.is_carer,
    )


def _party_labels(people: Iterable[PersonForm], taken: Collection[str]) -> dict[str, str]:
    """Name the families of a list A, B, … AA in their order: what the list calls them may be a person's name."""
    new = dict.fromkeys(person.party for person in people if person.party and person.party not in taken)
    free = (letters for letters in _letters() if letters not in taken)
    return {label: label for label in taken} | dict(zip(new, free, strict=False))


def _letters() -> Iterator[str]:
    for length in count(1):
        for letters in product(ascii_uppercase, repeat=length):
            yield "".join(letters)
