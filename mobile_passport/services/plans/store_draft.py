"""Store a draft with the order of service it follows; the log gets digests of both, so that no change goes unseen."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from mobile_passport.domain.outreach_plan import OutreachPlan
from mobile_passport.domain.rank import OrderRecord
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.plans.order_records import OrderRecords
from mobile_passport.persistence.plans.plans import PlanHead, Plans
from mobile_passport.planning.timetable import Timetable
from mobile_passport.services.plans.snapshot import Snapshot
from mobile_passport.services.world import World
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.wire import write_plan, write_problem

DRAFTED = "draft_plan"
"""How the log names that a draft was made."""


def store_draft(
    session: Session,
    world: World,
    snapshot: Snapshot,
    *,
    problem: Problem,
    plan: Plan,
    outreach: OutreachPlan,
    timetable: Timetable,
    travel_is_estimate: bool,
    detail: Mapping[str, Any],
    actor: str,
    now: datetime,
) -> PlanHead:
    """Store a draft under the next version number.

    Parameters
    ----------
    snapshot
        What the draft serves.
    timetable
        Of the draft's dates.
    detail
        What the log says of how it came about, besides its figures and digests.
    """
    problem_json, plan_json = write_problem(problem), write_plan(plan)
    order = OrderRecord.of(
        snapshot.demand.requests, world.rulebook.rank, world.rulebook.eligibility.ages, timetable.first_date
    )
    head = Plans(session, world.kanim).add_draft(
        outreach,
        inputs_digest=snapshot.digest,
        problem_json=problem_json,
        plan_json=plan_json,
        first_date=timetable.first_date,
        last_date=timetable.last_date,
        travel_is_estimate=travel_is_estimate,
        now=now,
    )
    write_audit(
        session,
        kanim=world.kanim,
        at=now,
        actor=actor,
        action=DRAFTED,
        subject=str(head.id),
        detail={
            "version": head.version,
            "objective": plan.objective,
            "bound": plan.bound,
            **detail,
            "rule": order.rules.rule.version,
            "order_digest": OrderRecords(session, world.kanim).add(head.id, order),
            "problem_digest": sha256(problem_json.encode()).hexdigest(),
            "plan_digest": sha256(plan_json.encode()).hexdigest(),
        },
    )
    return head
