"""Planning runs: asked for, taken by one worker, watched, ended."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from mobile_passport.domain.planning_run import LEASE, PlanningRun, RunProgress, RunState, SearchStage
from mobile_passport.persistence.api_tables import PlanningRunRow

DIED = "the process that made the plan ended before it was done; ask for a plan again"


class PlanningRuns:
    """Planning runs of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def add(self, *, asked_by: str, time_limit_s: int, seed: int, now: datetime) -> PlanningRun:
        """Put a run at the end of the queue."""
        row = PlanningRunRow(
            kanim=self._kanim,
            state=RunState.QUEUED,
            asked_by=asked_by,
            asked_at=now,
            time_limit_s=time_limit_s,
            seed=seed,
        )
        self._session.add(row)
        self._session.flush()
        return _run(row)

    def get(self, run: UUID) -> PlanningRun | None:
        """Return a run."""
        row = self._session.scalar(select(PlanningRunRow).where(*self._is(run)))
        return _run(row) if row else None

    def page(self, *, before: tuple[datetime, UUID] | None, limit: int) -> tuple[PlanningRun, ...]:
        """Return runs, the latest first, from behind one on."""
        query = select(PlanningRunRow).where(PlanningRunRow.kanim == self._kanim)
        if before:
            query = query.where(tuple_(PlanningRunRow.asked_at, PlanningRunRow.id) < before)
        query = query.order_by(PlanningRunRow.asked_at.desc(), PlanningRunRow.id.desc()).limit(limit)
        return tuple(map(_run, self._session.scalars(query)))

    def unfinished(self) -> int:
        """Return how many wait or run."""
        query = select(func.count()).select_from(PlanningRunRow)
        states = (RunState.QUEUED, RunState.RUNNING)
        count = self._session.scalar(query.where(PlanningRunRow.kanim == self._kanim, PlanningRunRow.state.in_(states)))
        return count or 0

    def by_state(self) -> dict[RunState, int]:
        """Return how many there are in each state; a state that has none is left out."""
        query = select(PlanningRunRow.state, func.count()).where(PlanningRunRow.kanim == self._kanim)
        return {RunState(state): count for state, count in self._session.execute(query.group_by(PlanningRunRow.state))}

    def bury(self, *, now: datetime) -> int:
        """Mark runs as failed whose process has died. Returns how many."""
        dead = (
            update(PlanningRunRow)
            .where(
                PlanningRunRow.kanim == self._kanim,
                PlanningRunRow.state == RunState.RUNNING,
                PlanningRunRow.beat_at < now - LEASE,
            )
            .values(state=RunState.FAILED, beat_at=None, ended_at=now, failure=DIED)
        )
        return len(self._session.execute(dead.returning(PlanningRunRow.id)).all())

    def take(self, *, now: datetime) -> PlanningRun | None:
        """Begin the run that waits longest, unless one is running."""
        mine = PlanningRunRow.kanim == self._kanim
        if self._session.scalar(select(PlanningRunRow.id).where(mine, PlanningRunRow.state == RunState.RUNNING)):
            return None
        row = self._session.scalar(
            select(PlanningRunRow)
            .where(mine, PlanningRunRow.state == RunState.QUEUED)
            .order_by(PlanningRunRow.asked_at, PlanningRunRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.state, row.started_at, row.beat_at = RunState.RUNNING, now, now
        self._session.flush()
        return _run(row)

    def beat(self, run: UUID, progress: RunProgress, *, now: datetime) -> bool:
        """Show a sign of life, and tell whether to go on: nobody asked for the end, and nobody buried the run."""
        alive = (
            update(PlanningRunRow)
            .where(*self._is(run), PlanningRunRow.state == RunState.RUNNING)
            .values(
                beat_at=now,
                stage=progress.stage,
                objective=progress.objective,
                bound=progress.bound,
                people=progress.people,
                elapsed_s=progress.elapsed_s,
            )
            .returning(PlanningRunRow.stop_asked_at)
        )
        found = self._session.execute(alive).one_or_none()
        return found is not None and found[0] is None

    def end(
        self,
        run: UUID,
        state: RunState,
        *,
        plan_version: int | None = None,
        failure: str | None = None,
        now: datetime,
    ) -> None:
        """Close a run that is running."""
        self._session.execute(
            update(PlanningRunRow)
            .where(*self._is(run), PlanningRunRow.state == RunState.RUNNING)
            .values(state=state, beat_at=None, ended_at=now, plan_version=plan_version, failure=failure)
        )

    def put_back(self, run: UUID) -> None:
        """Let another worker make the plan: this one was told to stop."""
        self._session.execute(
            update(PlanningRunRow)
            .where(*self._is(run), PlanningRunRow.state == RunState.RUNNING)
            .values(state=RunState.QUEUED, beat_at=None, started_at=None)
        )

    def ask_to_stop(self, run: UUID, *, now: datetime) -> None:
        """Take a waiting run out of the queue, or ask the worker of a running one to end it."""
        waits, runs = PlanningRunRow.state == RunState.QUEUED, PlanningRunRow.state == RunState.RUNNING
        cancel = update(PlanningRunRow).where(*self._is(run), waits)
        self._session.execute(cancel.values(state=RunState.CANCELLED, ended_at=now, stop_asked_at=now))
        self._session.execute(update(PlanningRunRow).where(*self._is(run), runs).values(stop_asked_at=now))
        self._session.expire_all()

    def _is(self, run: UUID) -> tuple[Any, ...]:
        return PlanningRunRow.kanim == self._kanim, PlanningRunRow.id == run


def _run(row: PlanningRunRow) -> PlanningRun:
    return PlanningRun(
        id=row.id,
        state=RunState(row.state),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        time_limit_s=row.time_limit_s,
        seed=row.seed,
        started_at=row.started_at,
        beat_at=row.beat_at,
        ended_at=row.ended_at,
        stop_asked_at=row.stop_asked_at,
        progress=RunProgress(
            stage=SearchStage(row.stage) if row.stage else None,
            objective=row.objective,
            bound=row.bound,
            people=row.people,
            elapsed_s=row.elapsed_s,
        ),
        plan_version=row.plan_version,
        failure=row.failure,
    )
