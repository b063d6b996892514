"""What tells one state of a row from another."""

from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256

from sqlalchemy import inspect

from mobile_passport.persistence.base import Base


def revision_of(*rows: Base) -> str:
    """Return a digest of everything that rows hold: it changes with every change, and tells nothing of the content.

    Whoever overwrites a row states the revision that they saw; another one means that somebody changed it in between.
    """
    values = [[_stored(getattr(row, attribute.key)) for attribute in inspect(type(row)).column_attrs] for row in rows]
    return sha256(repr(values).encode()).hexdigest()[:24]


def _stored(value: object) -> object:
    """Return a value as it comes back from the database, also while it has not been there yet."""
    if isinstance(value, Enum):
        return value.value
    return value.astimezone(UTC) if isinstance(value, datetime) else value
