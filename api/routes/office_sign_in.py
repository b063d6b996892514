"""Signing in with the office's own sign-in service: there and back again."""

import json
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import RedirectResponse

from api.account_pages import let_in, open_page
from api.cookies import JOURNEY, cookie_name
from api.routes.dependencies import NowDep, WorldDep
from api.source import device_of
from api.start_pages import start_page
from mobile_passport.domain.account import SessionStage
from mobile_passport.domain.refusal import NotFound
from mobile_passport.identity_provider import Departure, IdentityProvider, NotVouchedFor, ProviderUnreachable
from mobile_passport.persistence.privacy.vault import CannotOpen
from mobile_passport.services.accounts.vouched_sign_in import sign_in_vouched

router = APIRouter(include_in_schema=False)

_COLUMN = "cookie.journey"
_LONGEST_S = 600
_SEE_OTHER = 303


def _provider(world: WorldDep) -> IdentityProvider:
    if world.identity_provider is None:
        raise NotFound("this office has no sign-in service of its own")
    return world.identity_provider


ProviderDep = Annotated[IdentityProvider, Depends(_provider)]


@router.get("/masuk/kantor")
def depart(request: Request, world: WorldDep, provider: ProviderDep) -> Response:
    """Send somebody to the sign-in service; what has to come back with them waits sealed in a cookie."""
    try:
        departure = provider.depart()
    except ProviderUnreachable as refusal:
        return open_page(request, world, "sign_in.html", refusal, login="", onward="", is_new=False)
    answer = RedirectResponse(departure.url, _SEE_OTHER)
    answer.set_cookie(
        cookie_name(world.public_url, JOURNEY),
        world.vault.seal(json.dumps(asdict(departure)), _COLUMN).hex(),
        max_age=_LONGEST_S,
        path="/",
        secure=world.public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/masuk/kantor/kembali")
def arrive(request: Request, world: WorldDep, provider: ProviderDep, now: NowDep) -> Response:
    """Let in whom the sign-in service vouches for, if there is an account."""
    name = cookie_name(world.public_url, JOURNEY)
    try:
        sealed = bytes.fromhex(request.cookies.get(name, ""))
        departure = Departure(**json.loads(world.vault.open(sealed, _COLUMN)))
        person = provider.arrive(request.url.query, departure)
        admission = sign_in_vouched(world, person, device=device_of(request), now=now)
    except (ValueError, CannotOpen):
        refusal: NotVouchedFor | ProviderUnreachable = NotVouchedFor("nobody left from here to sign in; begin again")
    except (NotVouchedFor, ProviderUnreachable) as refused:
        refusal = refused
    else:
        is_complete = admission.stage is SessionStage.COMPLETE
        to = start_page(admission.account.role) if is_complete else "/masuk/kode"
        answer = let_in(RedirectResponse(to, _SEE_OTHER), world, admission)
        answer.delete_cookie(name, path="/", secure=world.public_url.startswith("https://"), httponly=True)
        return answer
    return open_page(request, world, "sign_in.html", refusal, login="", onward="", is_new=False)
