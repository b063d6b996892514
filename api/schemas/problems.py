"""Everything that is answered besides success (RFC 9457)."""

from pydantic import Field

from api.schemas.base import Schema


class Issue(Schema):
    """One thing that is wrong with what was sent, and where.

    ``where`` leads to it (``["body", "people", 2, "nik"]``). When a list is refused it names row and column: of a file
    as its spreadsheet numbers them, of a letter the person, from 1, and the field. ``code`` and ``action`` are set for
    findings of this service; ``what`` and ``action`` of lists are Indonesian, for the clerk who sent them.
    """

    where: tuple[str | int, ...] = ()
    what: str
    code: str | None = None
    action: str | None = None
    is_warning: bool = False


class Problem(Schema):
    """An error. Programs decide by ``code``, which never changes its meaning; people read ``detail`` and ``action``."""

    type: str = Field(examples=["urn:mobile-passport:problem:not_found"])
    title: str
    status: int
    detail: str
    code: str = Field(examples=["not_found"])
    action: str = Field(description="What to do next.")
    issues: tuple[Issue, ...] = ()
