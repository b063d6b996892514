"""One draft of the plan: from a snapshot of demand to visits, routes and everyone's slot."""

from collections.abc import Iterator
from dataclasses import dataclass

from mobile_passport.domain.demand import Demand, Promise
from mobile_passport.domain.outreach_plan import Member, OutreachPlan, OutreachVisit, RouteStop
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.travel import TravelTimes
from mobile_passport.planning.answer import best_answer, part_of
from mobile_passport.planning.choice import choose, offers
from mobile_passport.planning.gathering import Gathered, Gatherer
from mobile_passport.planning.outcome import outcome_of_session
from mobile_passport.planning.question import ask
from mobile_passport.planning.serving import Crew
from mobile_passport.planning.sites import Sites
from mobile_passport.planning.timetable import Timetable
from mobile_passport.planning.windows import KeptPlan, WindowPrice, plan_with_windows
from mobile_passport.rules.rulebook import Rulebook
from optimizer.gathering.solve import GatherParams
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.solve import SolveParams

GATHERING_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A plan nobody has been told about yet.

    Attributes
    ----------
    problem, plan
        What the optimizer was asked and what it answered; enough to recompute everything.
    outreach
        The same for people: visits, slots, and who is not served and why.
    hours
        Person-hours that the people of newly planned visits travel to their venues, one way.
    window_price
        What it costs that households can rely on their windows.
    travel_is_estimate
        Some travel time is an estimate: no road engine and no measured leg stood behind it.
    """

    problem: Problem
    plan: Plan
    outreach: OutreachPlan
    hours: float
    window_price: WindowPrice
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
    gatherer = Gatherer(
        sites=Sites.of(demand.venues, gazetteer, rulebook.planning.gathering),
        rulebook=rulebook,
        travel_times=travel_times,
        timetable=timetable,
        params=GatherParams(time_limit_s=GATHERING_LIMIT_S, seed=params.seed, threads=params.threads),
    )

    gathered, params = _gathered(gatherer, demand, params)
    question = ask(gathered, demand.promises, timetable, rulebook, travel_times)
    answer = best_answer(question, timetable, rulebook, params)
    kept = plan_with_windows(answer.question, answer.plan, demand.promises, timetable, rulebook, params)
    question = kept.question
    visits = (*map(_kept, demand.promises), *_outcomes(kept, timetable, rulebook), *question.ungathered)
    return Draft(
        problem=question.problem,
        plan=kept.plan,
        outreach=OutreachPlan(visits=visits),
        hours=question.hours(kept.plan),
        window_price=kept.price,
        travel_is_estimate=question.travel_is_estimate,
    )


def _gathered(gatherer: Gatherer, demand: Demand, params: SolveParams) -> tuple[Gathered, SolveParams]:
    """Gather everyone, and return what is left of the limits."""
    joint = gatherer.rulebook.planning.joint
    if not joint.enabled:
        return gatherer.gather(demand.requests), params
    offered = offers(gatherer, demand.requests)
    chosen = choose(gatherer, offered, demand.promises, part_of(params, joint.choice_share))
    return gatherer.gather_rest(chosen, demand.requests), part_of(params, 1 - joint.choice_share)


def _outcomes(kept: KeptPlan, timetable: Timetable, rulebook: Rulebook) -> Iterator[OutreachVisit]:
    crew, plan = Crew.slowest_of(rulebook), kept.plan
    for session, alternatives in kept.question.sessions:
        visits = tuple(one.visit for one in alternatives)
        yield outcome_of_session(session, visits, plan, kept.windows, timetable, crew, rulebook)


def _kept(promise: Promise) -> OutreachVisit:
    return OutreachVisit(
        visit=promise.visit,
        kind=promise.kind,
        place=promise.place,
        waiver=promise.waiver,
        outcome=RouteStop(team=promise.team, shift=promise.shift, starts_at=promise.starts_at, ends_at=promise.ends_at),
        members=tuple(
            Member(applicant_id=person, slot_at=slot_at, window_closes_at=promise.window_closes_at)
            for person, slot_at in promise.people
        ),
    )
