"""What is stored about the way of one request: who did what to it, and what its people were promised when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mobile_passport.domain.override import OverrideKind, OverrideState
from mobile_passport.domain.status import AppointmentStatus
from mobile_passport.persistence.audit.audit_table import AuditRow
from mobile_passport.persistence.plans.order_tables import OverrideRow
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow, PlanRow

_SUBJECTS_AT_A_TIME = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """What one actor did to people of a request, or to itself: one kind of deed with one result, told together.

    Attributes
    ----------
    result
        Where people stand afterwards, an `ApplicantStatus`; empty where the deed does not say.
    count
        Records, one a person where it was done to people.
    """

    first_at: datetime
    last_at: datetime
    actor: str
    action: str
    result: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """What a version of the plan promised people of a request together.

    Attributes
    ----------
    first_slot_at, last_slot_at
        Of its people; equal for one.
    """

    version: int
    made_at: datetime
    published_at: datetime | None
    visit: str
    venue: str
    status: AppointmentStatus
    first_slot_at: datetime
    last_slot_at: datetime
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An override of the request's place: its public kind, not the sealed reason."""

    kind: OverrideKind
    points: float
    state: OverrideState
    proposed_at: datetime
    approved_at: datetime | None
    ended_at: datetime | None


class RequestTrail:
    """The way of one request, inside one transaction."""

    def __init__(self, session: Session, kanim: str, request_id: UUID) -> None:
        self._session = session
        self._kanim = kanim
        self._request_id = request_id

    def people(self) -> dict[str, int]:
        """Count the people by where they stand."""
        query = (
            select(ApplicantRow.status, func.count())
            .where(ApplicantRow.kanim == self._kanim, ApplicantRow.request_id == self._request_id)
            .group_by(ApplicantRow.status)
            .order_by(ApplicantRow.status)
        )
        return dict(self._session.execute(query).all())

    def promises(self) -> tuple[Promises, ...]:
        """Return what was promised, also what holds no more, in the order of plans and visits."""
        query = (
            select(
                AppointmentRow.plan_version,
                PlanRow.created_at,
                PlanRow.published_at,
                AppointmentRow.visit,
                AppointmentRow.venue,
                AppointmentRow.status,
                func.min(AppointmentRow.slot_at),
                func.max(AppointmentRow.slot_at),
                func.count(),
            )
            .join(ApplicantRow, ApplicantRow.id == AppointmentRow.applicant_id)
            .join(PlanRow, (PlanRow.kanim == self._kanim) & (PlanRow.version == AppointmentRow.plan_version))
            .where(AppointmentRow.kanim == self._kanim, ApplicantRow.request_id == self._request_id)
            .group_by(
                AppointmentRow.plan_version,
                PlanRow.created_at,
                PlanRow.published_at,
                AppointmentRow.visit,
                AppointmentRow.venue,
                AppointmentRow.status,
            )
            .order_by(AppointmentRow.plan_version, AppointmentRow.visit, AppointmentRow.status)
        )
        return tuple(
            Promises(
                version=version,
                made_at=made_at,
                published_at=published_at,
                visit=visit,
                venue=venue,
                status=AppointmentStatus(status),
                first_slot_at=first,
                last_slot_at=last,
                people=people,
            )
            for version, made_at, published_at, visit, venue, status, first, last, people in self._session.execute(
                query
            )
        )

    def moves(self) -> tuple[Move, ...]:
        """Return the overrides of the request, the earliest first."""
        query = (
            select(OverrideRow)
            .where(OverrideRow.kanim == self._kanim, OverrideRow.request_id == self._request_id)
            .order_by(OverrideRow.proposed_at, OverrideRow.id)
        )
        return tuple(
            Move(
                kind=OverrideKind(row.kind),
                points=row.points,
                state=OverrideState(row.state),
                proposed_at=row.proposed_at,
                approved_at=row.approved_at,
                ended_at=row.ended_at,
            )
            for row in self._session.scalars(query)
        )

    def deeds(self) -> tuple[Deeds, ...]:
        """Return what the log says was done to the request, its people and its overrides, the earliest first."""
        told: dict[tuple[str, str, str, str], Deeds] = {}
        for row in sorted(self._records(), key=lambda row: row.seq):
            result = str(row.detail.get("to", ""))
            key = (row.at.date().isoformat(), row.actor, row.action, result)
            known = told.get(key)
            told[key] = Deeds(
                first_at=known.first_at if known else row.at,
                last_at=row.at,
                actor=row.actor,
                action=row.action,
                result=result,
                count=known.count + 1 if known else 1,
            )
        return tuple(told.values())

    def _records(self) -> Iterator[AuditRow]:
        for some in batched(self._subjects(), _SUBJECTS_AT_A_TIME):
            yield from self._session.scalars(
                select(AuditRow).where(AuditRow.kanim == self._kanim, AuditRow.subject.in_(some))
            )

    def _subjects(self) -> tuple[str, ...]:
        people = select(ApplicantRow.id).where(
            ApplicantRow.kanim == self._kanim, ApplicantRow.request_id == self._request_id
        )
        moves = select(OverrideRow.id).where(
            OverrideRow.kanim == self._kanim, OverrideRow.request_id == self._request_id
        )
        return tuple(map(str, (self._request_id, *self._session.scalars(people), *self._session.scalars(moves))))
