"""Who asks, and whether they may: every route names the one operation it is.

``caller: Annotated[Caller, Depends(allowed(Operation.PLANS_READ))]`` answers 401 to nobody, 403 to a role that may
never do it and to a change without proof of its origin. How far the caller sees is the scope's matter: from here on the
database of the request works within it, and what lies outside is not found.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from api.cookies import NAME, session_cookie
from api.csrf import CrossSite, PresentedToken, refuse_cross_site
from api.late_form import FormWaits, Typed, keep_late_form
from api.routes.dependencies import WorldDep
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Caller, Operation, may
from mobile_passport.domain.refusal import Forbidden, NotSignedIn
from mobile_passport.services.accounts.sessions import caller_of_session, caller_of_token
from mobile_passport.services.world import World

_BEARER = HTTPBearer(auto_error=False, description="API token: mobile-passport user token LOGIN")
_COOKIE = APIKeyCookie(
    name=NAME,
    auto_error=False,
    description="Session of a browser; changes also need X-CSRF-Token. Behind TLS the name begins with __Host-.",
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Dependency that returns the caller of one operation."""

    operation: Operation

    def __call__(
        self,
        request: Request,
        world: WorldDep,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
        _: Annotated[str | None, Depends(_COOKIE)],
        presented: PresentedToken,
        typed: Typed,
    ) -> Caller:
        """Find out who asks. A form that comes too late for its session is kept for its sender.

        Raises
        ------
        NotSignedIn, Forbidden
        """
        try:
            caller = _caller(request, world, bearer, presented)
        except (NotSignedIn, CrossSite) as refusal:
            if onward := keep_late_form(request, world, typed, presented, now=utc_now()):
                raise FormWaits(str(refusal), onward) from refusal
            raise
        if not may(caller.role, self.operation):
            raise Forbidden(f"the role {caller.role.value} may not do this: {self.operation.value}")
        return caller


def _signed_in(request: Request, world: WorldDep, presented: PresentedToken) -> Caller:
    """Return whoever is signed in with a browser, to see to the own account."""
    return _caller(request, world, None, presented)


SignedIn = Annotated[Caller, Depends(_signed_in)]


def allowed(operation: Operation) -> Allowed:
    """Return the dependency of a route that is this operation."""
    return Allowed(operation)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Dependency of a page that anybody may open: the caller of one operation, ``None`` for everybody else."""

    operation: Operation

    def __call__(self, request: Request, world: WorldDep) -> Caller | None:
        """Find out whether somebody who may do this asks."""
        try:
            caller = _caller(request, world, None, "")
        except NotSignedIn:
            return None
        return caller if may(caller.role, self.operation) else None


def _caller(request: Request, world: World, bearer: HTTPAuthorizationCredentials | None, presented: str) -> Caller:
    now = utc_now()
    if bearer is not None:
        caller = caller_of_token(world, bearer.credentials, now=now)
    else:
        cookie = session_cookie(request, world.public_url)
        if not cookie:
            raise NotSignedIn("nobody is signed in here; sign in, or send a token")
        caller = caller_of_session(world, cookie, now=now)
        refuse_cross_site(request, cookie=cookie, presented=presented, public_url=world.public_url)
    world.database.work_for(caller.scope)
    return caller
