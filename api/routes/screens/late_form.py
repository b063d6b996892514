"""What somebody had typed when the session ended, shown to the same account after signing in again."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.identity import SignedIn
from api.routes.dependencies import NowDep, WorldDep
from api.screens import screen
from mobile_passport.services.accounts.keep_form import kept_form

router = APIRouter(include_in_schema=False)


@router.get("/isian/{form}")
def late_form(request: Request, form: UUID, world: WorldDep, caller: SignedIn, now: NowDep) -> Response:
    """Offer to send the form once more; nothing happens before that."""
    kept = kept_form(world, form, caller=caller, now=now)
    return screen(request, world, caller, "late_form.html", kept=kept)
