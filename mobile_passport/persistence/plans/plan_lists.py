"""Versions of the plan page by page: heads, visits, and who comes when. A version never changes, so pages fit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import PlanStatus
from mobile_passport.persistence.tables import ApplicantRow, PlanMemberRow, PlanRow, PlanVisitRow, RequestRow
from optimizer.problem import LatLon

TOLD = (PlanStatus.PUBLISHED, PlanStatus.SUPERSEDED)
"""Versions that people were told of; the others are the office's own business."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVersion:
    """What a version says of itself, without its content."""

    version: int
    status: PlanStatus
    inputs_digest: str
    created_at: datetime
    published_at: datetime | None
    first_date: date
    last_date: date
    travel_is_estimate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit:
    """A visit of a version, with how many people of it the transaction's scope reaches.

    Attributes
    ----------
    team, starts_at, ends_at
        ``None`` for a visit on no route; then ``reason_code`` says why.
    """

    visit: str
    kind: VisitKind
    place: str
    village_code: str
    position: LatLon
    is_surveyed: bool
    waiver: str | None
    team: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    reason_code: str | None
    reason_detail: str | None
    reason_change: str | None
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSlot:
    """When one person is to come, or a household to expect the team until."""

    person: UUID
    request: str
    visit: str
    kind: VisitKind
    place: str
    team: str
    slot_at: datetime
    window_closes_at: datetime | None


class PlanLists:
    """Versions of the plan of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def head(self, version: int, statuses: Iterable[PlanStatus] = PlanStatus) -> PlanVersion | None:
        """Return the head of a version, ``None`` when there is none in these statuses."""
        row = self._session.execute(self._heads(statuses).where(PlanRow.version == version)).one_or_none()
        return _version(row) if row else None

    def heads(
        self, *, before: int | None, limit: int, statuses: Iterable[PlanStatus] = PlanStatus
    ) -> tuple[PlanVersion, ...]:
        """Return versions, the newest first, from below one on."""
        query = self._heads(statuses)
        if before is not None:
            query = query.where(PlanRow.version < before)
        rows = self._session.execute(query.order_by(PlanRow.version.desc()).limit(limit))
        return tuple(map(_version, rows))

    def drafts_from(self, inputs_digest: str) -> tuple[PlanVersion, ...]:
        """Return the drafts that were made from such inputs, the oldest first."""
        query = self._heads((PlanStatus.DRAFT,)).where(PlanRow.inputs_digest == inputs_digest)
        return tuple(map(_version, self._session.execute(query.order_by(PlanRow.version))))

    def visits(self, version: int, *, after: str, limit: int) -> tuple[PlannedVisit, ...]:
        """Return visits of a version by name, from behind one on."""
        people = (
            select(PlanMemberRow.plan_visit_id, func.count().label("people"))
            .where(PlanMemberRow.kanim == self._kanim)
            .group_by(PlanMemberRow.plan_visit_id)
            .subquery()
        )
        query = (
            select(PlanVisitRow, func.coalesce(people.c.people, 0))
            .join(PlanRow, PlanRow.id == PlanVisitRow.plan_id)
            .outerjoin(people, people.c.plan_visit_id == PlanVisitRow.id)
            .where(PlanRow.kanim == self._kanim, PlanRow.version == version, PlanVisitRow.visit > after)
            .order_by(PlanVisitRow.visit)
            .limit(limit)
        )
        return tuple(_visit(row, count) for row, count in self._session.execute(query))

    def slots(self, version: int, *, after: UUID | None, limit: int | None) -> tuple[PlannedSlot, ...]:
        """Return the slots of a version by person, from behind one on; all of them without a limit."""
        query = (
            select(
                PlanMemberRow.applicant_id,
                RequestRow.reference,
                PlanVisitRow.visit,
                PlanVisitRow.kind,
                PlanVisitRow.venue,
                PlanVisitRow.team,
                PlanMemberRow.slot_at,
                PlanMemberRow.window_closes_at,
            )
            .join(PlanRow, PlanRow.id == PlanMemberRow.plan_id)
            .join(PlanVisitRow, PlanVisitRow.id == PlanMemberRow.plan_visit_id)
            .join(ApplicantRow, ApplicantRow.id == PlanMemberRow.applicant_id)
            .join(RequestRow, RequestRow.id == ApplicantRow.request_id)
            .where(PlanRow.kanim == self._kanim, PlanRow.version == version, PlanMemberRow.slot_at.is_not(None))
            .order_by(PlanMemberRow.applicant_id)
        )
        if after is not None:
            query = query.where(PlanMemberRow.applicant_id > after)
        return tuple(
            PlannedSlot(
                person=person,
                request=reference,
                visit=visit,
                kind=VisitKind(kind),
                place=place,
                team=team,
                slot_at=slot_at,
                window_closes_at=closes_at,
            )
            for person, reference, visit, kind, place, team, slot_at, closes_at in self._session.execute(
                query if limit is None else query.limit(limit)
            )
            if team is not None and slot_at is not None  # the query leaves out the others
        )

    def _heads(
        self, statuses: Iterable[PlanStatus]
    ) -> Select[int, str, str, datetime, datetime | None, date, date, bool]:
        columns = (  # not the whole row: the documents of a version are megabytes
            PlanRow.version,
            PlanRow.status,
            PlanRow.inputs_digest,
            PlanRow.created_at,
            PlanRow.published_at,
            PlanRow.first_date,
            PlanRow.last_date,
            PlanRow.travel_is_estimate,
        )
        return select(*columns).where(PlanRow.kanim == self._kanim, PlanRow.status.in_(list(statuses)))


def _version(row: Any) -> PlanVersion:
    return PlanVersion(
        version=row.version,
        status=PlanStatus(row.status),
        inputs_digest=row.inputs_digest,
        created_at=row.created_at,
        published_at=row.published_at,
        first_date=row.first_date,
        last_date=row.last_date,
        travel_is_estimate=row.travel_is_estimate,
    )


def _visit(row: PlanVisitRow, people: int) -> PlannedVisit:
    return PlannedVisit(
        visit=row.visit,
        kind=VisitKind(row.kind),
        place=row.venue,
        village_code=row.village_code,
        position=LatLon(lat=row.lat, lon=row.lon),
        is_surveyed=row.is_surveyed,
        waiver=row.waiver,
        team=row.team,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason_code=row.reason_code,
        reason_detail=row.reason_detail,
        reason_change=row.reason_change,
        people=people,
    )
