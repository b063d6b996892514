"""Texts, dates and identifiers as bodies and paths hold them."""

from datetime import date
from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator, Field, StringConstraints

_PRINTABLE = (
    r"^[^\u0000-\u001f\u007f]+$"  # no control characters: no text of ours needs them, and no database holds NUL
)

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PRINTABLE)]
"""One line of text."""
ShortLine = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=_PRINTABLE)]
PersonName = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_PRINTABLE)]
Digits = Annotated[str, StringConstraints(min_length=1, max_length=24, pattern=r"^[0-9+() ./-]+$")]
"""A NIK or a telephone number as people write it."""
VillageCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")]
VenueCode = Annotated[str, StringConstraints(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9._-]+$")]
Regency = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]

Reference = Annotated[
    str, Path(pattern=r"^[A-Z]{3}-[0-9]{4}-[0-9]{4,6}$", description="Of a request.", examples=["BLI-2026-0001"])
]
Version = Annotated[int, Path(ge=1, le=1_000_000, description="Of the plan.")]
DayOrNone = Annotated[date | None, BeforeValidator(lambda text: text or None)]
"""In an address that a form leads to: a field left empty is no day."""


def unsent() -> Any:
    """Make a field that may be left out of a change, and then changes nothing; its default is never read."""
    return Field(default_factory=object)
