"""A form whose session has ended is not thrown away: it waits, and its sender finds it after signing in again."""

from collections.abc import AsyncIterator
from datetime import datetime
from hmac import compare_digest
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from api.csrf import FIELD, SAFE_METHODS, csrf_token_of, is_same_site
from mobile_passport.domain.refusal import NotSignedIn
from mobile_passport.services.accounts.keep_form import keep_form
from mobile_passport.services.world import World

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class FormWaits(NotSignedIn):
    """A form was not taken, as its session has ended; it waits for its sender.

    Attributes
    ----------
    onward
        Path of the page that has it, for whoever signs in.
    """

    def __init__(self, message: str, onward: str) -> None:
        super().__init__(message)
        self.onward = onward


async def _typed(request: Request) -> AsyncIterator[tuple[tuple[str, str], ...]]:
    is_form = request.headers.get("content-type", "").startswith(_FORMS)
    if request.method in SAFE_METHODS or "authorization" in request.headers or not is_form:
        yield ()
        return
    async with request.form() as form:
        yield tuple((name, value) for name, value in form.multi_items() if isinstance(value, str) and name != FIELD)


Typed = Annotated[tuple[tuple[str, str], ...], Depends(_typed)]
"""What a form says in text, without its token; files are not kept."""


def keep_late_form(
    request: Request, world: World, typed: tuple[tuple[str, str], ...], presented: str, *, now: datetime
) -> str | None:
    """Keep a form of our own pages for whom it was made; returns where its sender finds it."""
    is_page = "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers
    if not presented or not is_page or not is_same_site(request, world.public_url):
        return None
    if not typed:
        return _page_of_form(request)

    def is_of(digest: bytes) -> bool:
        return compare_digest(csrf_token_of(digest).encode(), presented.encode())

    kept = keep_form(world, request.url.path, typed, is_of=is_of, now=now)
    return f"/isian/{kept}" if kept else None


def _page_of_form(request: Request) -> str | None:
    """Return the page on which a form without any text stands: one to choose a file, or a single button."""
    referer = urlsplit(request.headers.get("referer", ""))
    return referer.path if referer.netloc and referer.netloc == request.headers.get("host") else None
