"""How the office's work stands, in figures for whoever watches the machine: numbers and moments, nobody's data."""

from dataclasses import dataclass
from datetime import datetime

from mobile_passport.domain.planning_run import RunState
from mobile_passport.persistence.messages.message_report import MessageReport
from mobile_passport.persistence.plans.planning_runs import PlanningRuns
from mobile_passport.persistence.ticks import last_ticks
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceWatch:
    """How work stood at one moment.

    Attributes
    ----------
    outbox_waiting, outbox_oldest_s
        Messages that are due, and how long the oldest of them has been; 0 when none waits.
    unknown_attempts
        Tries to send whose end nobody has seen yet.
    ticks
        By job that is done once in each of its slots: when the last was done.
    planning_runs
        Number in each state; a state that has none is left out.
    """

    outbox_waiting: int
    outbox_oldest_s: float
    unknown_attempts: int
    ticks: dict[str, datetime]
    planning_runs: dict[RunState, int]


def watch_service(world: World, *, now: datetime) -> ServiceWatch:
    """Look at the outbox, the jobs and the planning runs, in one snapshot."""
    with world.database.reading() as session:
        report = MessageReport(session, world.kanim)
        backlog = report.backlog(now)
        oldest_s = (now - backlog.oldest_due_at).total_seconds() if backlog.oldest_due_at else 0.0
        return ServiceWatch(
            outbox_waiting=backlog.waiting,
            outbox_oldest_s=oldest_s,
            unknown_attempts=report.unknowns().open,
            ticks=last_ticks(session, kanim=world.kanim),
            planning_runs=PlanningRuns(session, world.kanim).by_state(),
        )
