"""A plan that somebody asked for, and how far it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

LEASE = timedelta(seconds=60)
"""A run whose process has shown no sign of life for so long is dead; it shows one every few seconds."""
LONGEST_QUEUE = 5
"""Runs that wait or run: a plan takes minutes, and a later one answers an earlier question better. Own judgement."""


class SearchStage(StrEnum):
    """What is searched at the moment. Each is a problem of its own: points, bound and people begin anew with it."""

    CHOOSING = "choosing"
    """Who comes together, and where."""
    ROUTING = "routing"
    IN_A_ROW = "in_a_row"
    """The same with the days of large groups following each other."""
    WINDOWS = "windows"
    """The same without the days on which what households are told would not hold."""


class RunState(StrEnum):
    """Life of a planning run."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    """A look at the search under way; of a finished run, its version.

    Attributes
    ----------
    stage
        What is searched; ``None`` before the first look and when the run is over.
    objective, bound
        Points of the best plan so far, and proved bound on any plan; ``None`` before the first. While the search is
        under way both are of its stage alone. The bound of a version is one for the same gatherings.
    people
        Who wait and stand on a route of the best plan so far; of a version everyone on a route, promised people too.
    elapsed_s
        Since the search began; ``None`` where nothing was searched.
    """

    stage: SearchStage | None = None

    objective: float | None = None
    bound: float | None = None
    people: int | None = None
    elapsed_s: float | None = None

    @property
    def gap(self) -> float | None:
        """How far that plan may be from the best possible one, at most, a share of 1; ``None`` before a proof."""
        if self.objective is None or not self.bound:
            return None
        return max(0.0, (self.bound - self.objective) / abs(self.bound))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningRun:
    """One run.

    Attributes
    ----------
    asked_by
        Login of whoever asked.
    beat_at
        Last sign of life; set while it runs.
    stop_asked_at
        When somebody asked it to end without a plan.
    plan_version
        The draft, or the version that answers the same question already; set when finished.
    failure
        Why it failed, for the planner to read.
    """

    id: UUID
    state: RunState
    asked_by: str
    asked_at: datetime
    time_limit_s: int
    seed: int
    started_at: datetime | None
    beat_at: datetime | None
    ended_at: datetime | None
    stop_asked_at: datetime | None
    progress: RunProgress
    plan_version: int | None
    failure: str | None

    @property
    def found_nothing_new(self) -> bool:
        """Whether its version was there before and answers the same question: nothing was searched."""
        return self.state is RunState.FINISHED and self.progress.elapsed_s is None
