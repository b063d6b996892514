"""Pages for signing in and out. They work without scripts; secrets travel in forms, never in an address."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from api.account_pages import NOT_THE_SAME, code_page, let_in, open_page, own_page, refuse_foreign_form
from api.cookies import delete_session_cookie, form_cookie, session_cookie
from api.csrf import PresentedToken
from api.identity import SignedIn
from api.routes.dependencies import NowDep, WorldDep
from api.source import device_of, source_of
from api.start_pages import safe_path, start_page
from mobile_passport.domain.account import SessionStage
from mobile_passport.domain.refusal import Busy, Refusal
from mobile_passport.services.accounts.own_password import (
    InvitationEnded,
    WeakPassword,
    accept_invitation,
    change_password,
)
from mobile_passport.services.accounts.second_factor import WrongCode, give_code
from mobile_passport.services.accounts.sessions import sign_out
from mobile_passport.services.accounts.sign_in import WrongCredentials, sign_in

router = APIRouter(include_in_schema=False)

_SEE_OTHER = 303


@router.get("/masuk")
def sign_in_page(request: Request, world: WorldDep, lanjut: str = "", baru: bool = False) -> Response:
    """Ask for login and password."""
    return open_page(request, world, "sign_in.html", login="", onward=safe_path(lanjut) or "", is_new=baru)


@router.post("/masuk")
def sign_in_with_password(
    request: Request,
    world: WorldDep,
    now: NowDep,
    presented: PresentedToken,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    lanjut: Annotated[str, Form()] = "",
) -> Response:
    """Take login and password."""
    refuse_foreign_form(request, world, form_cookie(request, world.public_url), presented)
    onward = safe_path(lanjut) or ""
    try:
        admission = sign_in(
            world, login, password, source=source_of(request, world), device=device_of(request), now=now
        )
    except (WrongCredentials, Busy) as refusal:
        return open_page(request, world, "sign_in.html", refusal, login=login, onward=onward, is_new=False)
    if admission.stage is SessionStage.SECOND_FACTOR:
        to = f"/masuk/kode?{urlencode({'lanjut': onward})}"
    else:
        to = onward or start_page(admission.account.role)
    return let_in(RedirectResponse(to, _SEE_OTHER), world, admission)


@router.get("/masuk/kode")
def ask_for_code(request: Request, world: WorldDep, now: NowDep, lanjut: str = "") -> Response:
    """Ask for the code, or show what to enrol with."""
    return code_page(request, world, now, onward=safe_path(lanjut) or "")


@router.post("/masuk/kode")
def sign_in_with_code(
    request: Request,
    world: WorldDep,
    now: NowDep,
    presented: PresentedToken,
    code: Annotated[str, Form()] = "",
    lanjut: Annotated[str, Form()] = "",
) -> Response:
    """Take the code."""
    cookie = session_cookie(request, world.public_url)
    refuse_foreign_form(request, world, cookie, presented)
    onward = safe_path(lanjut) or ""
    try:
        confirmed = give_code(world, cookie, code, device=device_of(request), now=now)
    except (WrongCode, Busy) as refusal:
        return code_page(request, world, now, refusal, onward=onward)
    to = onward or start_page(confirmed.admission.account.role)
    if confirmed.recovery_codes:
        answer = own_page(request, world, "recovery_codes.html", codes=confirmed.recovery_codes, onward=to)
    else:
        answer = RedirectResponse(to, _SEE_OTHER)
    return let_in(answer, world, confirmed.admission)


@router.post("/keluar")
def leave(request: Request, world: WorldDep, now: NowDep, presented: PresentedToken) -> Response:
    """End the session."""
    cookie = session_cookie(request, world.public_url)
    refuse_foreign_form(request, world, cookie, presented)
    sign_out(world, cookie, now=now)
    answer = RedirectResponse("/masuk", _SEE_OTHER)
    delete_session_cookie(answer, public_url=world.public_url)
    return answer


@router.get("/undangan")
def ask_for_invitation(request: Request, world: WorldDep) -> Response:
    """Ask for an invitation's code and the first password."""
    return open_page(request, world, "invitation.html", secret="")


@router.post("/undangan")
def take_invitation(
    request: Request,
    world: WorldDep,
    now: NowDep,
    presented: PresentedToken,
    secret: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Set the first password."""
    refuse_foreign_form(request, world, form_cookie(request, world.public_url), presented)
    trouble: Refusal | str = NOT_THE_SAME
    if password == again:
        try:
            accept_invitation(world, secret.strip(), password, now=now)
            return RedirectResponse("/masuk?baru=1", _SEE_OTHER)
        except (InvitationEnded, WeakPassword, Busy) as refusal:
            trouble = refusal
    return open_page(request, world, "invitation.html", trouble, secret=secret)


@router.get("/akun/sandi")
def ask_for_new_password(request: Request, world: WorldDep, caller: SignedIn) -> Response:
    """Ask for the old and another password."""
    return own_page(request, world, "own_password.html", login=caller.login)


@router.post("/akun/sandi")
def take_new_password(
    request: Request,
    world: WorldDep,
    now: NowDep,
    caller: SignedIn,
    old: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Set another password; every other browser is signed out."""
    trouble: Refusal | str = NOT_THE_SAME
    if password == again:
        try:
            admission = change_password(
                world,
                session_cookie(request, world.public_url),
                old=old,
                new=password,
                source=source_of(request, world),
                device=device_of(request),
                now=now,
            )
        except (WrongCredentials, WeakPassword, Busy) as refusal:
            trouble = refusal
        else:
            return let_in(RedirectResponse(start_page(caller.role), _SEE_OTHER), world, admission)
    return own_page(request, world, "own_password.html", trouble, login=caller.login)
