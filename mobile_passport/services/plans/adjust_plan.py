"""Change a draft by hand: first see what it costs and whom it moves, then make a new draft of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from threading import Thread

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.outreach_plan import OutreachPlan, OutreachVisit, RouteStop
from mobile_passport.domain.refusal import Conflict, NotFound
from mobile_passport.domain.status import PlanStatus
from mobile_passport.persistence.plans.plans import PlanHead, Plans
from mobile_passport.planning.adjust import Adjusted, Change, adjust
from mobile_passport.planning.inversions import name_of
from mobile_passport.planning.retelling import retell
from mobile_passport.planning.timetable import Timetable, make_timetable
from mobile_passport.services.plans.other_drafts import other_drafts_in, told_of_change
from mobile_passport.services.plans.publish_plan import refuse_stale
from mobile_passport.services.plans.punctuality import assess_route
from mobile_passport.services.plans.snapshot import Snapshot, take_snapshot
from mobile_passport.services.plans.store_draft import store_draft
from mobile_passport.services.world import World
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.punctuality import Light
from optimizer.solve import warm_up
from optimizer.wire import read_plan, read_problem


class NoDraft(Conflict):
    """The version is no draft: it was published or discarded, and never changes again."""

    code = "no_draft"


class DraftBranched(Conflict):
    """Another draft grew beside this one, and the planner has not seen it; nothing was changed."""

    code = "draft_branched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a plan comes to.

    Attributes
    ----------
    people
        On a route.
    distance_m, travel_s
        Of all teams.
    late_stops
        Stops that are not green on simulated days.
    """

    people: int
    distance_m: int
    travel_s: int
    late_stops: int
    objective: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedVisit:
    """A visit whose people would be told something else; ``None`` where it stands on no route."""

    visit: str
    place: str
    people: int
    before: RouteStop | None
    after: RouteStop | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a change would do."""

    before: Figures
    after: Figures
    moved: tuple[MovedVisit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Visits by name that stay where they are: people were told of some, a planner locked others."""

    promised: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    head: PlanHead
    problem: Problem
    plan: Plan
    outreach: OutreachPlan
    snapshot: Snapshot
    timetable: Timetable


@cache
def expect_adjustments() -> None:
    """Load the solver in the background, once in a process, before somebody changes a draft.

    The first change would wait two seconds for it, and a process in which nobody ever changes one goes without.
    """
    Thread(target=warm_up, name="warm-up", daemon=True).start()  # a process that ends does not wait for it


def preview_adjustment(world: World, version: int, change: Change, *, now: datetime) -> Effect:
    """Tell what a change of a draft would do; nothing is stored.

    Raises
    ------
    NotFound, NoDraft, StaleDraft, CannotAdjust
    """
    with world.database.reading() as session:
        draft = _read(session, world, version, now=now)
    adjusted, outreach = _adjusted(world, draft, change)
    before = {visit.visit: visit for visit in draft.outreach.visits}
    return Effect(
        before=_figures(world, draft.problem, draft.plan, draft.outreach),
        after=_figures(world, adjusted.problem, adjusted.plan, outreach),
        moved=tuple(_moved(before[visit.visit], visit) for visit in outreach.visits if visit != before[visit.visit]),
    )


def accept_adjustment(
    world: World, version: int, change: Change, *, seen: int, caller: Caller, now: datetime
) -> PlanHead:
    """Make a new draft with a change; the draft that it was made from stays as it is.

    The same change of the same draft makes one draft, however often it is accepted.

    Parameters
    ----------
    seen
        The newest of the other drafts (`find_other_drafts`) that the planner knows of, 0 for none.

    Raises
    ------
    NotFound, NoDraft, StaleDraft, CannotAdjust, DraftBranched
        And nothing was stored.
    """
    with world.database.reading() as session:
        draft = _read(session, world, version, now=now)
    adjusted, outreach = _adjusted(world, draft, change)
    with world.database.transaction() as session:
        plans = Plans(session, world.kanim)
        plans.lock_current()
        others = other_drafts_in(session, world, version)
        steps = (step for branch in others for step in branch.steps)
        if same := next((one for one in steps if (one.made_from, one.change) == (version, change)), None):
            return _head(plans, same.version)
        if others and others[0].newest.version > seen:
            raise DraftBranched(f"version {others[0].newest.version} was made meanwhile; look at it, then decide anew")
        return store_draft(
            session,
            world,
            draft.snapshot,
            problem=adjusted.problem,
            plan=adjusted.plan,
            outreach=outreach,
            timetable=draft.timetable,
            travel_is_estimate=draft.head.travel_is_estimate,
            detail=told_of_change(version, change),
            actor=caller.login,
            now=now,
        )


def held_visits(world: World, version: int) -> Held:
    """Name the visits of a version that cannot be moved.

    Raises
    ------
    NotFound
    """
    with world.database.reading() as session:
        plans = Plans(session, world.kanim)
        _head(plans, version)
        problem_json, _ = plans.documents(version)
    pinned = [visit for visit in read_problem(problem_json).visits if visit.pin]
    return Held(
        promised=frozenset(visit.id for visit in pinned if not visit.groups),
        locked=frozenset(name_of(visit.id) for visit in pinned if visit.groups),
    )


def _head(plans: Plans, version: int) -> PlanHead:
    head = plans.head(version)
    if head is None:
        raise NotFound("there is no such version of the plan; list the versions")
    return head


def _read(session: Session, world: World, version: int, *, now: datetime) -> _Draft:
    plans = Plans(session, world.kanim)
    head = _head(plans, version)
    if head.status is not PlanStatus.DRAFT:
        raise NoDraft(f"version {version} is not a draft; make a new draft and change that one")
    outreach, snapshot = plans.visits(version), take_snapshot(session, world, now=now)
    refuse_stale(snapshot, head, outreach)
    problem_json, plan_json = plans.documents(version)
    return _Draft(
        head=head,
        problem=read_problem(problem_json),
        plan=read_plan(plan_json),
        outreach=outreach,
        snapshot=snapshot,
        timetable=make_timetable(world.rulebook, today=head.first_date),
    )


def _adjusted(world: World, draft: _Draft, change: Change) -> tuple[Adjusted, OutreachPlan]:
    adjusted = adjust(draft.problem, draft.plan, change, draft.timetable)
    return retell(adjusted, draft.outreach, draft.snapshot.demand.requests, draft.timetable, world.rulebook)


def _figures(world: World, problem: Problem, plan: Plan, outreach: OutreachPlan) -> Figures:
    visits = {visit.visit: visit for visit in outreach.visits}
    lights = list(_lights(world, problem, plan, visits))
    return Figures(
        people=sum(len(visit.members) for visit in outreach.visits if isinstance(visit.outcome, RouteStop)),
        distance_m=sum(route.distance_m for route in plan.routes),
        travel_s=sum(route.travel_s for route in plan.routes),
        late_stops=sum(light is not Light.GREEN for light in lights),
        objective=plan.objective,
    )


def _lights(world: World, problem: Problem, plan: Plan, visits: dict[str, OutreachVisit]) -> Iterator[Light]:
    for route in plan.routes:
        served = [visits[name_of(stop.visit)] for stop in route.stops]
        yield from (one.light for one in assess_route(problem, route, served, world.rulebook))


def _moved(before: OutreachVisit, after: OutreachVisit) -> MovedVisit:
    return MovedVisit(
        visit=after.visit,
        place=after.place.label,
        people=len(after.members),
        before=before.outcome if isinstance(before.outcome, RouteStop) else None,
        after=after.outcome if isinstance(after.outcome, RouteStop) else None,
    )
