"""The plan for machines."""

from fastapi import APIRouter, Request, Response

from api.caching import answer
from api.errors import NoPlan
from api.problems import problems
from api.routes.dependencies import PlansDep
from api.schemas import PlanOut

router = APIRouter(prefix="/api/v1/plans", tags=["plans"])


@router.get(
    "/current",
    response_model=PlanOut,
    responses={
        304: {"description": "Still the plan of the ETag in If-None-Match."},
        **problems(404, needs_caller=False),
    },
)
def current_plan(request: Request, plans: PlansDep) -> Response:
    """Return the plan that holds. Home visits are placed at their kecamatan."""
    plan = plans.current()
    if plan is None:
        raise NoPlan
    body = plan.once("json", lambda: PlanOut.of(plan.view).model_dump_json())
    return answer(request, body, version=plan.view.version, media_type="application/json")
