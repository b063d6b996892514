"""Lists in pages: a cursor says where the next page begins and what the first one was pinned to."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from api.errors import Malformed

LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Which page is asked for.

    Attributes
    ----------
    at
        What the cursor holds; ``None`` for the first page.
    """

    limit: int
    at: tuple[str, ...] | None

    def part(self, index: int) -> str | None:
        """Return a part of the cursor, ``None`` on the first page.

        Raises
        ------
        Malformed
        """
        if self.at is None:
            return None
        if index >= len(self.at):
            raise _unreadable()
        return self.at[index]

    def moment(self, index: int) -> datetime | None:
        """Return a part of the cursor as a moment.

        Raises
        ------
        Malformed
        """
        text = self.part(index)
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError as error:
            raise _unreadable() from error
        if moment and moment.tzinfo is None:
            raise _unreadable()
        return moment

    def number(self, index: int) -> int | None:
        """Return a part of the cursor as a version number.

        Raises
        ------
        Malformed
        """
        text = self.part(index)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise _unreadable()
        return int(text)

    def identifier(self, index: int) -> UUID | None:
        """Return a part of the cursor as an identifier; empty is none.

        Raises
        ------
        Malformed
        """
        text = self.part(index)
        try:
            return UUID(text) if text else None
        except ValueError as error:
            raise _unreadable() from error

    def cut[T](self, found: Sequence[T]) -> tuple[tuple[T, ...], bool]:
        """Cut off the item beyond the page, which says that there are more: ask for ``limit + 1``."""
        return tuple(found[: self.limit]), len(found) > self.limit


def cursor(*parts: object) -> str:
    """Make the cursor of the next page."""
    return urlsafe_b64encode(json.dumps([str(part) for part in parts]).encode()).decode().rstrip("=")


def _paging(
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Items of a page.")] = 50,
    at: Annotated[
        str | None,
        Query(
            alias="cursor",
            max_length=400,
            pattern="^[A-Za-z0-9_-]+$",
            description="The `next` of the page before. It keeps what the first page was pinned to.",
        ),
    ] = None,
) -> Paging:
    return Paging(limit=limit, at=None if at is None else _read(at))


def _read(text: str) -> tuple[str, ...]:
    try:
        parts = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError as error:  # base64, UTF-8 and JSON alike
        raise _unreadable() from error
    if not isinstance(parts, list) or not all(isinstance(part, str) and part.isprintable() for part in parts):
        raise _unreadable()
    return tuple(parts)


def _unreadable() -> Malformed:
    return Malformed("This cursor is not one of ours; begin with the first page.")


PagingDep = Annotated[Paging, Depends(_paging)]
