"""Conditional answers: who has the present state already gets 304 and nothing else (RFC 9110)."""

from hashlib import sha256

from fastapi import Request, Response

_CACHE_CONTROL = "no-cache"  # keep it, but ask every time whether it still holds


def answer(request: Request, body: str, *, version: int, media_type: str) -> Response:
    """Answer with a body and its entity tag, or with 304 when the asker has it.

    The tag is weak, because the same text travels compressed or not. It names the plan's version and holds a digest,
    because counts of people without a plan change while the version stays.
    """
    etag = f'W/"{version}-{sha256(body.encode()).hexdigest()[:16]}"'
    headers = {"Cache-Control": _CACHE_CONTROL, "ETag": etag}
    if _matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _matches(header: str, etag: str) -> bool:
    tags = [tag.strip() for tag in header.split(",")]
    return "*" in tags or etag.removeprefix("W/") in [tag.removeprefix("W/") for tag in tags]
