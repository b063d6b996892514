"""The bytes of a request, as far as they are read at all."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY_BYTES = 5 * 1_048_576
"""Of any request; the files that an office takes in are no larger (``intake.toml``)."""


class BodyLimit:
    """ASGI middleware: stops reading a request that is larger than anything we take, whoever reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, counting what comes in."""
        size = 0

        async def receive_limited() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > LARGEST_BODY_BYTES:
                raise HTTPException(413, "A request has at most 5 MiB.")
            return message

        await self._app(scope, receive_limited if scope["type"] == "http" else receive, send)


async def _read(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(_read)]
