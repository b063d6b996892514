"""The worker: what happens by itself, at what times. Jobs are few and fixed; what is due is read from the database."""

import logging
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Lock
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import OperationalError

from mobile_passport.clock import utc_now
from mobile_passport.messaging.desk import Desk
from mobile_passport.persistence.ticks import finish_tick, take_tick
from mobile_passport.services.audit.audit_log import Witness, witness_log
from mobile_passport.services.booking.check_days import check_days
from mobile_passport.services.booking.settle_days import settle_days
from mobile_passport.services.clear_answers import clear_answers
from mobile_passport.services.field.settle_field import settle_field
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.passports_ready import remind_to_collect
from mobile_passport.services.messages.remind import remind
from mobile_passport.services.messages.remind_documents import remind_documents
from mobile_passport.services.plans.plan_outreach import plan_outreach
from mobile_passport.services.plans.run_planning import make_next_plan
from mobile_passport.services.privacy.forget_copies import forget_copies
from mobile_passport.services.privacy.retention import erase_due_daily
from mobile_passport.services.requests.work_on_draft import forget_unfinished
from mobile_passport.services.rules.in_force import RulesInForce
from mobile_passport.services.world import World
from optimizer.solve import SolveParams

log = logging.getLogger(__name__)

DELIVER_EVERY_S = 20
REMIND_EVERY_S = 300
LOOK_FOR_RUNS_EVERY_S = 2
SETTLE_DAYS_EVERY_S = 60
CHECK_DAYS_HOUR = 0  # local, before the nightly plan
SETTLE_FIELD_EVERY_S = 600  # who missed yesterday waits again before the nightly plan
FORGET_EVERY_S = 600  # a provider deletes no message that is on its way
REPLAN_HOURS = "1-4"  # local; asked for every ten minutes, done by the first who asks, or after a death by the next
RETENTION_HOURS = "0-5"  # local; asked for every hour, done once a day
REPLAN_LEASE = timedelta(minutes=30)
REPLAN = SolveParams(time_limit_s=300.0, seed=1, threads=2)


def run_worker(world: World, desk: Desk, witness: Witness) -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first. Any number of workers may run at once.

    Every tick works by the rules that hold when it begins.
    """
    rules = RulesInForce()
    present, sending = partial(rules.of, world), partial(rules.desk_of, world, desk)
    zone = world.rulebook.office.zone
    scheduler = new_scheduler(zone)
    told_to_stop = Event()
    replan = replace(REPLAN, on_progress=lambda _: told_to_stop.is_set())  # a search under way ends with what it has
    now = datetime.now(zone)
    scheduler.add_job(
        calm(lambda: deliver_messages(sending(), told_to_stop=told_to_stop.is_set)),
        "interval",
        seconds=DELIVER_EVERY_S,
        next_run_time=now,
        id="deliver",
    )
    scheduler.add_job(
        calm(lambda: remind(sending())), "interval", seconds=REMIND_EVERY_S, next_run_time=now, id="remind"
    )
    scheduler.add_job(
        calm(lambda: remind_documents(present(), now=utc_now())),
        "interval",
        seconds=REMIND_EVERY_S,
        id="remind-documents",
    )
    scheduler.add_job(
        calm(lambda: remind_to_collect(present(), now=utc_now())),
        "interval",
        seconds=REMIND_EVERY_S,
        id="remind-collect",
    )
    scheduler.add_job(
        calm(lambda: settle_days(present(), now=utc_now())), "interval", seconds=SETTLE_DAYS_EVERY_S, id="settle_days"
    )
    scheduler.add_job(
        calm(lambda: settle_field(present(), now=utc_now())),
        "interval",
        seconds=SETTLE_FIELD_EVERY_S,
        id="settle_field",
    )
    scheduler.add_job(
        calm(lambda: check_days(present(), now=utc_now())), "cron", hour=CHECK_DAYS_HOUR, minute=30, id="check_days"
    )
    scheduler.add_job(
        calm(lambda: replan_nightly(present(), replan, now=utc_now())),
        "cron",
        hour=REPLAN_HOURS,
        minute="*/10",
        id="replan",
    )
    scheduler.add_job(
        calm(lambda: witness_log(world.database, world.kanim, witness, now=utc_now())), "cron", minute=0, id="witness"
    )
    scheduler.add_job(
        calm(lambda: erase_due_daily(present(), now=utc_now())),
        "cron",
        hour=RETENTION_HOURS,
        minute=30,
        id="retention",
    )
    scheduler.add_job(
        calm(lambda: forget_copies(sending(), now=utc_now(), told_to_stop=told_to_stop.is_set)),
        "interval",
        seconds=FORGET_EVERY_S,
        id="forget_copies",
    )
    scheduler.add_job(
        calm(lambda: make_next_plan(present(), clock=utc_now, told_to_stop=told_to_stop.is_set)),
        "interval",
        seconds=LOOK_FOR_RUNS_EVERY_S,
        id="planning-runs",
    )
    scheduler.add_job(calm(lambda: clear_answers(present(), now=utc_now())), "cron", minute=20, id="answers")
    scheduler.add_job(calm(lambda: forget_unfinished(present(), now=utc_now())), "cron", minute=40, id="drafts")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: told_to_stop.set())
    scheduler.start()
    log.info("worker started", extra={"kanim": world.kanim})
    told_to_stop.wait()
    scheduler.shutdown(wait=True)
    log.info("worker stopped", extra={"kanim": world.kanim})


def replan_nightly(world: World, params: SolveParams, *, now: datetime) -> bool:
    """Make tonight's draft, unless another process has it. A planner decides about it in the morning.

    Returns
    -------
    bool
        Whether this process did it.
    """
    night = now.astimezone(world.rulebook.office.zone).date().isoformat()
    slot = {"kanim": world.kanim, "name": "replan", "slot": night}
    with world.database.transaction() as session:
        if not take_tick(session, **slot, now=now, lease=REPLAN_LEASE):
            return False
    head = plan_outreach(world, params, actor="system", now=now)
    with world.database.transaction() as session:
        finish_tick(session, **slot, now=utc_now())
    log.info("replanned", extra={"kanim": world.kanim, "version": head.version, "status": head.status.value})
    return True


def new_scheduler(zone: ZoneInfo) -> BackgroundScheduler:
    """Make a scheduler for ticks of `calm`.

    A tick that comes late still runs, once; the default grace of one second would drop it in silence. A second
    instance of a job is let in, and goes away by itself when the first is still at work.
    """
    return BackgroundScheduler(
        timezone=zone, job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None}
    )


def calm(work: Callable[[], object]) -> Callable[[], None]:
    """Make a tick of some work: one at a time, and undeterred.

    Work that takes longer than its interval, as a search for a plan does, is nothing to warn of: the ticks meanwhile
    pass. A database that is away for a while is no reason to stop: say so, and try again at the next tick.
    """
    at_work = Lock()

    def tick() -> None:
        if not at_work.acquire(blocking=False):
            return
        try:
            work()
        except OperationalError:
            log.exception("database not reachable, next tick tries again")
        finally:
            at_work.release()

    return tick
