"""Pages for those who are signed in: the frame around them, with what the caller may open."""

from typing import Any

from fastapi import Request, Response

from api.cookies import session_cookie
from api.csrf import csrf_token
from api.rendering import page
from api.start_pages import start_page
from mobile_passport.domain.access import Caller, Operation, may
from mobile_passport.services.world import World


def screen(
    request: Request,
    world: World,
    caller: Caller,
    template: str,
    *,
    status_code: int = 200,
    block: str | None = None,
    **values: Any,
) -> Response:
    """Answer with a page, or the block of it that htmx asks for.

    Templates extend ``staff.html`` and have besides their own values: ``caller``, ``office``, ``start`` (the caller's
    first page), ``may(operation)`` and ``csrf``, which every form sends along in the field of that name.
    """
    return page(
        request,
        template,
        status_code=status_code,
        block=block,
        caller=caller,
        office=world.rulebook.office,
        start=start_page(caller.role),
        may=lambda operation: may(caller.role, Operation(operation)),
        csrf=csrf_token(session_cookie(request, world.public_url)),
        **values,
    )
