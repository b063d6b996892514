"""A plan as people see it: visits with their people and slots, and who is not served and why."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mobile_passport.domain.demand import Place
from mobile_passport.domain.request import VisitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person of a visit.

    Attributes
    ----------
    slot_at
        ``None`` while the visit stands on no route, or at a place that was not surveyed: it is a proposal then, and
        there is nothing that the person could be told.
    window_closes_at
        A household is told to expect the team between its slot and this moment; ``None`` for who comes to a venue.
    """

    applicant_id: UUID
    slot_at: datetime | None
    window_closes_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteStop:
    """Where a visit stands: which team and shift, and when it works there."""

    team: str
    shift: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    """Why a visit stands on no route.

    Attributes
    ----------
    code
        Stable, listed in README.
    detail, change
        What was found, and the cheapest change that would help; English, from the optimizer.
    """

    code: str
    detail: str
    change: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutreachVisit:
    """People served together at one place on one day.

    Attributes
    ----------
    waiver
        Why fewer than the minimum may come; ``None`` when the minimum is met.
    outcome
        Where it stands, or why it does not.
    """

    visit: str
    kind: VisitKind
    place: Place
    waiver: str | None
    outcome: RouteStop | Unserved
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutreachPlan:
    """All visits of one plan, served ones by time, then the others."""

    visits: tuple[OutreachVisit, ...]
