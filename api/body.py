"""The bytes of a request, as far as they are read at all."""

from typing import Annotated

from fastapi import Depends, Request

from api.errors import TooLarge

LARGEST_BODY_BYTES = 5 * 1_048_576
"""Of any request; the files that an office takes in are no larger (``intake.toml``)."""


async def _read(request: Request) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_BODY_BYTES:
            raise TooLarge("A request has at most 5 MiB.")
        chunks.append(chunk)
    return b"".join(chunks)


RawBody = Annotated[bytes, Depends(_read)]
