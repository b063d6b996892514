"""How long stops really took, for whoever calibrates durations."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from mobile_passport.domain.field import STOP_TYPES, Outcome, StopKey
from mobile_passport.domain.field_state import stop_state
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import PlanStatus
from mobile_passport.persistence.field.field_operations import FieldOperations
from mobile_passport.persistence.field.field_outcomes import FieldOutcomes
from mobile_passport.persistence.field.field_tables import FieldOperationRow
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.persistence.tables import PlanRow, PlanVisitRow

LARGEST_SKEW_S = 600
"""Device clocks that are further off are flagged, and left out where times are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTimes:
    """What was reported of a stop.

    Attributes
    ----------
    team
        By the newest plan that held.
    arrived_at, started_at, finished_at
        By the phones' clocks, wrong ones left out; ``None`` while not reported.
    served, came
        People who were served, and people who came at all.
    """

    stop: StopKey
    team: str
    kind: VisitKind
    arrived_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    served: int
    came: int


def stop_times(
    session: Session, vault: Vault, *, kanim: str, zone: ZoneInfo, first: date, last: date
) -> tuple[StopTimes, ...]:
    """Return the stops of which a phone reported anything, by day and visit.

    Parameters
    ----------
    first, last
        Days of service, both included.
    """
    stops = _reported_stops(session, kanim, first, last)
    planned = _planned(session, kanim, zone, stops)
    operations = FieldOperations(session, vault, kanim).of_stops(planned.keys(), largest_skew_s=LARGEST_SKEW_S)
    served: dict[StopKey, int] = defaultdict(int)
    came: dict[StopKey, int] = defaultdict(int)
    for outcome in FieldOutcomes(session, kanim).between(first, last):
        stop = StopKey(service_date=outcome.person.service_date, visit=outcome.visit)
        served[stop] += outcome.outcome is Outcome.DONE
        came[stop] += outcome.is_present
    found = []
    for stop in sorted(planned, key=str):
        visit = planned[stop]
        state = stop_state(operations[stop])
        found.append(
            StopTimes(
                stop=stop,
                team=visit.team or "",
                kind=VisitKind(visit.kind),
                arrived_at=state.arrived_at,
                started_at=state.started_at,
                finished_at=state.finished_at,
                served=served[stop],
                came=came[stop],
            )
        )
    return tuple(found)


def _reported_stops(session: Session, kanim: str, first: date, last: date) -> frozenset[StopKey]:
    query = (
        select(FieldOperationRow.service_date, FieldOperationRow.visit)
        .where(FieldOperationRow.kanim == kanim, FieldOperationRow.service_date.between(first, last))
        .where(FieldOperationRow.type.in_(STOP_TYPES))
        .distinct()
    )
    return frozenset(StopKey(service_date=day, visit=visit) for day, visit in session.execute(query) if day and visit)


def _planned(session: Session, kanim: str, zone: ZoneInfo, stops: frozenset[StopKey]) -> dict[StopKey, PlanVisitRow]:
    """Find each stop in the newest plan that held."""
    query = (
        select(PlanVisitRow)
        .join(PlanRow, PlanRow.id == PlanVisitRow.plan_id)
        .where(PlanVisitRow.kanim == kanim, PlanVisitRow.visit.in_({stop.visit for stop in stops}))
        .where(PlanRow.status.in_((PlanStatus.PUBLISHED, PlanStatus.SUPERSEDED)), PlanVisitRow.team.is_not(None))
        .order_by(PlanRow.version)
    )
    return {
        stop: row
        for row in session.scalars(query)
        if (stop := StopKey(service_date=_known(row.starts_at).astimezone(zone).date(), visit=row.visit)) in stops
    }


def _known(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("a visit on a route has a start and an end")
    return moment
