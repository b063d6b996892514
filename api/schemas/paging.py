"""Pages of lists."""

from pydantic import Field

from api.schemas.base import Schema


class Page[T](Schema):
    """Part of a list. ``next`` is the cursor of the page behind it; null on the last."""

    items: tuple[T, ...]
    next: str | None = Field(description="Cursor of the next page; null on the last.")
