"""The worker makes the plans that were asked for, one at a time in an office, and shows how far it is."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event, Thread

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from mobile_passport.domain.outreach_plan import RouteStop
from mobile_passport.domain.planning_run import PlanningRun, RunProgress, RunState
from mobile_passport.domain.refusal import Conflict, Refusal
from mobile_passport.persistence.plans.planning_runs import PlanningRuns
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.retrying import transact
from mobile_passport.planning.progress import ProgressInPeople
from mobile_passport.services.plans.plan_outreach import plan_outreach
from mobile_passport.services.world import World
from optimizer.solve import Progress, SolveParams
from optimizer.wire import read_plan

log = logging.getLogger(__name__)

BEAT_EVERY_S = 2.0
_THREADS = 2


class _Stopped(Exception):
    """The search was left: somebody called it off, or the worker ends."""


def make_next_plan(
    world: World,
    *,
    clock: Callable[[], datetime],
    told_to_stop: Callable[[], bool] = lambda: False,
    beat_every_s: float = BEAT_EVERY_S,
) -> PlanningRun | None:
    """Make the plan that was asked for first.

    Parameters
    ----------
    clock
        Asked at the beginning, at the end, and for every sign of life in between.
    told_to_stop
        Whether the worker is to end: the run goes back to the queue then.

    Returns
    -------
    PlanningRun or None
        The run as it began; ``None`` when none waits, or one is running elsewhere.
    """
    run = _take(world, clock)
    if run is None:
        return None
    watch = _Watch(world=world, run=run, clock=clock, told_to_stop=told_to_stop)
    pulse = Thread(target=watch.beat, args=(beat_every_s,), name="planning-run", daemon=True)
    pulse.start()
    try:
        _make(world, run, watch, clock)
    finally:
        watch.is_over.set()
        pulse.join()
    return run


def _take(world: World, clock: Callable[[], datetime]) -> PlanningRun | None:
    def take(session: Session) -> PlanningRun | None:
        runs = PlanningRuns(session, world.kanim)
        if buried := runs.bury(now=clock()):
            log.warning("planning runs died", extra={"kanim": world.kanim, "runs": buried})
        return runs.take(now=clock())

    try:
        return transact(world.database, take)
    except Conflict:  # another worker was first with another run: the index lets one run at a time
        return None


@dataclass(slots=True, kw_only=True)
class _Watch:
    """What the search tells, and what it is told, between its thread and the one that writes it down."""

    world: World
    run: PlanningRun
    clock: Callable[[], datetime]
    told_to_stop: Callable[[], bool]
    progress: RunProgress = field(default_factory=RunProgress)
    must_end: Event = field(default_factory=Event)
    is_over: Event = field(default_factory=Event)

    def look(self, progress: Progress) -> None:
        """Take a look at the search, from its thread; leave it when it has to end."""
        in_people = progress if isinstance(progress, ProgressInPeople) else None
        self.progress = RunProgress(
            stage=in_people.stage if in_people else None,
            objective=progress.objective,
            bound=progress.bound,
            people=in_people.people if in_people else None,
            elapsed_s=_seconds(self.run, self.clock()),
        )
        if self.must_end.is_set() or self.told_to_stop():
            raise _Stopped

    def beat(self, every_s: float) -> None:
        """Show signs of life until the run is over."""
        while not self.is_over.wait(every_s):
            try:
                with self.world.database.transaction() as session:
                    runs = PlanningRuns(session, self.world.kanim)
                    goes_on = runs.beat(self.run.id, self.progress, now=self.clock())
            except OperationalError:
                log.exception("database not reachable, the next beat tries again")
                continue
            if not goes_on:
                self.must_end.set()


def _make(world: World, run: PlanningRun, watch: _Watch, clock: Callable[[], datetime]) -> None:
    params = SolveParams(time_limit_s=float(run.time_limit_s), seed=run.seed, threads=_THREADS, on_progress=watch.look)
    began_at = clock()
    try:
        head = plan_outreach(world, params, actor=run.asked_by, now=began_at)
    except _Stopped:
        with world.database.transaction() as session:
            runs = PlanningRuns(session, world.kanim)
            if watch.must_end.is_set():
                runs.end(run.id, RunState.CANCELLED, now=clock())
            else:
                runs.put_back(run.id)
    except Exception as error:
        log.exception("planning run failed", extra={"kanim": world.kanim, "run": str(run.id)})
        why = str(error) if isinstance(error, Refusal) else "an unexpected error; it has been logged"
        with world.database.transaction() as session:
            PlanningRuns(session, world.kanim).end(run.id, RunState.FAILED, failure=why, now=clock())
    else:
        with world.database.transaction() as session:
            runs, ended_at = PlanningRuns(session, world.kanim), clock()
            elapsed_s = _seconds(run, ended_at) if head.created_at == began_at else None
            result = replace(_figures_of(Plans(session, world.kanim), head.version), elapsed_s=elapsed_s)
            runs.beat(run.id, result, now=ended_at)
            runs.end(run.id, RunState.FINISHED, plan_version=head.version, now=ended_at)


def _figures_of(plans: Plans, version: int) -> RunProgress:
    """Read what a run leaves behind: the last stage of its search says less than the version, or something else."""
    plan = read_plan(plans.documents(version)[1])
    routed = (visit for visit in plans.visits(version).visits if isinstance(visit.outcome, RouteStop))
    return RunProgress(objective=plan.objective, bound=plan.bound, people=sum(len(visit.members) for visit in routed))


def _seconds(run: PlanningRun, moment: datetime) -> float:
    return round((moment - (run.started_at or run.asked_at)).total_seconds(), 1)
