"""What the optimizer is asked once it is decided who comes together: sessions, their alternatives, and the problem."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mobile_passport.domain.demand import Promise
from mobile_passport.domain.outreach_plan import OutreachVisit
from mobile_passport.domain.request import VisitKind
from mobile_passport.geo.travel import TravelTimes
from mobile_passport.planning.atlas import Atlas
from mobile_passport.planning.gathering import Gathered
from mobile_passport.planning.serving import Crew
from mobile_passport.planning.sessions import Gathering, Session
from mobile_passport.planning.sizing import SizedSession, Sizing, sessions_of
from mobile_passport.planning.timetable import Timetable
from mobile_passport.planning.visits import visit_of_promise, visits_of
from mobile_passport.rules.rulebook import Rulebook
from optimizer.plan import Plan
from optimizer.problem import LatLon, Objective, Problem, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One visit that would serve a session, and how many person-hours its people travel there, one way."""

    visit: Visit
    hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One way to gather everyone, as a problem for the optimizer.

    Attributes
    ----------
    sessions
        With all their alternatives, of which at most one is planned.
    gatherings
        For each session the gathering that it is a part of.
    ungathered
        People whom no venue takes.
    travel_is_estimate
        Some travel time of the problem is an estimate.
    """

    problem: Problem
    sessions: tuple[tuple[Session, tuple[Alternative, ...]], ...]
    gatherings: tuple[Gathering, ...]
    ungathered: tuple[OutreachVisit, ...]
    travel_is_estimate: bool

    def hours(self, plan: Plan) -> float:
        """Person-hours that the people served by a plan travel to their venues, one way."""
        planned = {stop.visit for route in plan.routes for stop in route.stops}
        return sum(
            alternative.hours
            for _, alternatives in self.sessions
            for alternative in alternatives
            if alternative.visit.id in planned
        )


def ask(
    gathered: Gathered,
    promises: Sequence[Promise],
    timetable: Timetable,
    rulebook: Rulebook,
    travel_times: TravelTimes,
) -> Question:
    """Make the problem of one way to gather."""
    gatherings, ungathered = gathered
    places = (*(gathering.site.place for gathering in gatherings), *(promise.place for promise in promises))
    atlas = Atlas.of(rulebook.office.depot.position, places, travel_times)
    sized = sessions_of(gatherings, promises, atlas, Sizing.of(Crew.slowest_of(rulebook), timetable, rulebook))
    ways_s = _ways_s(sized, travel_times)
    sessions = tuple((one.session, _alternatives(one, ways_s, atlas, timetable, rulebook)) for one in sized)
    problem = Problem(
        horizon_start_at=timetable.starts_at,
        locations=atlas.locations,
        matrix=atlas.matrix,
        shifts=timetable.shifts,
        visits=tuple(alternative.visit for _, alternatives in sessions for alternative in alternatives)
        + tuple(visit_of_promise(promise, atlas.location_id(promise.place), timetable) for promise in promises),
        objective=Objective(travel_cost_per_hour=rulebook.planning.preferences.travel_cost_per_hour),
    )
    return Question(
        problem=problem,
        sessions=sessions,
        gatherings=tuple(one.gathering for one in sized),
        ungathered=ungathered,
        travel_is_estimate=atlas.is_estimate,
    )


def _alternatives(
    one: SizedSession,
    ways_s: Mapping[tuple[LatLon, LatLon], float],
    atlas: Atlas,
    timetable: Timetable,
    rulebook: Rulebook,
) -> tuple[Alternative, ...]:
    visits = visits_of(one.session, one.service, atlas.location_id(one.session.place), timetable, rulebook)
    hours = _hours(one.session, ways_s)
    return tuple(Alternative(visit=visit, hours=hours) for visit in visits)


def _hours(session: Session, ways_s: Mapping[tuple[LatLon, LatLon], float]) -> float:
    if session.kind is VisitKind.HOME:
        return 0.0
    return sum(ways_s[attendee.request.place.position, session.place.position] for attendee in session.attendees) / 3600


def _ways_s(sized: Iterable[SizedSession], travel_times: TravelTimes) -> Mapping[tuple[LatLon, LatLon], float]:
    """Seconds from every home to every place at which its people may be served."""
    wanted = {
        (attendee.request.place.position, one.session.place.position)
        for one in sized
        if one.session.kind is VisitKind.COLLECTIVE
        for attendee in one.session.attendees
    }
    points = sorted({point for pair in wanted for point in pair}, key=lambda point: (point.lat, point.lon))
    if not points:
        return {}
    row = {point: index for index, point in enumerate(points)}
    duration_s = travel_times.matrix(points).duration_s.astype(np.float64)
    return {(home, place): float(duration_s[row[home], row[place]]) for home, place in wanted}
