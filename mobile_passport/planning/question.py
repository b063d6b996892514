"""What the optimizer is asked once it is decided who comes together: sessions, their alternatives, and the problem."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mobile_passport.domain.demand import Place, Promise
from mobile_passport.domain.outreach_plan import OutreachVisit
from mobile_passport.domain.request import VisitKind
from mobile_passport.geo.travel import TravelTimes
from mobile_passport.planning.atlas import Atlas
from mobile_passport.planning.gathering import Gathered
from mobile_passport.planning.serving import Crew
from mobile_passport.planning.sessions import Session
from mobile_passport.planning.sizing import Choice, SizedSession, Sizing, sessions_of
from mobile_passport.planning.timetable import Timetable
from mobile_passport.planning.visits import visit_of_promise, visits_of
from mobile_passport.rules.rulebook import Rulebook
from optimizer.plan import Plan
from optimizer.problem import LatLon, Objective, Problem, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One visit that would serve a session: where, and how many person-hours its people travel there, one way."""

    visit: Visit
    place: Place
    hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One way to gather everyone, as a problem for the optimizer.

    Attributes
    ----------
    sessions
        With all their alternatives, of which at most one is planned.
    ungathered
        People whom no venue takes.
    travel_is_estimate
        Some travel time of the problem is an estimate.
    """

    problem: Problem
    sessions: tuple[tuple[Session, tuple[Alternative, ...]], ...]
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
    places = [site.place for g in gatherings for site in (g.site, *(other.site for other in g.others))]
    atlas = Atlas.of(rulebook.office.depot.position, places + [promise.place for promise in promises], travel_times)
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
    return Question(problem=problem, sessions=sessions, ungathered=ungathered, travel_is_estimate=atlas.is_estimate)


def _alternatives(
    one: SizedSession,
    ways_s: Mapping[tuple[LatLon, LatLon], float],
    atlas: Atlas,
    timetable: Timetable,
    rulebook: Rulebook,
) -> tuple[Alternative, ...]:
    alternatives: list[Alternative] = []
    for choice in one.choices:
        visits = visits_of(
            one.session,
            choice.service,
            atlas.location_id(choice.place),
            timetable,
            rulebook,
            less_points=choice.less_points,
            first_number=len(alternatives) + 1,
        )
        hours = _hours(one.session, choice, ways_s)
        alternatives += (Alternative(visit=visit, place=choice.place, hours=hours) for visit in visits)
    return tuple(alternatives)


def _hours(session: Session, choice: Choice, ways_s: Mapping[tuple[LatLon, LatLon], float]) -> float:
    if session.kind is VisitKind.HOME:
        return 0.0
    return sum(ways_s[attendee.request.place.position, choice.place.position] for attendee in session.attendees) / 3600


def _ways_s(sized: Iterable[SizedSession], travel_times: TravelTimes) -> Mapping[tuple[LatLon, LatLon], float]:
    """Seconds from every home to every place at which its people may be served."""
    collective = [one for one in sized if one.session.kind is VisitKind.COLLECTIVE]
    wanted = {
        (attendee.request.place.position, choice.place.position)
        for one in collective
        for attendee in one.session.attendees
        for choice in one.choices
    }
    points = sorted({point for pair in wanted for point in pair}, key=lambda point: (point.lat, point.lon))
    if not points:
        return {}
    row = {point: index for index, point in enumerate(points)}
    duration_s = travel_times.matrix(points).duration_s.astype(np.float64)
    return {(home, place): float(duration_s[row[home], row[place]]) for home, place in wanted}
