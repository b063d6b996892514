"""Problems in the description of the API: one call tells a route's description which it may answer with."""

from typing import Any

from api.errors import KINDS
from api.schemas.problems import Problem

_EVERYWHERE = (422, 500, 503)
_WITH_A_CALLER = (401, 403)


def problems(*statuses: int, needs_caller: bool = True) -> dict[int | str, dict[str, Any]]:
    """Describe what a route answers besides success: the statuses given, and those that every route may answer.

    Parameters
    ----------
    needs_caller
        Whether somebody has to be signed in.
    """
    possible = {*statuses, *_EVERYWHERE, *(_WITH_A_CALLER if needs_caller else ())}
    return {status: described(status) for status in sorted(possible)}


def described(status: int) -> dict[str, Any]:
    """Describe one answer."""
    kind = KINDS[status]
    entry: dict[str, Any] = {"model": Problem, "description": f"{kind.title}. {kind.action}"}
    if status in (429, 503):
        entry["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return entry
