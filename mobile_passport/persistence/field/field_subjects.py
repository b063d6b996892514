"""Whom and which stop an operation is about, whose team it is, and who is promised what on a team's day."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mobile_passport.domain.field import StopKey
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.status import MAY_WAIT_AGAIN, ApplicantStatus, AppointmentStatus, PlanStatus, may_follow
from mobile_passport.persistence.field.field_operations import PersonDay, Subject
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow, PlanRow, PlanVisitRow, RequestRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision of a person's appointment."""

    applicant_id: UUID
    stop: StopKey
    status: AppointmentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A person who is promised a time at a stop, or was and missed it."""

    appointment_id: UUID
    applicant_id: UUID
    slot_at: datetime
    status: AppointmentStatus


class FieldSubjects:
    """Appointments and stops of one office as field teams know them, inside one transaction.

    Parameters
    ----------
    vault
        Opens what is sealed about people.
    zone
        Decides to which day a moment belongs.
    """

    def __init__(self, session: Session, vault: Vault, kanim: str, zone: ZoneInfo) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim
        self._zone = zone

    def of_appointments(self, appointments: Iterable[UUID]) -> dict[UUID, Subject]:
        """Return person and stop of every appointment that is known, whatever its status."""
        query = select(AppointmentRow).where(
            AppointmentRow.kanim == self._kanim, AppointmentRow.id.in_(list(appointments))
        )
        return {
            row.id: Subject(stop=self._stop_of(row.slot_at, row.visit), applicant_id=row.applicant_id)
            for row in self._session.scalars(query)
        }

    def teams_of(self, stops: Collection[StopKey]) -> dict[StopKey, frozenset[str]]:
        """Return the teams that were to go to a stop by any plan that ever held; unknown stops are left out."""
        query = (
            select(PlanVisitRow.visit, PlanVisitRow.starts_at, PlanVisitRow.team)
            .join(PlanRow, PlanRow.id == PlanVisitRow.plan_id)
            .where(PlanVisitRow.kanim == self._kanim, PlanVisitRow.visit.in_({stop.visit for stop in stops}))
            .where(PlanRow.status.in_((PlanStatus.PUBLISHED, PlanStatus.SUPERSEDED)))
            .distinct()
        )
        teams: dict[StopKey, set[str]] = defaultdict(set)
        for visit, starts_at, team in self._session.execute(query):
            if starts_at and team and (stop := self._stop_of(starts_at, visit)) in stops:
                teams[stop].add(team)
        return {stop: frozenset(names) for stop, names in teams.items()}

    def revisions_of(self, applicants: Collection[UUID]) -> dict[UUID, list[Revision]]:
        """Return everything that people were ever promised, oldest first."""
        query = (
            select(AppointmentRow.applicant_id, AppointmentRow.slot_at, AppointmentRow.visit, AppointmentRow.status)
            .where(AppointmentRow.kanim == self._kanim, AppointmentRow.applicant_id.in_(applicants))
            .order_by(AppointmentRow.revision)
        )
        revisions: dict[UUID, list[Revision]] = defaultdict(list)
        for applicant, slot_at, visit, status in self._session.execute(query):
            stop = self._stop_of(slot_at, visit)
            revisions[applicant].append(Revision(applicant_id=applicant, stop=stop, status=AppointmentStatus(status)))
        return revisions

    def promised_at(self, stops: Collection[StopKey]) -> Select[UUID]:
        """Ask for the people who are promised a time at some stops, one or more: a list that never leaves the database.

        Who is promised one at another stop of these names on these days is among them.
        """
        return select(AppointmentRow.applicant_id).where(*self._promised_at(stops))

    def missed_by(self, stops: Collection[StopKey]) -> dict[UUID, set[StopKey]]:
        """Return which stops people missed before, of those who are promised a time at some stops."""
        query = select(AppointmentRow.applicant_id, AppointmentRow.slot_at, AppointmentRow.visit).where(
            AppointmentRow.kanim == self._kanim,
            AppointmentRow.status == AppointmentStatus.MISSED,
            AppointmentRow.applicant_id.in_(self.promised_at(stops)),
        )
        missed: dict[UUID, set[StopKey]] = defaultdict(set)
        for applicant, slot_at, visit in self._session.execute(query) if stops else ():
            missed[applicant].add(self._stop_of(slot_at, visit))
        return missed

    def expected_at(self, stops: Collection[StopKey]) -> dict[StopKey, list[Expected]]:
        """Return who is promised a time at each stop, by time; who missed one stays on its list."""
        found: dict[StopKey, list[Expected]] = {stop: [] for stop in stops}
        if not stops:
            return found
        query = (
            select(
                AppointmentRow.id,
                AppointmentRow.applicant_id,
                AppointmentRow.slot_at,
                AppointmentRow.visit,
                AppointmentRow.status,
            )
            .where(*self._promised_at(stops))
            .order_by(AppointmentRow.slot_at, AppointmentRow.applicant_id)
        )
        for appointment, applicant, slot_at, visit, status in self._session.execute(query):
            stop = self._stop_of(slot_at, visit)
            if stop in found:
                found[stop].append(
                    Expected(
                        appointment_id=appointment,
                        applicant_id=applicant,
                        slot_at=slot_at,
                        status=AppointmentStatus(status),
                    )
                )
        return found

    def home_addresses_of(self, references: Collection[str]) -> dict[str, str]:
        """Return where households live, as they wrote it."""
        query = select(RequestRow.reference, RequestRow.place_text).where(
            RequestRow.kanim == self._kanim,
            RequestRow.reference.in_(references),
            RequestRow.visit_kind == VisitKind.HOME,
        )
        return {reference: text for reference, text in self._session.execute(query) if text}

    def waiting_with_nik(self, nik: Secret[str]) -> UUID | None:
        """Return who waits in the queue under a NIK; a person has one live booking at most."""
        indexes = SubjectKeys(self._session, self._vault, self._kanim).nik_indexes(nik.reveal())
        query = select(ApplicantRow.id).where(
            ApplicantRow.kanim == self._kanim,
            ApplicantRow.nik_index.in_(indexes),
            ApplicantRow.status == ApplicantStatus.WAITING,
        )
        return self._session.scalar(query.with_for_update())

    def missed_before(self, today: date) -> dict[UUID, PersonDay]:
        """Return who was not served on an earlier day and still has the appointment, with that day."""
        query = (
            select(AppointmentRow.applicant_id, AppointmentRow.slot_at)
            .join(ApplicantRow, ApplicantRow.id == AppointmentRow.applicant_id)
            .where(AppointmentRow.kanim == self._kanim, AppointmentRow.status == AppointmentStatus.ACTIVE)
            .where(AppointmentRow.slot_at < self._midnight(today), ApplicantRow.status.in_(MAY_WAIT_AGAIN))
        )
        return {
            applicant_id: PersonDay(applicant_id=applicant_id, service_date=slot_at.astimezone(self._zone).date())
            for applicant_id, slot_at in self._session.execute(query)
        }

    def lock(self, applicants: Collection[UUID]) -> dict[UUID, ApplicantStatus]:
        """Keep others from deciding about these people until the transaction ends; return where they stand."""
        query = (
            select(ApplicantRow.id, ApplicantRow.status)
            .where(ApplicantRow.kanim == self._kanim, ApplicantRow.id.in_(applicants))
            .order_by(ApplicantRow.id)  # always in this order, so that nobody waits for each other
            .with_for_update()
        )
        return {applicant: ApplicantStatus(status) for applicant, status in self._session.execute(query)}

    def move(self, applicant_id: UUID, *, present: ApplicantStatus, wanted: ApplicantStatus, now: datetime) -> bool:
        """Move a person to another status, over ``scheduled`` where there is no direct way.

        Returns
        -------
        bool
            ``False``, and nothing was changed, when the same person has another live booking by now.

        Raises
        ------
        ForbiddenTransition
        """
        steps = (wanted,) if may_follow(present, wanted) else (ApplicantStatus.SCHEDULED, wanted)
        requests = Requests(self._session, self._vault, self._kanim)
        try:
            with self._session.begin_nested():
                for before, after in pairwise((present, *steps)):
                    requests.set_status([applicant_id], present=before, wanted=after, now=now)
        except IntegrityError:
            return False
        return True

    def _stop_of(self, moment: datetime, visit: str) -> StopKey:
        return StopKey(service_date=moment.astimezone(self._zone).date(), visit=visit)

    def _promised_at(self, stops: Collection[StopKey]) -> tuple[ColumnElement[bool], ...]:
        """Tell the appointments of the days of stops, one or more, from others; they may be of another day's visit."""
        days = sorted({stop.service_date for stop in stops})
        return (
            AppointmentRow.kanim == self._kanim,
            AppointmentRow.visit.in_({stop.visit for stop in stops}),
            AppointmentRow.status.in_((AppointmentStatus.ACTIVE, AppointmentStatus.MISSED)),
            AppointmentRow.slot_at >= self._midnight(days[0]),
            AppointmentRow.slot_at < self._midnight(days[-1] + timedelta(days=1)),
        )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self._zone)
