"""One draft of the plan: from a snapshot of demand to visits, routes and everyone's slot."""

from dataclasses import dataclass

from optimizer.solve import SolveParams, solve

from mobile_passport.domain.demand import Demand, Promise
from mobile_passport.domain.outreach_plan import Member, OutreachPlan, OutreachVisit, RouteStop
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.travel import TravelTimes
from mobile_passport.planning.atlas import Atlas
from mobile_passport.planning.gathering import gather_requests
from mobile_passport.planning.outcome import outcome_of_session
from mobile_passport.planning.serving import Crew
from mobile_passport.planning.sizing import Sizing, sessions_of
from mobile_passport.planning.timetable import Timetable
from mobile_passport.planning.visits import visit_of_promise, visits_of
from mobile_passport.rules.rulebook import Rulebook
from optimizer.check import check
from optimizer.gathering.solve import GatherParams
from optimizer.plan import Plan, Status
from optimizer.problem import Objective, Problem

GATHERING_LIMIT_S = 10.0


class PlanBroken(Exception):
    """The optimizer returned a plan that its independent check refuses; nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A plan nobody has been told about yet.

    Attributes
    ----------
    problem, plan
        What the optimizer was asked and what it answered; enough to recompute everything.
    outreach
        The same for people: visits, slots, and who is not served and why.
    travel_is_estimate
        Some travel time is an estimate: no road engine and no measured leg stood behind it.
    """

    problem: Problem
    plan: Plan
    outreach: OutreachPlan
    travel_is_estimate: bool


def make_draft(
    demand: Demand,
    timetable: Timetable,
    rulebook: Rulebook,
    gazetteer: Gazetteer,
    travel_times: TravelTimes,
    params: SolveParams,
) -> Draft:
    """Plan everything that waits, keeping every promise already made.

    Raises
    ------
    PlanBroken
        Never, unless the optimizer has a bug.
    """
    crew = Crew.slowest_of(rulebook)
    gathered, ungathered = gather_requests(
        demand.requests,
        rulebook,
        gazetteer,
        travel_times,
        timetable,
        GatherParams(time_limit_s=GATHERING_LIMIT_S, seed=params.seed, threads=params.threads),
    )
    atlas = Atlas.of(
        rulebook.office.depot.position,
        [gathering.place for gathering in gathered] + [promise.place for promise in demand.promises],
        travel_times,
    )
    sized = sessions_of(gathered, demand.promises, atlas, Sizing.of(crew, timetable, rulebook))
    alternatives = {
        session.visit: visits_of(session, service, atlas.location_id(session.place), timetable, rulebook)
        for session, service in sized
    }
    problem = Problem(
        horizon_start_at=timetable.starts_at,
        locations=atlas.locations,
        matrix=atlas.matrix,
        shifts=timetable.shifts,
        visits=tuple(visit for visits in alternatives.values() for visit in visits)
        + tuple(visit_of_promise(promise, atlas.location_id(promise.place), timetable) for promise in demand.promises),
        objective=Objective(travel_cost_per_hour=rulebook.planning.preferences.travel_cost_per_hour),
    )
    plan = solve(problem, params)
    report = check(problem, plan)
    if report.violations or plan.status is Status.INFEASIBLE:
        raise PlanBroken("; ".join(f"{v.code} {v.where}: {v.detail}" for v in report.violations) or "promise not kept")
    outcomes = [
        outcome_of_session(session, alternatives[session.visit], plan, timetable, crew, rulebook)
        for session, _ in sized
    ]
    outreach = OutreachPlan(visits=(*map(_kept, demand.promises), *outcomes, *ungathered))
    return Draft(problem=problem, plan=plan, outreach=outreach, travel_is_estimate=atlas.is_estimate)


def _kept(promise: Promise) -> OutreachVisit:
    return OutreachVisit(
        visit=promise.visit,
        kind=promise.kind,
        place=promise.place,
        waiver=promise.waiver,
        outcome=RouteStop(team=promise.team, shift=promise.shift, starts_at=promise.starts_at, ends_at=promise.ends_at),
        members=tuple(Member(applicant_id=person, slot_at=slot_at) for person, slot_at in promise.people),
    )
