"""How to search for clusters, and what whoever watches the search is told."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a search has come: seconds since its start, best objective, proved bound."""

    elapsed_s: float
    objective: float
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherParams:
    """Limits of a search. `on_progress` hears of every better solution or bound."""

    time_limit_s: float = 10.0
    seed: int = 0
    threads: int = 1
    on_progress: Callable[[Progress], None] | None = None
