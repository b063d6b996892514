"""The main job from end to end on the shipped sample season, with progress and a summary that a planner understands.

The demo has a clock of its own: whenever it runs, it is Tuesday 24 November 2026 there, so that the season always lies
ahead. A second run picks up what the first one left, wherever that was stopped, and changes nothing that is right.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from time import monotonic

from rich.console import Console

from mobile_passport.clock import utc_now
from mobile_passport.demo_accounts import invite_everyone
from mobile_passport.demo_outputs import write_outputs
from mobile_passport.demo_summary import print_summary
from mobile_passport.domain.status import PlanStatus
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.timing import MachineTiming
from mobile_passport.persistence.audit.records import first_time_of, write_audit
from mobile_passport.persistence.plans.plans import PlanHead, Plans
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.messages.remind import remind
from mobile_passport.services.plans.plan_outreach import plan_outreach
from mobile_passport.services.plans.publish_plan import publish_plan
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.requests.import_requests import import_file
from mobile_passport.services.venues.register_venues import register_venues
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from optimizer.solve import Progress, SolveParams, warm_up

OPENS_AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 10.00 WIB
LONGEST = timedelta(hours=8)  # the demo's day ends at 18.00 WIB, so it stays the same day
RECEIVED_DATE = date(2026, 11, 23)
SEASON = files("mobile_passport.sample") / "season_2027"
VENUES = files("mobile_passport.sample") / "venues_2027.csv"
ACTOR = "demo"
SENDING_LIMIT_S = 60.0


class DemoTiming(MachineTiming):
    """A clock that began at the demo's opening when the demo ran for the first time on this database."""

    def __init__(self, first_run_at: datetime) -> None:
        self._first_run_at = first_run_at

    def wall(self) -> datetime:
        """Return the moment of the demo's day, UTC; never before one that an earlier run has seen."""
        return OPENS_AT + min(utc_now() - self._first_run_at, LONGEST)


def run_demo(world: World, settings: Settings, *, out: Path, planning_limit_s: float) -> None:
    """Do the main job, tell what is going on, and write what it made to a folder."""
    console = Console(highlight=False)
    timing = DemoTiming(_first_run_at(world))
    desk = build_desk(world, settings, timing)
    console.print(f"[bold]{world.rulebook.office.name}[/], Tuesday 24 November 2026. Database: {settings.database_url}")
    with _step(console, "Taking in the venues and the letters of the season"):
        take_in_season(world, now=timing.wall())
    with _step(console, "Loading the optimizer (compiles once)"):
        warm_up()
    with _step(console, f"Planning, at most {planning_limit_s:.0f} s") as tell:
        head = _plan(world, timing.wall(), planning_limit_s, tell)
    if head.status is PlanStatus.DRAFT:
        with _step(console, f"Publishing version {head.version}"):
            _publish(world, head, timing.wall())
    with _step(console, "Sending messages (simulated)"):
        _send(desk)
    view = show_plan(world)
    if view is None:
        raise RuntimeError("the demo published a plan, but none is current")
    with _step(console, "Writing documents"):
        outputs = write_outputs(world, view, desk, out)
        invite_everyone(world, out / "accounts.txt", now=utc_now())
    print_summary(console, world, view, outputs)


def _first_run_at(world: World) -> datetime:
    with world.database.transaction() as session:
        known = first_time_of(session, kanim=world.kanim, action="start_demo")
        if known is None:
            known = utc_now()
            write_audit(
                session, kanim=world.kanim, at=known, actor=ACTOR, action="start_demo", subject=world.kanim, detail={}
            )
    return known


def take_in_season(world: World, *, now: datetime) -> None:
    """Take in the venues and the letters of the sample season; what is known already stays as it is."""
    register_venues(VENUES.read_bytes(), world, actor=ACTOR, now=now)
    for file in sorted(SEASON.iterdir(), key=lambda file: file.name):
        if file.name.endswith((".csv", ".xlsx")):
            import_file(
                file.read_bytes(),
                file.name,
                world,
                received_date=RECEIVED_DATE,
                is_office_register=True,
                actor=ACTOR,
                now=now,
            )


def _plan(world: World, now: datetime, limit_s: float, tell: Callable[[str], None]) -> PlanHead:
    def on_progress(progress: Progress) -> None:
        proof = ""
        if progress.bound:
            proof = (
                f", at most {(progress.bound - progress.objective) / abs(progress.bound):.1%} below the best possible"
            )
        tell(f"Planning: {progress.elapsed_s:.0f} s, {len(progress.visits)} visits placed{proof}")

    params = SolveParams(time_limit_s=limit_s, seed=1, threads=2, on_progress=on_progress)
    return plan_outreach(world, params, actor=ACTOR, now=now)


def _publish(world: World, head: PlanHead, now: datetime) -> None:
    with world.database.reading() as session:
        expected = Plans(session, world.kanim).current_version()
    publish_plan(world, head.version, expected=expected, actor=ACTOR, now=now)


def _send(desk: Desk) -> None:
    """Send until nothing is left to do; after a killed run that includes looking up what became of its last message."""
    remind(desk)
    give_up_at = desk.timing.elapsed_s() + SENDING_LIMIT_S
    while desk.timing.elapsed_s() < give_up_at:
        delivered = deliver_messages(desk)
        if delivered.rest_why == "empty" and delivered.receipts == 0 and delivered.reconciled.open == 0:
            return
        desk.timing.pause(0.2)


@contextmanager
def _step(console: Console, what: str) -> Iterator[Callable[[str], None]]:
    """Show that something is going on, and then how long it took."""
    began = monotonic()
    with console.status(what) as status:
        yield status.update
    console.print(f"  {monotonic() - began:5.1f} s  {what}")
