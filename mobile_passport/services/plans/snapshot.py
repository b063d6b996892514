"""What a plan made now has to serve."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.demand import Demand, Promise, WaitingRequest
from mobile_passport.domain.outreach_plan import RouteStop
from mobile_passport.domain.venue import Venue
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.plans.order_records import OrderRecords
from mobile_passport.persistence.plans.overrides import Overrides
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.venues.venues import Venues
from mobile_passport.planning.supplies import fit_for_service
from mobile_passport.planning.timetable import Timetable, make_timetable
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Demand, timetable and a digest of everything that decides a plan.

    Attributes
    ----------
    register
        All venues as they are known; those of the demand are judged by what the unit needs.
    """

    demand: Demand
    register: tuple[Venue, ...]
    timetable: Timetable
    digest: str


def take_snapshot(session: Session, world: World, *, now: datetime) -> Snapshot:
    """Read waiting people and the promises from today on (a day begun is kept whole).

    A promise is kept as long as its shift exists. When the shift is gone — a team less, a day closed — its people wait
    again, and the next publication tells them. A request without a deadline of its own has that of its category. A
    booked day binds as long as new visits may be planned on it; a request whose booked days are all gone is free again.
    """
    today = now.astimezone(world.rulebook.office.zone).date()
    timetable = make_timetable(world.rulebook, today=today)
    shifts = {shift.id for shift in timetable.shifts}
    promises = promises_from(session, world.kanim, timetable.starts_at)
    kept = tuple(promise for promise in promises if promise.shift in shifts)
    released: set[UUID] = {person for p in promises if p not in kept for person, _ in p.people}
    requests = _with_booked_days(
        session, world.kanim, Requests(session, world.vault, world.kanim).waiting(released), timetable
    )
    waiting = with_claims(session, world, requests, before=timetable.starts_at)
    register = Venues(session, world.kanim).all()
    demand = Demand(requests=waiting, promises=kept, venues=fit_for_service(register, waiting, world.rulebook))
    return Snapshot(demand=demand, register=register, timetable=timetable, digest=demand.digest(world.rulebook.digest))


def _with_booked_days(
    session: Session, kanim: str, requests: Iterable[WaitingRequest], timetable: Timetable
) -> Iterator[WaitingRequest]:
    booked = Bookings(session, kanim).days_of_requests()
    open_dates = [day.date for day in timetable.open_days]
    for request in requests:
        days = booked.get(request.id, frozenset())
        yield replace(request, booked_dates=tuple(day for day in open_dates if day in days))


def with_claims(
    session: Session, world: World, requests: Iterable[WaitingRequest], *, before: datetime
) -> tuple[WaitingRequest, ...]:
    """Add what the order of service needs besides the letters: deadlines of categories, districts, overrides.

    Parameters
    ----------
    before
        A midnight: a district counts as served by what happened before it, so the order holds for the whole day.
    """
    served = OrderRecords(session, world.kanim).districts_served(before=before, zone=world.rulebook.office.zone)
    approved = Overrides(session, world.vault, world.kanim).approved()
    rules = world.rulebook.planning
    completed = []
    for request in requests:
        override = approved.get(request.reference)
        completed.append(
            replace(
                request,
                deadline_date=request.deadline_date or rules.deadline_of(request.category),
                district_served_date=served.get(request.place.village_code[:6]),
                override_kind=override.kind if override else None,
                override_points=override.points if override else 0.0,
            )
        )
    return tuple(completed)


def promises_from(session: Session, kanim: str, moment: datetime) -> tuple[Promise, ...]:
    """Return the current plan's visits from a moment on, with the people whose appointment there is still active."""
    plans = Plans(session, kanim)
    version = plans.current_version()
    if version is None:
        return ()
    active = Appointments(session, kanim).active()
    promises = []
    for visit in plans.visits(version).visits:
        stop = visit.outcome
        if not isinstance(stop, RouteStop) or stop.starts_at < moment:
            continue
        people = tuple(
            (member.applicant_id, member.slot_at)
            for member in visit.members
            if member.slot_at is not None
            and (appointment := active.get(member.applicant_id)) is not None
            and appointment.slot_at == member.slot_at
        )
        if people:
            promises.append(
                Promise(
                    visit=visit.visit,
                    kind=visit.kind,
                    place=visit.place,
                    waiver=visit.waiver,
                    team=stop.team,
                    shift=stop.shift,
                    starts_at=stop.starts_at,
                    ends_at=stop.ends_at,
                    people=people,
                    window_closes_at=visit.members[0].window_closes_at,
                )
            )
    return tuple(promises)
