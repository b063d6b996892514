"""Plans that are asked for: the worker makes them."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.idempotency import OnceDep, Reply
from api.paging import PagingDep, cursor
from api.problems import problems
from api.routes.callers import PlansRunner
from api.routes.dependencies import WorldDep
from api.schemas.paging import Page
from api.schemas.plans import RunIn, RunOut
from mobile_passport.domain.planning_run import PlanningRun
from mobile_passport.services.plans.planning_runs import ask_for_plan, call_off_run, find_run, list_runs

router = APIRouter(prefix="/api/v1/planning-runs", tags=["planning runs"])


@router.get("", operation_id="list_planning_runs", responses=problems())
def listed(world: WorldDep, caller: PlansRunner, paging: PagingDep) -> Page[RunOut]:
    """List runs, the latest first."""
    asked_at, run = paging.moment(0), paging.identifier(1)
    before = (asked_at, run) if asked_at and run else None
    items, more = paging.cut(list_runs(world, before=before, limit=paging.limit + 1))
    return Page(
        items=tuple(map(RunOut.model_validate, items)),
        next=cursor(items[-1].asked_at.isoformat(), items[-1].id) if more else None,
    )


@router.get("/{run}", operation_id="read_planning_run", responses=problems(404))
def one(run: UUID, world: WorldDep, caller: PlansRunner) -> RunOut:
    """Read how far a run is: points, proved bound, people, seconds; and its plan when it is finished."""
    return RunOut.model_validate(find_run(world, run))


@router.post(
    "",
    operation_id="ask_for_plan",
    status_code=202,
    response_model=RunOut,
    responses={
        202: {"headers": {"Location": {"description": "Where to look.", "schema": {"type": "string"}}}},
        **problems(409),
    },
)
def asked_for(body: RunIn, caller: PlansRunner, once: OnceDep) -> Response:
    """Ask the worker for a plan of everything that waits. One is made at a time; a few can wait."""
    return once.answer(
        caller,
        lambda world: _reply(
            ask_for_plan(world, time_limit_s=body.time_limit_s, seed=body.seed, caller=caller, now=once.now)
        ),
        status=202,
    )


@router.post(
    "/{run}/cancellation", operation_id="cancel_planning_run", response_model=RunOut, responses=problems(404, 409)
)
def called_off(run: UUID, caller: PlansRunner, once: OnceDep) -> Response:
    """Call a run off; one that is running ends within seconds, without a plan."""
    return once.answer(caller, lambda world: _reply(call_off_run(world, run, caller=caller, now=once.now)))


def _reply(run: PlanningRun) -> Reply:
    return Reply(body=RunOut.model_validate(run), location=f"/api/v1/planning-runs/{run.id}")
