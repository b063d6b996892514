"""Stops as they stood in the plan that held on their day: where, who, and when the first person was told to come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mobile_passport.domain.field import StopKey
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import PlanStatus
from mobile_passport.persistence.tables import PlanMemberRow, PlanRow, PlanVisitRow
from optimizer.problem import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStop:
    """A stop of a team.

    Attributes
    ----------
    starts_at
        Setting up was to begin.
    opens_at
        The first person was told to come; ``None`` for a proposal.
    """

    stop: StopKey
    team: str
    kind: VisitKind
    position: LatLon
    starts_at: datetime
    opens_at: datetime | None


def held_stops(session: Session, *, kanim: str, zone: ZoneInfo, first: date, last: date) -> tuple[HeldStop, ...]:
    """Return the stops from one day to another, both included, by day, team and start.

    A day's stops are those of the newest plan that was published before the day was over.
    """
    until = datetime.combine(last + timedelta(days=1), time.min, zone)
    versions = _versions(session, kanim, until)
    query = (
        select(PlanRow.version, PlanVisitRow, func.min(PlanMemberRow.slot_at))
        .join(PlanVisitRow, PlanVisitRow.plan_id == PlanRow.id)
        .join(PlanMemberRow, PlanMemberRow.plan_visit_id == PlanVisitRow.id)
        .where(PlanRow.kanim == kanim, PlanRow.version.in_(versions), PlanVisitRow.team.is_not(None))
        .where(PlanVisitRow.starts_at >= datetime.combine(first, time.min, zone), PlanVisitRow.starts_at < until)
        .group_by(PlanRow.version, PlanVisitRow.id)
        .order_by(PlanVisitRow.starts_at, PlanVisitRow.team)
    )
    found = []
    for version, row, opens_at in session.execute(query):
        if row.starts_at is None or row.team is None:
            continue
        day = row.starts_at.astimezone(zone).date()
        if version == _held_on(day, versions, zone):
            found.append(
                HeldStop(
                    stop=StopKey(service_date=day, visit=row.visit),
                    team=row.team,
                    kind=VisitKind(row.kind),
                    position=LatLon(lat=row.lat, lon=row.lon),
                    starts_at=row.starts_at,
                    opens_at=opens_at,
                )
            )
    return tuple(found)


def _versions(session: Session, kanim: str, until: datetime) -> dict[int, datetime]:
    """When each version was published that ever held before a moment."""
    query = select(PlanRow.version, PlanRow.published_at).where(
        PlanRow.kanim == kanim,
        PlanRow.status.in_((PlanStatus.PUBLISHED, PlanStatus.SUPERSEDED)),
        PlanRow.published_at < until,
    )
    return {version: published_at for version, published_at in session.execute(query) if published_at}


def _held_on(day: date, versions: Mapping[int, datetime], zone: ZoneInfo) -> int | None:
    over = datetime.combine(day + timedelta(days=1), time.min, zone)
    return max((version for version, published_at in versions.items() if published_at < over), default=None)
