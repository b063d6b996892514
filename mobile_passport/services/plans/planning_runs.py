"""Ask for a plan, watch how it comes about, call it off. ``run_planning`` makes it, in the worker."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.planning_run import LONGEST_QUEUE, PlanningRun, RunState
from mobile_passport.domain.refusal import Conflict, NotFound
from mobile_passport.persistence.figures import OfficeFigures
from mobile_passport.persistence.plans.planning_runs import PlanningRuns
from mobile_passport.services.audit.deeds import note_deed
from mobile_passport.services.world import World


class QueueFull(Conflict):
    """As many plans were asked for as can wait; look at those first, or call one off."""

    code = "queue_full"


class RunOver(Conflict):
    """The run has ended; there is nothing to call off."""

    code = "run_over"


def ask_for_plan(world: World, *, time_limit_s: int, seed: int, caller: Caller, now: datetime) -> PlanningRun:
    """Put a planning run in the queue.

    Raises
    ------
    QueueFull
    """
    with world.database.transaction() as session:
        runs = PlanningRuns(session, world.kanim)
        runs.bury(now=now)
        if runs.unfinished() >= LONGEST_QUEUE:
            raise QueueFull(f"{LONGEST_QUEUE} plans were asked for and are not done; wait for them or call one off")
        run = runs.add(asked_by=caller.login, time_limit_s=time_limit_s, seed=seed, now=now)
        note_deed(session, world, "ask_for_plan", run.id, caller=caller, now=now)
        return run


def list_runs(world: World, *, before: tuple[datetime, UUID] | None, limit: int) -> tuple[PlanningRun, ...]:
    """Return runs, the latest first."""
    with world.database.reading() as session:
        return PlanningRuns(session, world.kanim).page(before=before, limit=limit)


def people_to_plan(world: World) -> int:
    """Count the people whom a plan made now would serve if there were room for all."""
    with world.database.reading() as session:
        return OfficeFigures(session, world.kanim).to_plan()


def find_run(world: World, run: UUID) -> PlanningRun:
    """Return one run.

    Raises
    ------
    NotFound
    """
    with world.database.reading() as session:
        return _known(session, world, run)


def call_off_run(world: World, run: UUID, *, caller: Caller, now: datetime) -> PlanningRun:
    """End a run without a plan: at once while it waits, in some seconds when it is running.

    Raises
    ------
    NotFound, RunOver
    """
    with world.database.transaction() as session:
        if _known(session, world, run).state not in (RunState.QUEUED, RunState.RUNNING):
            raise RunOver("the run has ended before; read it for its result")
        PlanningRuns(session, world.kanim).ask_to_stop(run, now=now)
        note_deed(session, world, "call_off_plan", run, caller=caller, now=now)
        return _known(session, world, run)


def _known(session: Session, world: World, run: UUID) -> PlanningRun:
    found = PlanningRuns(session, world.kanim).get(run)
    if found is None:
        raise NotFound("there is no such planning run; list the runs")
    return found
