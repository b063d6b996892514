"""Figures of an office for one page: requests and people by state, who waits how long and where, reports of teams."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mobile_passport.domain.status import ApplicantStatus, AppointmentStatus
from mobile_passport.persistence.field.field_tables import FieldOutcomeRow
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow, RequestRow

_DISTRICT_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPeople:
    """People of one request day and district who wait.

    Attributes
    ----------
    district
        Kecamatan, six digits of its code; ``None`` while the place is not clear.
    """

    received_date: date
    district: str | None
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What field teams reported of the appointments of past days.

    Attributes
    ----------
    planned
        People with an appointment before the moment asked about, cancelled ones left out.
    by_outcome
        Outcome to people; ``None`` where devices disagree or only the presence is known.
    """

    planned: int
    by_outcome: dict[str | None, int]


class OfficeFigures:
    """Counts of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def requests(self) -> int:
        """Count all requests."""
        return self._session.scalar(select(func.count()).where(RequestRow.kanim == self._kanim)) or 0

    def people(self) -> dict[ApplicantStatus, int]:
        """Count people in each state; a state that has none is left out."""
        query = (
            select(ApplicantRow.status, func.count())
            .where(ApplicantRow.kanim == self._kanim)
            .group_by(ApplicantRow.status)
        )
        return {ApplicantStatus(status): count for status, count in self._session.execute(query)}

    def to_plan(self) -> int:
        """Count people who wait and whose place is known: those whom a plan made now would serve."""
        query = (
            select(func.count())
            .select_from(ApplicantRow)
            .join(RequestRow, RequestRow.id == ApplicantRow.request_id)
            .where(
                ApplicantRow.kanim == self._kanim,
                ApplicantRow.status == ApplicantStatus.WAITING,
                RequestRow.place_verdict == "found",
            )
        )
        return self._session.scalar(query) or 0

    def waiting(self) -> tuple[WaitingPeople, ...]:
        """Count people who wait, by the day their request was received and by district."""
        query = (
            select(RequestRow.received_date, RequestRow.village_code, func.count())
            .join(ApplicantRow, ApplicantRow.request_id == RequestRow.id)
            .where(ApplicantRow.kanim == self._kanim, ApplicantRow.status == ApplicantStatus.WAITING)
            .group_by(RequestRow.received_date, RequestRow.village_code)
        )
        people: Counter[tuple[date, str | None]] = Counter()
        for received, village_code, count in self._session.execute(query):
            people[received, village_code[:_DISTRICT_DIGITS] if village_code else None] += count
        return tuple(
            WaitingPeople(received_date=received, district=district, people=count)
            for (received, district), count in sorted(people.items(), key=lambda one: (one[0][0], one[0][1] or ""))
        )

    def reported(self, *, before: datetime, day: date) -> Reported:
        """Count appointments before a moment, and what was reported of days before a date."""
        told = (AppointmentStatus.ACTIVE, AppointmentStatus.MISSED)
        planned = select(func.count()).where(
            AppointmentRow.kanim == self._kanim, AppointmentRow.slot_at < before, AppointmentRow.status.in_(told)
        )
        outcomes = (
            select(FieldOutcomeRow.outcome, func.count())
            .where(FieldOutcomeRow.kanim == self._kanim, FieldOutcomeRow.service_date < day)
            .group_by(FieldOutcomeRow.outcome)
        )
        return Reported(
            planned=self._session.scalar(planned) or 0,
            by_outcome=dict(self._session.execute(outcomes).all()),
        )
