"""Requests and their people: how they are stored, sealed and found again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.demand import Place, WaitingPerson, WaitingRequest
from mobile_passport.domain.person import Need, PassportCase, PersonForm
from mobile_passport.domain.request import AskerKind, Category, RequestForm, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.status import ApplicantStatus, follow
from mobile_passport.persistence.tables import ApplicantRow, RequestRow
from mobile_passport.persistence.vault import Vault
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


class Requests:
    """Requests of one office, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim

    def digest_of(self, asker_kind: AskerKind, asker_name: str, external_reference: str) -> str | None:
        """Return the content digest of a request that was imported before, ``None`` when it is new."""
        return self._session.scalar(
            select(RequestRow.content_digest).where(
                RequestRow.kanim == self._kanim,
                RequestRow.asker_kind == asker_kind,
                RequestRow.asker_name == asker_name,
                RequestRow.external_reference == external_reference,
            )
        )

    def live_among(self, people: Sequence[PersonForm]) -> frozenset[int]:
        """Return positions in ``people`` of those who already have a live booking anywhere in the office."""
        indexes = {self._nik_index(person): position for position, person in enumerate(people)}
        found = self._session.scalars(
            select(ApplicantRow.nik_index).where(
                ApplicantRow.kanim == self._kanim,
                ApplicantRow.nik_index.in_(indexes),
                ApplicantRow.status.in_((ApplicantStatus.WAITING, ApplicantStatus.SCHEDULED)),
            )
        )
        return frozenset(indexes[index] for index in found)

    def add(
        self,
        form: RequestForm,
        *,
        reference: str,
        content_digest: str,
        place: PlaceFinding,
        office_reasons: Mapping[int, str],
        now: datetime,
    ) -> UUID:
        """Store a request with its people.

        Parameters
        ----------
        office_reasons
            Position in ``form.people`` to reason code, for those who have to come to the office.
        """
        row = RequestRow(
            kanim=self._kanim,
            reference=reference,
            external_reference=form.external_reference,
            content_digest=content_digest,
            asker_kind=form.asker_kind,
            asker_name=form.asker_name,
            contact_name_sealed=self._vault.seal(form.contact_name.reveal(), "request.contact_name"),
            contact_phone_sealed=self._vault.seal(form.contact_phone.reveal(), "request.contact_phone"),
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
        self._session.add_all(
            self._applicant(row.id, position, person, office_reasons.get(position))
            for position, person in enumerate(form.people)
        )
        self._session.flush()
        return row.id

    def waiting(self, released: Collection[UUID] = ()) -> tuple[WaitingRequest, ...]:
        """Return every request with a known place and people who wait, oldest reference first.

        Parameters
        ----------
        released
            People whose promise cannot be kept: they wait again, though they still have their appointment.
        """
        query = (
            select(RequestRow, ApplicantRow)
            .join(ApplicantRow, ApplicantRow.request_id == RequestRow.id)
            .where(
                RequestRow.kanim == self._kanim,
                RequestRow.place_verdict == "found",
                or_(ApplicantRow.status == ApplicantStatus.WAITING, ApplicantRow.id.in_(released)),
            )
            .order_by(RequestRow.reference, ApplicantRow.position)
        )
        people: dict[UUID, list[WaitingPerson]] = {}
        rows: dict[UUID, RequestRow] = {}
        for request, applicant in self._session.execute(query):
            rows[request.id] = request
            people.setdefault(request.id, []).append(self._waiting_person(applicant))
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

    def set_status(self, applicants: Iterable[UUID], *, present: ApplicantStatus, wanted: ApplicantStatus) -> int:
        """Move people from one status to another; those who stand elsewhere stay. Returns how many moved."""
        ids = list(applicants)
        if not ids:
            return 0
        move = (
            update(ApplicantRow)
            .where(ApplicantRow.kanim == self._kanim, ApplicantRow.id.in_(ids), ApplicantRow.status == present)
            .values(status=follow(present, wanted))
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

    def on_sheet(self, applicants: Collection[UUID]) -> dict[UUID, PersonOnSheet]:
        """Return people as their team sees them."""
        query = (
            select(ApplicantRow, RequestRow.reference)
            .join(RequestRow, RequestRow.id == ApplicantRow.request_id)
            .where(ApplicantRow.kanim == self._kanim, ApplicantRow.id.in_(applicants))
        )
        return {
            row.id: PersonOnSheet(
                name=Secret(self._vault.open(row.name_sealed, "applicant.name")),
                nik=Secret(self._vault.open(row.nik_sealed, "applicant.nik")),
                birth_date=self._birth_date(row),
                passport_case=PassportCase(row.passport_case),
                needs=self._needs(row),
                party=row.party,
                request=reference,
            )
            for row, reference in self._session.execute(query)
        }

    def contacts_of(self, references: Collection[str]) -> dict[str, tuple[Secret[str], Secret[str]]]:
        """Return name and phone of the person who asked, by the request's reference."""
        query = select(RequestRow).where(RequestRow.kanim == self._kanim, RequestRow.reference.in_(references))
        return {
            row.reference: (
                Secret(self._vault.open(row.contact_name_sealed, "request.contact_name")),
                Secret(self._vault.open(row.contact_phone_sealed, "request.contact_phone")),
            )
            for row in self._session.scalars(query)
        }

    def _applicant(
        self, request_id: UUID, position: int, person: PersonForm, office_reason: str | None
    ) -> ApplicantRow:
        seal = self._vault.seal
        return ApplicantRow(
            kanim=self._kanim,
            request_id=request_id,
            position=position,
            name_sealed=seal(person.name.reveal(), "applicant.name"),
            nik_sealed=seal(person.nik.reveal(), "applicant.nik"),
            nik_index=self._nik_index(person),
            birth_date_sealed=seal(person.birth_date.isoformat(), "applicant.birth_date"),
            phone_sealed=seal(person.phone.reveal(), "applicant.phone") if person.phone else None,
            needs_sealed=seal(",".join(sorted(person.needs)), "applicant.needs"),
            sex=person.sex,
            passport_case=person.passport_case,
            party=person.party,
            is_carer=person.is_carer,
            status=ApplicantStatus.OFFICE if office_reason else ApplicantStatus.WAITING,
            office_reason=office_reason,
        )

    def _nik_index(self, person: PersonForm) -> bytes:
        return self._vault.blind_index(person.nik.reveal(), "nik")

    def _waiting_person(self, row: ApplicantRow) -> WaitingPerson:
        return WaitingPerson(id=row.id, birth_date=self._birth_date(row), needs=self._needs(row), party=row.party)

    def _birth_date(self, row: ApplicantRow) -> date:
        return date.fromisoformat(self._vault.open(row.birth_date_sealed, "applicant.birth_date"))

    def _needs(self, row: ApplicantRow) -> frozenset[Need]:
        codes = self._vault.open(row.needs_sealed, "applicant.needs")
        return frozenset(Need(code) for code in codes.split(",") if code)


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
