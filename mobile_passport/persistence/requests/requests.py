"""Requests and their people: how they are stored, sealed and found again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.demand import Place, WaitingPerson, WaitingRequest
from mobile_passport.domain.person import PersonForm
from mobile_passport.domain.request import AskerKind, Category, RequestForm, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.status import LIVE_STATUSES, ApplicantStatus, follow
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.subject_tables import SubjectRow
from mobile_passport.persistence.privacy.vault import ERASED, SubjectSeal, Vault
from mobile_passport.persistence.requests.people import People, PersonOnSheet, birth_date_of, needs_of, person_on_sheet
from mobile_passport.persistence.scoping import office_wide, refuse_outside
from mobile_passport.persistence.tables import ApplicantRow, RequestRow
from optimizer.problem import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFinding:
    """What the geocoder said of a request's place.

    Attributes
    ----------
    verdict
        ``found``, ``ambiguous`` or ``not_found``.
    label, village_code, position
        The place itself when found.
    candidates
        Ranked, for the review list: label, village code, confidence.
    """

    verdict: str
    label: str | None
    village_code: str | None
    position: LatLon | None
    candidates: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceToReview:
    """A request that waits for a person to say where it is."""

    request_id: UUID
    reference: str
    place_text: str
    people: int
    verdict: str
    candidates: tuple[dict[str, Any], ...]


class Known(StrEnum):
    """What is known of a letter that came before."""

    SAME = "same"
    OTHER_CONTENT = "other_content"


class Requests:
    """Requests of one office, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim
        self._keys = SubjectKeys(session, vault, kanim)

    def known(self, form: RequestForm) -> Known | None:
        """Tell whether a letter came before, and with the same content; ``None`` when it is new."""
        query = (
            select(RequestRow.content_digest, RequestRow.contact_subject_id, SubjectRow.wrapped_key)
            .join(SubjectRow, SubjectRow.id == RequestRow.contact_subject_id)
            .where(
                RequestRow.kanim == self._kanim,
                RequestRow.asker_kind == form.asker_kind,
                RequestRow.asker_name.in_(self._asker_names(form)),
                RequestRow.external_reference == form.external_reference,
            )
        )
        with office_wide(self._session):
            found = self._session.execute(query).one_or_none()
        if found is None:
            return None
        digest, contact, key = found
        content = _content(form)
        digests = {index.hex() for index in self._vault.blind_indexes(content, "request.content")}  # of older versions
        if key is not None:
            digests.add(self._keys.seal(contact, key).digest(content))
        return Known.SAME if digest in digests else Known.OTHER_CONTENT

    def live_among(self, people: Sequence[PersonForm]) -> frozenset[int]:
        """Return positions in ``people`` of those who already have a live booking anywhere in the office."""
        indexes = {
            index: position
            for position, person in enumerate(people)
            for index in self._keys.nik_indexes(person.nik.reveal())
        }
        query = select(ApplicantRow.nik_index).where(
            ApplicantRow.kanim == self._kanim,
            ApplicantRow.nik_index.in_(indexes),
            ApplicantRow.status.in_(LIVE_STATUSES),
        )
        with office_wide(self._session):
            found = self._session.scalars(query).all()
        return frozenset(indexes[index] for index in found if index)

    def add(
        self,
        form: RequestForm,
        *,
        reference: str,
        place: PlaceFinding,
        office_reasons: Mapping[int, str],
        organisation_id: UUID | None = None,
        now: datetime,
    ) -> UUID:
        """Store a request with its people.

        Parameters
        ----------
        office_reasons
            Position in ``form.people`` to reason code, for those who have to come to the office.
        organisation_id
            Whose coordinator handed it in; ``None`` for what the office took in itself.

        Raises
        ------
        OutsideScope
            When the caller could not see it afterwards.
        """
        refuse_outside(self._session, organisation_id=organisation_id, village_code=place.village_code)
        contact = self._keys.take_in_contact(now=now)
        seal = self._keys.seal_of(contact)
        row = RequestRow(
            kanim=self._kanim,
            reference=reference,
            organisation_id=organisation_id,
            external_reference=form.external_reference,
            content_digest=seal.digest(_content(form)),
            asker_kind=form.asker_kind,
            asker_name=self._asker_names(form)[0],
            contact_subject_id=contact,
            contact_name_sealed=seal.seal(form.contact_name.reveal(), "request.contact_name"),
            contact_phone_sealed=seal.seal(form.contact_phone.reveal(), "request.contact_phone"),
            category=form.category,
            visit_kind=form.visit_kind,
            place_text=form.place_text,
            own_venue=form.own_venue,
            wished_dates=[day.isoformat() for day in form.wished_dates],
            deadline_date=form.deadline_date,
            received_date=form.received_date,
            created_at=now,
            place_verdict=place.verdict,
            place_label=place.label,
            village_code=place.village_code,
            lat=place.position.lat if place.position else None,
            lon=place.position.lon if place.position else None,
            place_candidates=list(place.candidates),
        )
        self._session.add(row)
        self._session.flush()
        People(self._session, self._vault, self._kanim).add(row.id, form.people, office_reasons, now=now)
        return row.id

    def waiting(self, released: Collection[UUID] = ()) -> tuple[WaitingRequest, ...]:
        """Return every request with a known place and people who wait, oldest reference first.

        Parameters
        ----------
        released
            People whose promise cannot be kept: they wait again, though they still have their appointment.
        """
        query = (
            select(RequestRow, ApplicantRow, SubjectRow.wrapped_key)
            .join(ApplicantRow, ApplicantRow.request_id == RequestRow.id)
            .join(SubjectRow, SubjectRow.id == ApplicantRow.subject_id)
            .where(
                RequestRow.kanim == self._kanim,
                RequestRow.place_verdict == "found",
                ApplicantRow.nik_sealed != ERASED,
                or_(ApplicantRow.status == ApplicantStatus.WAITING, ApplicantRow.id.in_(released)),
            )
            .order_by(RequestRow.reference, ApplicantRow.position)
        )
        people: dict[UUID, list[WaitingPerson]] = {}
        rows: dict[UUID, RequestRow] = {}
        for request, applicant, key in self._session.execute(query):
            rows[request.id] = request
            people.setdefault(request.id, []).append(
                _waiting_person(applicant, self._keys.seal(applicant.subject_id, key))
            )
        return tuple(_waiting_request(rows[key], tuple(waiting)) for key, waiting in people.items())

    def to_review(self) -> tuple[PlaceToReview, ...]:
        """Return requests whose place is ambiguous or was not found, oldest first."""
        query = (
            select(RequestRow, func.count(ApplicantRow.id))
            .join(ApplicantRow, ApplicantRow.request_id == RequestRow.id)
            .where(RequestRow.kanim == self._kanim, RequestRow.place_verdict != "found")
            .group_by(RequestRow.id)
            .order_by(RequestRow.reference)
        )
        return tuple(
            PlaceToReview(
                request_id=row.id,
                reference=row.reference,
                place_text=row.place_text,
                people=people,
                verdict=row.place_verdict,
                candidates=tuple(row.place_candidates),
            )
            for row, people in self._session.execute(query)
        )

    def settle_place(self, reference: str, *, label: str, village_code: str, position: LatLon) -> UUID | None:
        """Place a request that waits for it; returns its id, ``None`` when no such request waits."""
        settle = (
            update(RequestRow)
            .where(
                RequestRow.kanim == self._kanim, RequestRow.reference == reference, RequestRow.place_verdict != "found"
            )
            .values(
                place_verdict="found",
                place_label=label,
                village_code=village_code,
                lat=position.lat,
                lon=position.lon,
            )
            .returning(RequestRow.id)
        )
        return self._session.scalar(settle)

    def count_by_status(self) -> dict[str, int]:
        """Return how many people stand in each status."""
        query = (
            select(ApplicantRow.status, func.count())
            .where(ApplicantRow.kanim == self._kanim)
            .group_by(ApplicantRow.status)
        )
        return dict(self._session.execute(query).all())

    def set_status(
        self, applicants: Iterable[UUID], *, present: ApplicantStatus, wanted: ApplicantStatus, now: datetime
    ) -> int:
        """Move people from one status to another; those who stand elsewhere stay. Returns how many moved."""
        ids = list(applicants)
        if not ids:
            return 0
        move = (
            update(ApplicantRow)
            .where(ApplicantRow.kanim == self._kanim, ApplicantRow.id.in_(ids), ApplicantRow.status == present)
            .values(status=follow(present, wanted), closed_at=None if wanted in LIVE_STATUSES else now)
            .returning(ApplicantRow.id)
        )
        return len(self._session.execute(move).all())

    def requests_of(self, applicants: Collection[UUID]) -> frozenset[UUID]:
        """Return the requests that brought these people."""
        query = select(ApplicantRow.request_id).where(ApplicantRow.kanim == self._kanim).distinct()
        return frozenset(self._session.scalars(query.where(ApplicantRow.id.in_(applicants))))

    def references_of(self, applicants: Collection[UUID]) -> dict[UUID, str]:
        """Return the reference of the request that brought each of these people."""
        query = (
            select(ApplicantRow.id, RequestRow.reference)
            .join(RequestRow, RequestRow.id == ApplicantRow.request_id)
            .where(ApplicantRow.kanim == self._kanim, ApplicantRow.id.in_(applicants))
        )
        return dict(self._session.execute(query).all())

    def on_sheet(self, applicants: Collection[UUID] | Select[UUID]) -> dict[UUID, PersonOnSheet]:
        """Return people as their team sees them; who was erased is left out."""
        query = (
            select(
                ApplicantRow.id,
                ApplicantRow.subject_id,
                ApplicantRow.name_sealed,
                ApplicantRow.nik_sealed,
                ApplicantRow.birth_date_sealed,
                ApplicantRow.needs_sealed,
                ApplicantRow.passport_case,
                ApplicantRow.party,
                RequestRow.reference,
                RequestRow.category,
                SubjectRow.wrapped_key,
            )
            .join(RequestRow, RequestRow.id == ApplicantRow.request_id)
            .join(SubjectRow, SubjectRow.id == ApplicantRow.subject_id)
            .where(
                ApplicantRow.kanim == self._kanim,
                ApplicantRow.id.in_(applicants),
                ApplicantRow.nik_sealed != ERASED,
            )
        )
        return {
            row.id: person_on_sheet(row, self._keys.seal(row.subject_id, row.wrapped_key))
            for row in self._session.execute(query)
        }

    def contacts_of(self, references: Collection[str]) -> dict[str, tuple[Secret[str], Secret[str]]]:
        """Return name and phone of the person who asked, by the request's reference; empty texts once erased."""
        query = (
            select(RequestRow, SubjectRow.wrapped_key)
            .join(SubjectRow, SubjectRow.id == RequestRow.contact_subject_id)
            .where(RequestRow.kanim == self._kanim, RequestRow.reference.in_(references))
        )
        contacts = {}
        for row, key in self._session.execute(query):
            seal = self._keys.seal(row.contact_subject_id, key)
            contacts[row.reference] = (
                Secret(seal.open(row.contact_name_sealed, "request.contact_name")),
                Secret(seal.open(row.contact_phone_sealed, "request.contact_phone")),
            )
        return contacts

    def _asker_names(self, form: RequestForm) -> tuple[str, ...]:
        """Return how the asker may be written down, the present way first; a family's name is a person's name."""
        if form.asker_kind is not AskerKind.FAMILY:
            return (form.asker_name,)
        indexes = self._vault.blind_indexes(form.asker_name, "request.asker_name")
        return (*(f"Keluarga {index.hex()}" for index in indexes), form.asker_name)


def _content(form: RequestForm) -> str:
    """Everything a letter says, personal values included; only ever kept as a keyed digest."""
    people = [
        (
            person.name.reveal(),
            person.nik.reveal(),
            person.birth_date,
            person.sex,
            person.phone.reveal() if person.phone else None,
            person.passport_case,
            sorted(person.needs),
            person.party,
            person.is_carer,
        )
        for person in form.people
    ]
    head = (
        form.contact_name.reveal(),
        form.contact_phone.reveal(),
        form.category,
        form.visit_kind,
        form.place_text,
        form.own_venue,
        form.wished_dates,
        form.deadline_date,
    )
    return repr((head, people))


def _waiting_person(row: ApplicantRow, seal: SubjectSeal) -> WaitingPerson:
    return WaitingPerson(
        id=row.id,
        birth_date=birth_date_of(row.birth_date_sealed, seal),
        needs=needs_of(row.needs_sealed, seal),
        party=row.party,
    )


def _waiting_request(row: RequestRow, people: tuple[WaitingPerson, ...]) -> WaitingRequest:
    if row.lat is None or row.lon is None or row.village_code is None or row.place_label is None:
        raise ValueError(f"request {row.reference}: place is marked as found but has no point")
    return WaitingRequest(
        id=row.id,
        reference=row.reference,
        category=Category(row.category),
        kind=VisitKind(row.visit_kind),
        place=Place(
            label=row.own_venue or row.place_label,
            village_code=row.village_code,
            position=LatLon(lat=row.lat, lon=row.lon),
        ),
        has_own_venue=row.own_venue is not None,
        wished_dates=tuple(date.fromisoformat(day) for day in row.wished_dates),
        deadline_date=row.deadline_date,
        received_date=row.received_date,
        people=people,
    )
