"""What people were promised: one active appointment a person, older revisions kept as they were told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.outreach_plan import OutreachVisit
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import AppointmentStatus, follow
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """What one person was promised last."""

    id: UUID
    applicant_id: UUID
    revision: int
    visit: str
    kind: VisitKind
    venue: str
    slot_at: datetime
    window_closes_at: datetime | None


class Appointments:
    """Appointments of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def active(self) -> dict[UUID, Appointment]:
        """Return what people are promised now, by applicant."""
        rows = self._session.scalars(
            select(AppointmentRow).where(
                AppointmentRow.kanim == self._kanim, AppointmentRow.status == AppointmentStatus.ACTIVE
            )
        )
        return {row.applicant_id: _appointment(row) for row in rows}

    def slot_of(self, applicant_id: UUID) -> datetime | None:
        """Return when one person is expected, ``None`` without an appointment."""
        return self._session.scalar(
            select(AppointmentRow.slot_at).where(
                AppointmentRow.applicant_id == applicant_id, AppointmentRow.status == AppointmentStatus.ACTIVE
            )
        )

    def slots_of(self, people: Collection[UUID]) -> dict[UUID, datetime]:
        """Return when several people are expected; who has no appointment is left out."""
        query = select(AppointmentRow.applicant_id, AppointmentRow.slot_at).where(
            AppointmentRow.applicant_id.in_(people), AppointmentRow.status == AppointmentStatus.ACTIVE
        )
        return dict(self._session.execute(query).all())

    def slots_of_request(self, request_id: UUID) -> tuple[datetime, ...]:
        """Return when the people of a request are expected."""
        query = (
            select(AppointmentRow.slot_at)
            .join(ApplicantRow, ApplicantRow.id == AppointmentRow.applicant_id)
            .where(ApplicantRow.request_id == request_id, AppointmentRow.status == AppointmentStatus.ACTIVE)
        )
        return tuple(self._session.scalars(query))

    def promise(
        self,
        applicant_id: UUID,
        visit: OutreachVisit,
        slot_at: datetime,
        *,
        window_closes_at: datetime | None = None,
        version: int,
        now: datetime,
    ) -> Appointment:
        """Give a person an appointment; one that was active becomes superseded and stays readable."""
        self.retire(applicant_id, AppointmentStatus.SUPERSEDED)
        last = self._session.scalar(
            select(func.max(AppointmentRow.revision)).where(AppointmentRow.applicant_id == applicant_id)
        )
        row = AppointmentRow(
            kanim=self._kanim,
            applicant_id=applicant_id,
            revision=(last or 0) + 1,
            status=AppointmentStatus.ACTIVE,
            plan_version=version,
            visit=visit.visit,
            kind=visit.kind,
            venue=visit.place.label,
            slot_at=slot_at,
            window_closes_at=window_closes_at,
            created_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return _appointment(row)

    def renew(self, applicant_id: UUID, *, now: datetime) -> bool:
        """Promise the same once more, as a new revision: whoever was told under a wrong number is told again.

        Returns
        -------
        bool
            False when nothing is promised to the person that still lies ahead.
        """
        old = self._session.scalars(
            select(AppointmentRow).where(
                AppointmentRow.applicant_id == applicant_id,
                AppointmentRow.status == AppointmentStatus.ACTIVE,
                AppointmentRow.slot_at > now,
            )
        ).one_or_none()
        if old is None:
            return False
        self.retire(applicant_id, AppointmentStatus.SUPERSEDED)
        same = ("kanim", "applicant_id", "plan_version", "visit", "kind", "venue", "slot_at", "window_closes_at")
        row = AppointmentRow(
            revision=old.revision + 1,
            status=AppointmentStatus.ACTIVE,
            created_at=now,
            **{column: getattr(old, column) for column in same},
        )
        self._session.add(row)
        self._session.flush()
        return True

    def retire(self, applicant_id: UUID, status: AppointmentStatus) -> None:
        """End a person's active appointment, if there is one."""
        self._session.execute(
            update(AppointmentRow)
            .where(AppointmentRow.applicant_id == applicant_id, AppointmentRow.status == AppointmentStatus.ACTIVE)
            .values(status=follow(AppointmentStatus.ACTIVE, status))
        )

    def cancel(self, people: Collection[UUID]) -> dict[UUID, datetime]:
        """End the active appointments of people; returns when each of them was expected."""
        ended = (
            update(AppointmentRow)
            .where(AppointmentRow.applicant_id.in_(people), AppointmentRow.status == AppointmentStatus.ACTIVE)
            .values(status=follow(AppointmentStatus.ACTIVE, AppointmentStatus.CANCELLED))
            .returning(AppointmentRow.applicant_id, AppointmentRow.slot_at)
        )
        return dict(self._session.execute(ended).all())


def _appointment(row: AppointmentRow) -> Appointment:
    return Appointment(
        id=row.id,
        applicant_id=row.applicant_id,
        revision=row.revision,
        visit=row.visit,
        kind=VisitKind(row.kind),
        venue=row.venue,
        slot_at=row.slot_at,
        window_closes_at=row.window_closes_at,
    )
