"""What groups were promised and what a plan says of them, request by request, inside one transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import ApplicantStatus, AppointmentStatus
from mobile_passport.persistence.tables import (
    ApplicantRow,
    AppointmentRow,
    PlanMemberRow,
    PlanRow,
    PlanVisitRow,
    RequestRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What one person was promised.

    Attributes
    ----------
    window_closes_at
        Until when a household expects the team; ``None`` for who comes to a venue.
    promised_at
        When the plan was published that says so.
    """

    person: UUID
    request: str
    kind: VisitKind
    place: str
    slot_at: datetime
    window_closes_at: datetime | None
    promised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """Where a plan would serve people of a request, once the place is surveyed; nobody was told to come."""

    place: str
    starts_at: datetime


class GroupSlots:
    """Promises to the people of requests."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def promised(self, references: Collection[str]) -> tuple[Promised, ...]:
        """Return the active appointments of some requests, the earliest first."""
        query = (
            select(
                AppointmentRow.applicant_id,
                RequestRow.reference,
                AppointmentRow.kind,
                AppointmentRow.venue,
                AppointmentRow.slot_at,
                AppointmentRow.window_closes_at,
                AppointmentRow.created_at,
            )
            .join(ApplicantRow, ApplicantRow.id == AppointmentRow.applicant_id)
            .join(RequestRow, RequestRow.id == ApplicantRow.request_id)
            .where(
                AppointmentRow.kanim == self._kanim,
                AppointmentRow.status == AppointmentStatus.ACTIVE,
                RequestRow.reference.in_(references),
            )
            .order_by(AppointmentRow.slot_at, ApplicantRow.position)
        )
        return tuple(
            Promised(
                person=person,
                request=reference,
                kind=VisitKind(kind),
                place=place,
                slot_at=slot_at,
                window_closes_at=closes_at,
                promised_at=promised_at,
            )
            for person, reference, kind, place, slot_at, closes_at, promised_at in self._session.execute(query)
        )

    def reasons(self, version: int, references: Collection[str]) -> dict[str, str]:
        """Return why people of some requests are on no route of a version: one reason code a request."""
        query = (
            self._in_plan(select(RequestRow.reference, PlanVisitRow.reason_code), version, references)
            .where(PlanVisitRow.reason_code.is_not(None))
            .order_by(RequestRow.reference, PlanVisitRow.reason_code)
            .distinct()
        )
        return {reference: code for reference, code in self._session.execute(query) if code is not None}

    def proposed(self, version: int, references: Collection[str]) -> dict[str, Proposed]:
        """Return what a version only proposes to people of some requests who wait: the first of it, by request."""
        query = (
            self._in_plan(select(RequestRow.reference, PlanVisitRow.venue, PlanVisitRow.starts_at), version, references)
            .where(
                PlanVisitRow.is_surveyed.is_(False),
                PlanVisitRow.starts_at.is_not(None),
                ApplicantRow.status == ApplicantStatus.WAITING,
            )
            .order_by(PlanVisitRow.starts_at.desc(), PlanVisitRow.venue)
            .distinct()
        )
        return {
            reference: Proposed(place=place, starts_at=starts_at)
            for reference, place, starts_at in self._session.execute(query)
            if starts_at is not None
        }

    def _in_plan[*Ts](self, wanted: Select[*Ts], version: int, references: Collection[str]) -> Select[*Ts]:
        """Ask it of the visits of a version and the people of some requests on them."""
        return (
            wanted.join(PlanMemberRow, PlanMemberRow.plan_visit_id == PlanVisitRow.id)
            .join(PlanRow, PlanRow.id == PlanVisitRow.plan_id)
            .join(ApplicantRow, ApplicantRow.id == PlanMemberRow.applicant_id)
            .join(RequestRow, RequestRow.id == ApplicantRow.request_id)
            .where(
                PlanRow.kanim == self._kanim,
                PlanRow.version == version,
                RequestRow.reference.in_(references),
            )
        )
