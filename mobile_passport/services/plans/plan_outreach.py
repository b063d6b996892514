"""Make a draft of the plan: read, solve outside any transaction, store with reasons."""

from dataclasses import asdict
from datetime import datetime

from mobile_passport.domain.outreach_plan import OutreachPlan
from mobile_passport.domain.status import PlanStatus
from mobile_passport.persistence.plans.plans import PlanHead, Plans
from mobile_passport.planning.draft import make_draft
from mobile_passport.planning.supplies import with_lacking_venues
from mobile_passport.services.plans.snapshot import Snapshot, take_snapshot
from mobile_passport.services.plans.store_draft import store_draft
from mobile_passport.services.world import World
from optimizer.solve import SolveParams


def plan_outreach(world: World, params: SolveParams, *, actor: str, now: datetime) -> PlanHead:
    """Make a draft, unless the newest plan answers the same question already: then that one is returned.

    Raises
    ------
    PlanBroken
        When the optimizer's answer fails its independent check; nothing is stored then.
    """
    with world.database.reading() as session:
        snapshot = take_snapshot(session, world, now=now)
        latest = Plans(session, world.kanim).latest()
    if latest and _still_answers(latest, snapshot):
        return latest
    draft = make_draft(snapshot.demand, snapshot.timetable, world.rulebook, world.gazetteer, world.travel_times, params)
    visits = tuple(with_lacking_venues(draft.outreach.visits, snapshot.register, world.rulebook))
    with world.database.transaction() as session:
        return store_draft(
            session,
            world,
            snapshot,
            problem=draft.problem,
            plan=draft.plan,
            outreach=OutreachPlan(visits=visits),
            timetable=snapshot.timetable,
            travel_is_estimate=draft.travel_is_estimate,
            detail={"windows": asdict(draft.window_price)},
            actor=actor,
            now=now,
        )


def _still_answers(latest: PlanHead, snapshot: Snapshot) -> bool:
    """Whether demand and rules are what the plan was made from, or what its publication left behind.

    A new day opens new dates, which may serve people who wait; where nobody waits, it changes nothing.
    """
    if latest.status is PlanStatus.DISCARDED or snapshot.digest not in (latest.inputs_digest, latest.settled_digest):
        return False
    return latest.first_date == snapshot.timetable.first_date or not snapshot.demand.requests
