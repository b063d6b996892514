"""Proof that a change comes from our own page: browsers send cookies along with whatever another site makes them send.

The token is an HMAC under the digest of the cookie: it needs no storage of its own, and only a page that was answered
to the holder of the cookie can carry it. The digest is what the service keeps of a session, so it can still tell for
whom a form was made whose session has ended. Whoever sends ``Authorization: Bearer`` needs none, as no browser adds
that on its own.
"""

import hmac
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from mobile_passport.domain.refusal import Forbidden

FIELD = "csrf"
HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class CrossSite(Forbidden):
    """The change does not prove that it comes from a page of this service."""

    code = "cross_site"


def csrf_token(cookie: str) -> str:
    """Return what forms and scripts of the cookie's holder have to send along."""
    return csrf_token_of(sha256(cookie.encode()).digest())


def csrf_token_of(digest: bytes) -> str:
    """Return the same from the SHA-256 of the cookie."""
    return hmac.digest(digest, b"csrf", "sha256").hex()


async def presented_token(request: Request) -> AsyncIterator[str]:
    """Yield the token of the header or of the form, empty when there is none or none is needed; files end with it."""
    if request.method in SAFE_METHODS or "authorization" in request.headers:
        yield ""
    elif header := request.headers.get(HEADER):
        yield header
    elif request.headers.get("content-type", "").startswith(_FORMS):
        async with request.form() as form:
            field = form.get(FIELD)
            yield field if isinstance(field, str) else ""
    else:
        yield ""


PresentedToken = Annotated[str, Depends(presented_token)]


def refuse_cross_site(request: Request, *, cookie: str, presented: str, public_url: str) -> None:
    """Let a change pass only when our own page sent it.

    Raises
    ------
    CrossSite
        When the browser names another origin, or the token is missing or another one.
    """
    if request.method in SAFE_METHODS:
        return
    if not is_same_site(request, public_url):
        raise CrossSite("another site sent this; open the page here and try again")
    if not cookie or not hmac.compare_digest(presented.encode(), csrf_token(cookie).encode()):
        raise CrossSite(f"the form field {FIELD} or the header {HEADER} is missing or old; load the page again")


def is_same_site(request: Request, public_url: str) -> bool:
    """Whether the browser names no other site as where a change comes from."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    own = {request.headers.get("host"), urlsplit(public_url).netloc}
    return origin is None or urlsplit(origin).netloc in own
