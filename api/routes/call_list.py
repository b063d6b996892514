"""The call list for programs: whom to call, and what came of a call."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.idempotency import OnceDep, Reply
from api.problems import problems
from api.routes.callers import CallHandler
from api.routes.dependencies import DeskDep
from api.routes.people import NO_STORE
from api.schemas.calls import CallOut, CallsOut, MadeCallOut, OutcomeIn
from mobile_passport.services.messages.list_calls import list_calls
from mobile_passport.services.messages.note_call import note_call
from mobile_passport.services.world import World

router = APIRouter(prefix="/api/v1/calls", tags=["calls"])

EntryKey = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="Key of an entry of the call list.")]


@router.get("", operation_id="list_calls", responses={200: {"headers": NO_STORE}, **problems()})
def listed(desk: DeskDep, _: CallHandler, response: Response) -> CallsOut:
    """List whom to call, most urgent first. Names and numbers are in clear: not to be kept anywhere."""
    response.headers["Cache-Control"] = "no-store"
    return CallsOut(calls=tuple(map(CallOut.of, list_calls(desk))))


@router.post(
    "/{key}/outcomes",
    operation_id="note_call",
    status_code=201,
    response_model=MadeCallOut,
    responses=problems(409),
)
def noted(key: EntryKey, body: OutcomeIn, desk: DeskDep, caller: CallHandler, once: OnceDep) -> Response:
    """Keep what came of a call; the entry leaves the list, or comes back on its date."""

    def work(world: World) -> Reply:
        made = note_call(
            world,
            desk,
            key,
            body.outcome,
            note=body.note,
            again_date=body.again_date,
            caller=caller,
            now=once.now,
        )
        return Reply(body=MadeCallOut.of(made))

    return once.answer(caller, work, status=201)
