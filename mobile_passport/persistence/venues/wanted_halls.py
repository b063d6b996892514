"""Halls in which people are to be served: by the newest plan, and by the wish of groups that wait."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import ApplicantStatus, PlanStatus
from mobile_passport.domain.venue import Venue
from mobile_passport.persistence.tables import ApplicantRow, PlanMemberRow, PlanRow, PlanVisitRow, RequestRow
from optimizer.problem import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedHall:
    """A hall as those name it who want to be served there.

    Attributes
    ----------
    village_code
        Kemendagri code, ten digits.
    position
        The pin of a request, else the point of its village.
    people
        Who wait.
    """

    name: str
    village_code: str
    position: LatLon
    people: int


def proposed_by_plan(session: Session, kanim: str) -> tuple[WantedHall, ...]:
    """Return the halls that nobody had surveyed when the newest plan was made, with the people who still wait."""
    newest = select(func.max(PlanRow.version)).where(PlanRow.kanim == kanim).scalar_subquery()
    place = (PlanVisitRow.venue, PlanVisitRow.village_code, PlanVisitRow.lat, PlanVisitRow.lon)
    query = (
        select(*place, func.count())
        .join(PlanRow, PlanRow.id == PlanVisitRow.plan_id)
        .join(PlanMemberRow, PlanMemberRow.plan_visit_id == PlanVisitRow.id)
        .join(ApplicantRow, ApplicantRow.id == PlanMemberRow.applicant_id)
        .where(
            PlanRow.kanim == kanim,
            PlanRow.version == newest,
            PlanRow.status != PlanStatus.DISCARDED,
            PlanVisitRow.kind == VisitKind.COLLECTIVE,
            PlanVisitRow.is_surveyed.is_(False),
            PlanVisitRow.starts_at.is_not(None),
            ApplicantRow.status == ApplicantStatus.WAITING,
        )
        .group_by(*place)
    )
    return tuple(_hall(*row) for row in session.execute(query))


def brought_by_groups(session: Session, kanim: str) -> tuple[WantedHall, ...]:
    """Return the halls that groups bring, with the people who wait."""
    place = (RequestRow.own_venue, RequestRow.village_code, RequestRow.lat, RequestRow.lon)
    query: Select[*tuple[Any, ...]] = (
        select(*place, func.count())
        .join(ApplicantRow, ApplicantRow.request_id == RequestRow.id)
        .where(
            RequestRow.kanim == kanim,
            RequestRow.own_venue.is_not(None),
            RequestRow.visit_kind == VisitKind.COLLECTIVE,
            RequestRow.place_verdict == "found",
            ApplicantRow.status == ApplicantStatus.WAITING,
        )
        .group_by(*place)
    )
    return tuple(_hall(*row) for row in session.execute(query))


def groups_that_bring_halls(session: Session, kanim: str, village_code: str, *, lock: bool = False) -> dict[UUID, str]:
    """Return the halls that groups of a village bring while somebody of them waits, by request."""
    waits = exists().where(ApplicantRow.request_id == RequestRow.id, ApplicantRow.status == ApplicantStatus.WAITING)
    query = select(RequestRow.id, RequestRow.own_venue).where(
        RequestRow.kanim == kanim,
        RequestRow.village_code == village_code,
        RequestRow.own_venue.is_not(None),
        RequestRow.visit_kind == VisitKind.COLLECTIVE,
        RequestRow.place_verdict == "found",
        waits,
    )
    found = session.execute(query.with_for_update() if lock else query)
    return {request: own for request, own in found if own is not None}


def put_at_venue(session: Session, requests: Collection[UUID], venue: Venue, *, label: str) -> None:
    """Write down that groups mean a venue of the register, by its name and where it is."""
    session.execute(
        update(RequestRow)
        .where(RequestRow.id.in_(requests))
        .values(
            own_venue=venue.name,
            place_label=label,
            village_code=venue.village_code,
            lat=venue.position.lat,
            lon=venue.position.lon,
        )
    )


def _hall(name: str, village_code: str, lat: float, lon: float, people: int) -> WantedHall:
    return WantedHall(name=name, village_code=village_code, position=LatLon(lat=lat, lon=lon), people=people)
