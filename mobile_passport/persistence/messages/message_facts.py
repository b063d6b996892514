"""What messages are about, read from requests, appointments and plans: every query that knows both sides."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from mobile_passport.domain.person import PassportCase
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.status import ApplicantStatus, AppointmentStatus
from mobile_passport.domain.team_day import TeamDay, TeamStop
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.subject_tables import SubjectRow
from mobile_passport.persistence.privacy.vault import ERASED, Vault
from mobile_passport.persistence.tables import (
    ApplicantRow,
    AppointmentRow,
    CurrentPlanRow,
    PlanRow,
    PlanVisitRow,
    RequestRow,
)
from optimizer.problem import LatLon

_IDS_A_QUERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentFacts:
    """The latest revision of one person's appointment, and how the person is reached.

    Attributes
    ----------
    is_active
        False when this revision was cancelled and nothing followed.
    phone
        E.164: the person's own, else that of a carer of the same party; ``None`` when there is neither.
    created_at
        When this revision was decided.
    window_closes_at
        Until when a household expects the team; ``None`` for who comes to a venue.
    village_code
        Of the request's place: by its clocks the person lives and the visit takes place. Zones end with provinces.
    """

    applicant_id: UUID
    request_id: UUID
    revision: int
    is_active: bool
    plan_version: int
    visit_kind: VisitKind
    venue: str
    slot_at: datetime
    created_at: datetime
    category: Category
    passport_case: PassportCase
    name: Secret[str]
    phone: Secret[str] | None
    window_closes_at: datetime | None = None
    village_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """A request as its contact sees it.

    Attributes
    ----------
    total
        People whom the outreach takes; those sent to the office do not count.
    appointments
        The active ones, by slot.
    """

    request_id: UUID
    reference: str
    contact_phone: Secret[str]
    total: int
    appointments: tuple[AppointmentFacts, ...] = field(repr=False)

    def is_told_as_a_person(self, zone: ZoneInfo) -> bool:
        """Whether the contact's own phone gets every message to the people anyway; days are counted in their zone."""
        days = {one.slot_at.astimezone(zone).date() for one in self.appointments}
        all_on_one_phone = all(one.phone == self.contact_phone for one in self.appointments)
        return all_on_one_phone and len(self.appointments) == self.total and len(days) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who handed a request in, and its number.

    Attributes
    ----------
    name, phone
        ``None`` once the contact was erased.
    """

    reference: str
    name: Secret[str] | None
    phone: Secret[str] | None


class MessageFacts:
    """Reads what messages are about, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._kanim = kanim
        self._keys = SubjectKeys(session, vault, kanim)

    def appointments_of(self, applicants: Collection[UUID]) -> dict[UUID, AppointmentFacts]:
        """Return the latest appointment of each person; who never had one is left out."""
        found: dict[UUID, AppointmentFacts] = {}
        for ids in _chunks(applicants):
            latest = (
                select(AppointmentRow.applicant_id, func.max(AppointmentRow.revision).label("revision"))
                .where(AppointmentRow.applicant_id.in_(ids))
                .group_by(AppointmentRow.applicant_id)
                .subquery()
            )
            query = self._joined().join(
                latest,
                and_(
                    latest.c.applicant_id == AppointmentRow.applicant_id,
                    latest.c.revision == AppointmentRow.revision,
                ),
            )
            found |= {one.applicant_id: one for one in self._all_facts(query)}
        return found

    def active_between(self, first: datetime, last: datetime) -> tuple[AppointmentFacts, ...]:
        """Return active appointments with first <= slot < last, by slot."""
        query = (
            self._joined()
            .where(
                AppointmentRow.kanim == self._kanim,
                AppointmentRow.status == AppointmentStatus.ACTIVE,
                AppointmentRow.slot_at >= first,
                AppointmentRow.slot_at < last,
            )
            .order_by(AppointmentRow.slot_at, AppointmentRow.id)
        )
        return self._all_facts(query)

    def numbers_of(self, requests: Collection[UUID], *, after: datetime) -> dict[UUID, Secret[str] | None]:
        """Return under which number everybody of some requests is reached whose appointment lies ahead."""
        ahead = self._joined().where(
            RequestRow.id.in_(requests),
            AppointmentRow.status == AppointmentStatus.ACTIVE,
            AppointmentRow.slot_at > after,
        )
        return {one.applicant_id: one.phone for one in self._all_facts(ahead)}

    def taken_back_between(self, first: datetime, last: datetime) -> tuple[AppointmentFacts, ...]:
        """Return what was promised last and taken back, with first <= slot < last, of people who wait for another."""
        waiting = select(AppointmentRow.applicant_id).join(ApplicantRow, ApplicantRow.id == AppointmentRow.applicant_id)
        people = self._session.scalars(
            waiting.where(
                AppointmentRow.kanim == self._kanim,
                AppointmentRow.status == AppointmentStatus.CANCELLED,
                AppointmentRow.slot_at >= first,
                AppointmentRow.slot_at < last,
                ApplicantRow.status == ApplicantStatus.WAITING,
            ).distinct()
        ).all()
        latest = self.appointments_of(people).values()
        return tuple(one for one in latest if not one.is_active and first <= one.slot_at < last)

    def requests(self, requests: Collection[UUID]) -> tuple[RequestFacts, ...]:
        """Return requests with their active appointments, by reference; without those whose contact was erased."""
        found: list[RequestFacts] = []
        for ids in _chunks(requests):
            appointments: dict[UUID, list[AppointmentFacts]] = defaultdict(list)
            active = (
                self._joined()
                .where(RequestRow.id.in_(ids), AppointmentRow.status == AppointmentStatus.ACTIVE)
                .order_by(AppointmentRow.slot_at, AppointmentRow.id)
            )
            for one in self._all_facts(active):
                appointments[one.request_id].append(one)
            counted = (
                select(RequestRow, SubjectRow.wrapped_key, func.count(ApplicantRow.id))
                .join(SubjectRow, SubjectRow.id == RequestRow.contact_subject_id)
                .join(ApplicantRow, ApplicantRow.request_id == RequestRow.id)
                .where(
                    RequestRow.id.in_(ids),
                    RequestRow.contact_phone_sealed != ERASED,
                    ApplicantRow.status != ApplicantStatus.OFFICE,
                )
                .group_by(RequestRow.id, SubjectRow.wrapped_key)
            )
            for request, key, total in self._session.execute(counted):
                seal = self._keys.seal(request.contact_subject_id, key)
                found.append(
                    RequestFacts(
                        request_id=request.id,
                        reference=request.reference,
                        contact_phone=Secret(seal.open(request.contact_phone_sealed, "request.contact_phone")),
                        total=total,
                        appointments=tuple(appointments[request.id]),
                    )
                )
        return tuple(sorted(found, key=lambda facts: facts.reference))

    def contacts(self, requests: Collection[UUID]) -> dict[UUID, Contact]:
        """Return the contact of each request."""
        found: dict[UUID, Contact] = {}
        for ids in _chunks(requests):
            query = (
                select(RequestRow, SubjectRow.wrapped_key)
                .join(SubjectRow, SubjectRow.id == RequestRow.contact_subject_id)
                .where(RequestRow.id.in_(ids))
            )
            for request, key in self._session.execute(query):
                contact = Contact(reference=request.reference, name=None, phone=None)
                if request.contact_phone_sealed != ERASED:
                    seal = self._keys.seal(request.contact_subject_id, key)
                    name = seal.open(request.contact_name_sealed, "request.contact_name")
                    phone = seal.open(request.contact_phone_sealed, "request.contact_phone")
                    contact = replace(contact, name=Secret(name), phone=Secret(phone))
                found[request.id] = contact
        return found

    def current_plan(self) -> int | None:
        """Return the version of the plan that holds; ``None`` before the first."""
        return self._session.scalar(select(CurrentPlanRow.version).where(CurrentPlanRow.kanim == self._kanim))

    def team_days(self, version: int, *, after: datetime, zone: ZoneInfo) -> dict[str, TeamDay]:
        """Return by topic what lies ahead of teams on a version of the plan, whatever homes and places are called.

        Parameters
        ----------
        after
            Stops that began by then are left out.
        zone
            In which days are counted.
        """
        query = (
            select(PlanVisitRow)
            .join(PlanRow, PlanRow.id == PlanVisitRow.plan_id)
            .where(
                PlanRow.kanim == self._kanim,
                PlanRow.version == version,
                PlanVisitRow.team.is_not(None),
                PlanVisitRow.starts_at > after,
            )
            .order_by(PlanVisitRow.team, PlanVisitRow.starts_at, PlanVisitRow.visit)
        )
        stops = [(row.team or "", _stop(row)) for row in self._session.scalars(query)]
        days = (
            TeamDay(team=team, day=day, stops=tuple(stop for _, stop in together))
            for (team, day), together in groupby(
                stops, key=lambda one: (one[0], one[1].starts_at.astimezone(zone).date())
            )
        )
        return {day.topic: day for day in days}

    def villages_of(self, *, people: Collection[UUID], requests: Collection[UUID]) -> frozenset[str]:
        """Return the villages (codes) of requests, and of the requests of people; without those not found yet."""
        of_people = select(ApplicantRow.request_id).where(ApplicantRow.id.in_(people)).scalar_subquery()
        query = select(RequestRow.village_code).where(RequestRow.id.in_(requests) | RequestRow.id.in_(of_people))
        return frozenset(village for village in self._session.scalars(query) if village)

    def _joined(self) -> Select[AppointmentRow, ApplicantRow, RequestRow, bytes | None]:
        return (
            select(AppointmentRow, ApplicantRow, RequestRow, SubjectRow.wrapped_key)
            .join(ApplicantRow, ApplicantRow.id == AppointmentRow.applicant_id)
            .join(RequestRow, RequestRow.id == ApplicantRow.request_id)
            .join(SubjectRow, SubjectRow.id == ApplicantRow.subject_id)
        )

    def _all_facts(
        self, query: Select[AppointmentRow, ApplicantRow, RequestRow, bytes | None]
    ) -> tuple[AppointmentFacts, ...]:
        rows = self._session.execute(query).all()
        carers = self._carers({person.request_id for _, person, *_ in rows if person.party and not person.phone_sealed})
        return tuple(
            self._facts(appointment, applicant, request, key, carers.get((applicant.request_id, applicant.party or "")))
            for appointment, applicant, request, key in rows
        )

    def _carers(self, requests: Collection[UUID]) -> dict[tuple[UUID, str], Secret[str]]:
        """Return the number of the first carer of each party who has one, by request and party."""
        found: dict[tuple[UUID, str], Secret[str]] = {}
        for ids in _chunks(requests):
            query = (
                select(ApplicantRow, SubjectRow.wrapped_key)
                .join(SubjectRow, SubjectRow.id == ApplicantRow.subject_id)
                .where(ApplicantRow.request_id.in_(ids), ApplicantRow.is_carer, ApplicantRow.phone_sealed.is_not(None))
                .order_by(ApplicantRow.position)
            )
            for carer, key in self._session.execute(query):
                if carer.party and carer.phone_sealed:
                    phone = self._keys.seal(carer.subject_id, key).open(carer.phone_sealed, "applicant.phone")
                    found.setdefault((carer.request_id, carer.party), Secret(phone))
        return found

    def _facts(
        self,
        appointment: AppointmentRow,
        applicant: ApplicantRow,
        request: RequestRow,
        key: bytes | None,
        carer: Secret[str] | None,
    ) -> AppointmentFacts:
        phone = applicant.phone_sealed
        seal = self._keys.seal(applicant.subject_id, key)
        return AppointmentFacts(
            applicant_id=applicant.id,
            request_id=request.id,
            revision=appointment.revision,
            is_active=appointment.status == AppointmentStatus.ACTIVE,
            plan_version=appointment.plan_version,
            visit_kind=VisitKind(appointment.kind),
            venue=appointment.venue,
            slot_at=appointment.slot_at,
            created_at=appointment.created_at,
            category=Category(request.category),
            passport_case=PassportCase(applicant.passport_case),
            name=Secret(seal.open(applicant.name_sealed, "applicant.name")),
            phone=Secret(seal.open(phone, "applicant.phone")) if phone else carer,
            window_closes_at=appointment.window_closes_at,
            village_code=request.village_code,
        )


def _stop(row: PlanVisitRow) -> TeamStop:
    assert row.starts_at is not None  # noqa: S101 - asked for
    return TeamStop(
        shift=row.shift or "",
        kind=VisitKind(row.kind),
        label=row.venue,
        position=LatLon(lat=row.lat, lon=row.lon),
        starts_at=row.starts_at,
    )


def _chunks(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _IDS_A_QUERY):
        yield ordered[start : start + _IDS_A_QUERY]
