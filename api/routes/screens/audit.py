"""The audit: how the log stands, verifying it, and the way of one request from asking to being served."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import RedirectResponse

from api.identity import allowed
from api.routes.dependencies import CheckpointsDep, NowDep, OfficeDep, QueueDep, WorldDep
from api.screens import screen
from mobile_passport.documents.rank_words import override_sentence
from mobile_passport.domain.access import Caller, Operation, may
from mobile_passport.domain.override import OverrideKind
from mobile_passport.domain.refusal import NotFound
from mobile_passport.services.audit.inspect_audit import inspect_audit, show_log
from mobile_passport.services.audit.request_trail import follow_request

router = APIRouter(include_in_schema=False)

PATH = "/audit"
_SEE_OTHER = 303

Auditor = Annotated[Caller, Depends(allowed(Operation.AUDIT_READ))]


@router.get(PATH)
def audit(
    request: Request,
    world: WorldDep,
    checkpoints: CheckpointsDep,
    queue: QueueDep,
    caller: Auditor,
    asked: Annotated[str, Query(alias="permohonan", max_length=40)] = "",
) -> Response:
    """Show how the log stands, and the way of the request that is asked for."""
    reference, trail = asked.strip().upper(), None
    if reference and may(caller.role, Operation.REQUESTS_READ):
        try:
            trail = follow_request(world, reference, queue.get(), caller=caller)
        except NotFound:
            trail = None
    rules = world.rulebook.rank
    return screen(
        request,
        world,
        caller,
        "planner/audit.html",
        status_code=404 if reference and trail is None else 200,
        log=show_log(world, checkpoints),
        asked=reference,
        trail=trail,
        sentences={kind.value: override_sentence(kind, rules) for kind in OverrideKind if rules.override(kind)},
    )


@router.post(PATH)
def inspected(world: OfficeDep, checkpoints: CheckpointsDep, caller: Auditor, now: NowDep) -> Response:
    """Verify the log and the order of the plan that holds."""
    inspect_audit(world, checkpoints, caller=caller, now=now)
    return RedirectResponse(PATH, _SEE_OTHER)
