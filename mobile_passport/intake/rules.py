"""Limits of intake that an office may change: file ``intake.toml``."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimits:
    """How large a file may be, packed and unpacked.

    Attributes
    ----------
    maximum_unpacked_ratio
        Unpacked bytes for each packed byte, of a member of an XLSX and of all together.
    """

    maximum_bytes: int
    maximum_unpacked_bytes: int
    maximum_unpacked_ratio: int
    maximum_members: int
    maximum_rows: int
    maximum_columns: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsingLimits:
    """What reading one file may take, in its own process; more is given up."""

    maximum_memory_bytes: int
    maximum_seconds: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLimits:
    """What is believable in a list of people.

    Attributes
    ----------
    maximum_age_years
        A two-digit birth year is read so that nobody is older.
    maximum_years_ahead
        Wished dates and deadlines further away are taken for a slip.
    maximum_wished_days
        Longest range of wished dates.
    """

    maximum_age_years: int
    maximum_years_ahead: int
    maximum_wished_days: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLimits:
    """How long what was typed and not handed in is kept.

    Attributes
    ----------
    draft_days
        A request in the making, from the last change on.
    form_hours
        A form that was sent after its session had ended.
    """

    draft_days: int
    form_hours: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRules:
    """An office's limits of intake."""

    files: FileLimits
    parsing: ParsingLimits
    lists: ListLimits
    drafts: DraftLimits
