"""Plan versions and the pointer to the one that holds."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select, text, update
from sqlalchemy.orm import Session

from mobile_passport.domain.demand import Place
from mobile_passport.domain.outreach_plan import Member, OutreachPlan, OutreachVisit, RouteStop, Unserved
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import PlanStatus, follow
from mobile_passport.persistence.audit.records import next_number
from mobile_passport.persistence.tables import (
    CurrentPlanRow,
    PlanMemberRow,
    PlanRow,
    PlanVisitRow,
)
from optimizer.problem import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHead:
    """What a plan version says of itself.

    Attributes
    ----------
    inputs_digest
        Demand and rules it was made from.
    settled_digest
        Demand and rules as its publication left them; ``None`` while it is a draft.
    """

    id: UUID
    version: int
    status: PlanStatus
    inputs_digest: str
    settled_digest: str | None
    created_at: datetime
    published_at: datetime | None
    first_date: date
    last_date: date
    travel_is_estimate: bool


class Plans:
    """Plans of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def add_draft(
        self,
        plan: OutreachPlan,
        *,
        inputs_digest: str,
        problem_json: str,
        plan_json: str,
        first_date: date,
        last_date: date,
        travel_is_estimate: bool,
        now: datetime,
    ) -> PlanHead:
        """Store a draft under the next version number."""
        row = PlanRow(
            kanim=self._kanim,
            version=next_number(self._session, kanim=self._kanim, series="plan"),
            status=PlanStatus.DRAFT,
            inputs_digest=inputs_digest,
            settled_digest=None,
            created_at=now,
            published_at=None,
            first_date=first_date,
            last_date=last_date,
            travel_is_estimate=travel_is_estimate,
            problem_json=problem_json,
            plan_json=plan_json,
        )
        self._session.add(row)
        self._session.flush()
        for visit in plan.visits:
            visit_row = _visit_row(visit, plan_id=row.id, kanim=self._kanim)
            self._session.add(visit_row)
            self._session.flush()
            self._session.add_all(
                PlanMemberRow(
                    kanim=self._kanim,
                    plan_id=row.id,
                    plan_visit_id=visit_row.id,
                    applicant_id=member.applicant_id,
                    slot_at=member.slot_at,
                    window_closes_at=member.window_closes_at,
                )
                for member in visit.members
            )
        self._session.flush()
        return _head(row)

    def head(self, version: int) -> PlanHead | None:
        """Return a version's head, ``None`` when there is no such version."""
        row = self._session.scalar(self._plan_query(version))
        return _head(row) if row else None

    def latest(self) -> PlanHead | None:
        """Return the newest version, whatever its status."""
        row = self._session.scalar(
            select(PlanRow).where(PlanRow.kanim == self._kanim).order_by(PlanRow.version.desc()).limit(1)
        )
        return _head(row) if row else None

    def documents(self, version: int) -> tuple[str, str]:
        """Return problem and plan of a version as the optimizer's JSON."""
        row = self._session.scalars(self._plan_query(version)).one()
        return row.problem_json, row.plan_json

    def visits(self, version: int) -> OutreachPlan:
        """Return a version with all its visits and people."""
        plan_id = self._session.scalars(self._plan_query(version)).one().id
        members: dict[UUID, list[Member]] = {}
        for member in self._session.scalars(
            select(PlanMemberRow)
            .where(PlanMemberRow.plan_id == plan_id)
            .order_by(PlanMemberRow.slot_at, PlanMemberRow.applicant_id)
        ):
            members.setdefault(member.plan_visit_id, []).append(
                Member(
                    applicant_id=member.applicant_id,
                    slot_at=member.slot_at,
                    window_closes_at=member.window_closes_at,
                )
            )
        rows = self._session.scalars(
            select(PlanVisitRow)
            .where(PlanVisitRow.plan_id == plan_id)
            .order_by(PlanVisitRow.starts_at, PlanVisitRow.team, PlanVisitRow.visit)
        )
        return OutreachPlan(visits=tuple(_visit(row, tuple(members.get(row.id, ()))) for row in rows))

    def current_version(self) -> int | None:
        """Return the version that holds, ``None`` before the first publication."""
        return self._session.scalar(select(CurrentPlanRow.version).where(CurrentPlanRow.kanim == self._kanim))

    def lock_current(self) -> None:
        """Make other publishers of the office wait until this transaction ends; before the first plan, nobody waits."""
        query = select(CurrentPlanRow.version).where(CurrentPlanRow.kanim == self._kanim)
        self._session.execute(query.with_for_update())

    def point_at(self, version: int, *, expected: int | None, now: datetime) -> bool:
        """Make a version the current one if the pointer still stands where the caller saw it.

        Returns
        -------
        bool
            ``False`` when somebody else published in between; nothing was changed then.
        """
        if expected is None:
            if not self._point_first(version):
                return False
        else:
            move = (
                update(CurrentPlanRow)
                .where(CurrentPlanRow.kanim == self._kanim, CurrentPlanRow.version == expected)
                .values(version=version)
                .returning(CurrentPlanRow.version)
            )
            if self._session.execute(move).first() is None:
                return False
            old = self._session.scalars(self._plan_query(expected)).one()
            old.status = follow(PlanStatus(old.status), PlanStatus.SUPERSEDED)
        row = self._session.scalars(self._plan_query(version)).one()
        row.status = follow(PlanStatus(row.status), PlanStatus.PUBLISHED)
        row.published_at = now
        self._session.flush()
        return True

    def _point_first(self, version: int) -> bool:
        statement = text(
            "INSERT INTO current_plan (kanim, version) VALUES (:kanim, :version) "
            "ON CONFLICT (kanim) DO NOTHING RETURNING version"
        )
        return self._session.execute(statement, {"kanim": self._kanim, "version": version}).first() is not None

    def settle(self, version: int, digest: str) -> None:
        """Note what the inputs are now that a version was published."""
        self._session.scalars(self._plan_query(version)).one().settled_digest = digest

    def _plan_query(self, version: int) -> Select[PlanRow]:
        return select(PlanRow).where(PlanRow.kanim == self._kanim, PlanRow.version == version)


def _visit_row(visit: OutreachVisit, *, plan_id: UUID, kanim: str) -> PlanVisitRow:
    stop = visit.outcome if isinstance(visit.outcome, RouteStop) else None
    unserved = visit.outcome if isinstance(visit.outcome, Unserved) else None
    return PlanVisitRow(
        kanim=kanim,
        plan_id=plan_id,
        visit=visit.visit,
        kind=visit.kind,
        venue=visit.place.label,
        village_code=visit.place.village_code,
        lat=visit.place.position.lat,
        lon=visit.place.position.lon,
        is_surveyed=visit.place.is_surveyed,
        waiver=visit.waiver,
        team=stop.team if stop else None,
        shift=stop.shift if stop else None,
        starts_at=stop.starts_at if stop else None,
        ends_at=stop.ends_at if stop else None,
        reason_code=unserved.code if unserved else None,
        reason_detail=unserved.detail if unserved else None,
        reason_change=unserved.change if unserved else None,
    )


def _visit(row: PlanVisitRow, members: tuple[Member, ...]) -> OutreachVisit:
    outcome: RouteStop | Unserved
    if row.team and row.shift and row.starts_at and row.ends_at:
        outcome = RouteStop(team=row.team, shift=row.shift, starts_at=row.starts_at, ends_at=row.ends_at)
    else:
        outcome = Unserved(code=row.reason_code or "", detail=row.reason_detail or "", change=row.reason_change)
    return OutreachVisit(
        visit=row.visit,
        kind=VisitKind(row.kind),
        place=Place(
            label=row.venue,
            village_code=row.village_code,
            position=LatLon(lat=row.lat, lon=row.lon),
            is_surveyed=row.is_surveyed,
        ),
        waiver=row.waiver,
        outcome=outcome,
        members=members,
    )


def _head(row: PlanRow) -> PlanHead:
    return PlanHead(
        id=row.id,
        version=row.version,
        status=PlanStatus(row.status),
        inputs_digest=row.inputs_digest,
        settled_digest=row.settled_digest,
        created_at=row.created_at,
        published_at=row.published_at,
        first_date=row.first_date,
        last_date=row.last_date,
        travel_is_estimate=row.travel_is_estimate,
    )
