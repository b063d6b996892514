"""How to search for a plan, and what whoever watches the search is told."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A look at a running search. Amounts in points; `bound` is None before the first proof.

    Attributes
    ----------
    visits
        Ids of the visits on the routes of the best plan so far.
    """

    elapsed_s: float
    objective: float
    bound: float | None
    visits: tuple[str, ...]
    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveParams:
    """How to search.

    Parameters
    ----------
    time_limit_s
        Wall-clock seconds; kept within a tenth + 1 s. None: no such limit (then give a work limit).
    work_limit
        Units of work, about a millisecond each on one core of 2024. With it the search runs in one thread and never
        reads the clock unless a time limit is given too: equal inputs give byte-identical plans, and a larger limit
        never gives a worse one.
    seed
        Any integer >= 0.
    threads
        1 or 2 are used.
    on_progress
        Called now and then from the calling thread; the search ends early when it returns True.
    """

    time_limit_s: float | None = 10.0
    work_limit: int | None = None
    seed: int = 1
    threads: int = 2
    on_progress: Callable[[Progress], bool | None] | None = None
