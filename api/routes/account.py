"""The own account: where it is signed in, and ending that; whoever may do so signs others out."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from api.cookies import session_cookie
from api.identity import SignedIn, allowed
from api.routes.dependencies import NowDep, WorldDep
from api.screens import screen
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.domain.refusal import NotFound
from mobile_passport.services.accounts.ways_in import (
    end_other_sessions,
    end_own_session,
    own_sessions,
    sign_somebody_out,
)

router = APIRouter(include_in_schema=False)

_PAGE = "/akun"
_SEE_OTHER = 303
SessionsEnder = Annotated[Caller, Depends(allowed(Operation.SESSIONS_END))]


@router.get(_PAGE)
def account_page(request: Request, world: WorldDep, caller: SignedIn, now: NowDep) -> Response:
    """Show where the caller is signed in."""
    return _page(request, world, caller, now)


@router.post(f"{_PAGE}/sesi/lain")
def leave_elsewhere(request: Request, world: WorldDep, caller: SignedIn, now: NowDep) -> Response:
    """Sign the caller out of every other browser."""
    end_other_sessions(world, session_cookie(request, world.public_url), caller=caller, now=now)
    return RedirectResponse(_PAGE, _SEE_OTHER)


@router.post(f"{_PAGE}/sesi/{{session}}")
def leave_one(session: UUID, world: WorldDep, caller: SignedIn, now: NowDep) -> Response:
    """Sign the caller out of one browser."""
    end_own_session(world, session, caller=caller, now=now)
    return RedirectResponse(_PAGE, _SEE_OTHER)


@router.post(f"{_PAGE}/keluarkan")
def sign_out_somebody(
    request: Request, world: WorldDep, caller: SessionsEnder, now: NowDep, login: Annotated[str, Form()]
) -> Response:
    """Sign somebody else out of every browser, as after a lost phone."""
    try:
        ended = sign_somebody_out(world, login, caller=caller, now=now)
    except NotFound:
        return _page(request, world, caller, now, status_code=404, unknown=login)
    return _page(request, world, caller, now, gone=login, ended=ended)


def _page(
    request: Request,
    world: WorldDep,
    caller: Caller,
    now: NowDep,
    *,
    status_code: int = 200,
    unknown: str = "",
    gone: str = "",
    ended: int = 0,
) -> Response:
    sessions = own_sessions(world, session_cookie(request, world.public_url), caller=caller, now=now)
    return screen(
        request,
        world,
        caller,
        "account.html",
        status_code=status_code,
        sessions=sessions,
        unknown=unknown,
        gone=gone,
        ended=ended,
    )
