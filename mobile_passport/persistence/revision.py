"""What tells one state of a row from another."""

from hashlib import sha256

from sqlalchemy import inspect

from mobile_passport.persistence.base import Base


def revision_of(*rows: Base) -> str:
    """Return a digest of everything that rows hold: it changes with every change, and tells nothing of the content.

    Whoever overwrites a row states the revision that they saw; another one means that somebody changed it in between.
    """
    values = [
        [getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs if attribute.key != "id"]
        for row in rows
    ]
    return sha256(repr(values).encode()).hexdigest()[:24]
