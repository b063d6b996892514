"""Read a version of the plan as a planner sees it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID

from mobile_passport.domain.outreach_plan import OutreachVisit, RouteStop, Unserved
from mobile_passport.domain.plan_view import DayView, PlanView, Punctuality, RouteView, StopView, UnservedView
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence.plans.plans import PlanHead, Plans
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.rules.rulebook import Rulebook
from mobile_passport.services.plans.punctuality import assess_route
from mobile_passport.services.world import World
from optimizer.plan import Plan, Route
from optimizer.problem import Problem
from optimizer.wire import read_plan, read_problem


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """Everything that is read of one version.

    Attributes
    ----------
    references
        Applicant to the reference of the request that brought them.
    """

    head: PlanHead
    visits: tuple[OutreachVisit, ...]
    problem: Problem
    plan: Plan
    references: Mapping[UUID, str]
    to_review: int
    office: int

    def requests_of(self, visit: OutreachVisit) -> tuple[str, ...]:
        return tuple(sorted({self.references[member.applicant_id] for member in visit.members}))


def show_plan(world: World, version: int | None = None) -> PlanView | None:
    """Return a version, or the one that holds; ``None`` when there is no such version.

    Parameters
    ----------
    version
        ``None`` for the current plan.
    """
    stored = _read(world, version)
    if stored is None:
        return None
    head, office = stored.head, world.rulebook.office
    return PlanView(
        office_name=office.name,
        depot_label=office.depot.label,
        depot=office.depot.position,
        version=head.version,
        status=head.status.value,
        published_at=head.published_at,
        first_date=head.first_date,
        last_date=head.last_date,
        objective=stored.plan.objective,
        bound=stored.plan.bound,
        gap=stored.plan.gap,
        days=_on_roads(_days(stored, world.rulebook), world),
        unserved=_unserved(stored),
        to_review=stored.to_review,
        office=stored.office,
    )


def _read(world: World, version: int | None) -> _Stored | None:
    with world.database.reading() as session:
        plans, requests = Plans(session, world.kanim), Requests(session, world.vault, world.kanim)
        wanted = version if version is not None else plans.current_version()
        head = plans.head(wanted) if wanted is not None else None
        if head is None:
            return None
        visits = plans.visits(head.version).visits
        problem_json, plan_json = plans.documents(head.version)
        return _Stored(
            head=head,
            visits=visits,
            problem=read_problem(problem_json),
            plan=read_plan(plan_json),
            references=requests.references_of({m.applicant_id for visit in visits for m in visit.members}),
            to_review=sum(place.people for place in requests.to_review()),
            office=requests.count_by_status().get(ApplicantStatus.OFFICE, 0),
        )


def _days(stored: _Stored, rulebook: Rulebook) -> tuple[DayView, ...]:
    zone = rulebook.office.zone
    visits: dict[str, list[tuple[RouteStop, OutreachVisit]]] = defaultdict(list)
    for visit in stored.visits:
        if isinstance(visit.outcome, RouteStop):
            visits[visit.outcome.shift].append((visit.outcome, visit))
    days: dict[datetime, list[RouteView]] = defaultdict(list)
    for route in stored.plan.routes:
        if visits[route.shift]:
            view = _route(route, visits[route.shift], stored, rulebook)
            midnight = datetime.combine(view.stops[0].starts_at.astimezone(zone).date(), time.min, zone)
            days[midnight].append(view)
    return tuple(
        DayView(date=day.date(), routes=tuple(sorted(days[day], key=lambda route: route.team))) for day in sorted(days)
    )


def _on_roads(days: tuple[DayView, ...], world: World) -> tuple[DayView, ...]:
    """Add the roads that the routes take, where an engine knows them."""
    depot = world.rulebook.office.depot.position
    tours = [(depot, *(stop.position for stop in route.stops), depot) for day in days for route in day.routes]
    ways = iter(world.road_ways.through(tours))
    return tuple(replace(day, routes=tuple(replace(route, way=next(ways)) for route in day.routes)) for day in days)


def _route(
    route: Route, visits: Sequence[tuple[RouteStop, OutreachVisit]], stored: _Stored, rulebook: Rulebook
) -> RouteView:
    zone = rulebook.office.zone
    origin = datetime.combine(stored.head.first_date, time.min, zone)
    by_start = {stop.starts_at.astimezone(zone): (stop, visit) for stop, visit in visits}
    served = [by_start[origin + timedelta(seconds=planned.start_s)] for planned in route.stops]
    punctuality = assess_route(stored.problem, route, [visit for _, visit in served], rulebook)
    stops = [
        _stop(stop, visit, origin + timedelta(seconds=planned.arrival_s), expected, stored, rulebook)
        for planned, (stop, visit), expected in zip(route.stops, served, punctuality, strict=True)
    ]
    team = visits[0][0].team
    leaves_s, back_s = _way_times(route, stored.problem)
    labels = {team.id: team.label for team in rulebook.teams.teams}
    return RouteView(
        team=team,
        team_label=labels.get(team, team),
        leaves_at=origin + timedelta(seconds=leaves_s),
        back_at=origin + timedelta(seconds=back_s),
        travel_s=route.travel_s,
        distance_m=route.distance_m,
        travel_is_estimate=stored.head.travel_is_estimate,
        stops=tuple(stops),
    )


def _way_times(route: Route, problem: Problem) -> tuple[int, int]:
    """Seconds at which a route leaves its depot and is back."""
    row = {location.id: index for index, location in enumerate(problem.locations)}
    place = {visit.id: row[visit.location] for visit in problem.visits}
    shift = next(shift for shift in problem.shifts if shift.id == route.shift)
    first, last = route.stops[0], route.stops[-1]
    way_out_s = problem.matrix.duration_s[row[shift.start_location], place[first.visit]]
    way_back_s = problem.matrix.duration_s[place[last.visit], row[shift.end_location]]
    return first.arrival_s - int(way_out_s), last.end_s + int(way_back_s)


def _stop(
    stop: RouteStop,
    visit: OutreachVisit,
    arrival_at: datetime,
    punctuality: Punctuality,
    stored: _Stored,
    rulebook: Rulebook,
) -> StopView:
    zone = rulebook.office.zone
    slots = [member.slot_at.astimezone(zone) for member in visit.members if member.slot_at]
    closings = [member.window_closes_at.astimezone(zone) for member in visit.members if member.window_closes_at]
    opens_at = stop.starts_at.astimezone(zone) + timedelta(minutes=rulebook.service.site.setup_minutes)
    return StopView(
        visit=visit.visit,
        kind=visit.kind,
        place=visit.place.label,
        position=visit.place.position,
        arrival_at=arrival_at,
        starts_at=stop.starts_at.astimezone(zone),
        ends_at=stop.ends_at.astimezone(zone),
        first_slot_at=min(slots, default=opens_at),
        last_slot_at=max(slots, default=opens_at),
        people=len(visit.members),
        requests=stored.requests_of(visit),
        waiver=visit.waiver,
        is_surveyed=visit.place.is_surveyed,
        window_closes_at=max(closings, default=None),
        punctuality=punctuality,
    )


def _unserved(stored: _Stored) -> tuple[UnservedView, ...]:
    return tuple(
        UnservedView(
            visit=visit.visit,
            kind=visit.kind,
            place=visit.place.label,
            position=visit.place.position,
            people=len(visit.members),
            requests=stored.requests_of(visit),
            code=visit.outcome.code,
            detail=visit.outcome.detail,
            change=visit.outcome.change,
        )
        for visit in stored.visits
        if isinstance(visit.outcome, Unserved)
    )
