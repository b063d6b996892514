"""Versions of the plan, and the runs that make them, as the planner watches them."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from api.identity import allowed
from api.routes.callers import PlansRunner
from api.routes.dependencies import NowDep, WorldDep
from api.screens import screen
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.domain.planning_run import LONGEST_QUEUE, RunState
from mobile_passport.services.plans.planning_runs import (
    QueueFull,
    RunOver,
    ask_for_plan,
    call_off_run,
    list_runs,
    people_to_plan,
)
from mobile_passport.services.plans.read_plans import current_version, list_plans

router = APIRouter(include_in_schema=False)

PATH = "/rencana"
LIMITS_S = (5, 60, 300, 900)
"""Choices offered: a look, and as long as a plan is worth; own judgement."""
_SHOWN_RUNS = 5
_SHOWN_VERSIONS = 50
_SEE_OTHER = 303

PlansComparer = Annotated[Caller, Depends(allowed(Operation.PLANS_COMPARE))]


class Refused(StrEnum):
    """Why what somebody asked for was not done."""

    QUEUE_FULL = "queue_full"
    RUN_OVER = "run_over"


@router.get(PATH)
def plans(request: Request, world: WorldDep, caller: PlansComparer, ditolak: Refused | None = None) -> Response:
    """List versions, the newest first, above them the latest runs; htmx asks again for these while one is under way."""
    runs = list_runs(world, before=None, limit=_SHOWN_RUNS)
    return screen(
        request,
        world,
        caller,
        "planner/plans.html",
        block="runs",
        runs=runs,
        to_plan=people_to_plan(world),
        is_busy=any(one.state in (RunState.QUEUED, RunState.RUNNING) for one in runs),
        versions=list_plans(world, caller.scope, before=None, limit=_SHOWN_VERSIONS),
        current=current_version(world),
        limits_s=LIMITS_S,
        longest_queue=LONGEST_QUEUE,
        refused=ditolak,
    )


@router.post(f"{PATH}/jalankan")
def run(
    world: WorldDep,
    caller: PlansRunner,
    now: NowDep,
    limit_s: Annotated[int, Form(ge=1, le=3_600)] = LIMITS_S[1],
) -> Response:
    """Ask the worker for a plan of everything that waits."""
    try:
        ask_for_plan(world, time_limit_s=limit_s, seed=1, caller=caller, now=now)
    except QueueFull:
        return _refused(Refused.QUEUE_FULL)
    return RedirectResponse(PATH, _SEE_OTHER)


@router.post(f"{PATH}/proses/{{run_id}}/batal")
def call_off(run_id: UUID, world: WorldDep, caller: PlansRunner, now: NowDep) -> Response:
    """Call a run off."""
    try:
        call_off_run(world, run_id, caller=caller, now=now)
    except RunOver:
        return _refused(Refused.RUN_OVER)
    return RedirectResponse(PATH, _SEE_OTHER)


def _refused(why: Refused) -> Response:
    """Lead to a page that says so: a page in the answer to a form could not be come back to."""
    return RedirectResponse(f"{PATH}?ditolak={why}", _SEE_OTHER)
