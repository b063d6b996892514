"""The service standard as anyone may read it: file ``standard.toml``."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One sentence or two that people can rely on, Indonesian."""

    text: str
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardRules:
    """An office's rules: file ``standard.toml``. Requirements and costs stand in other files.

    References
    ----------
    .. [1] PermenPANRB 15/2014, the six components of delivery; pasal.id, read 2026-11-24.
    """

    procedure: tuple[Clause, ...]
    time: Clause
    product: Clause
    complaints: Clause
