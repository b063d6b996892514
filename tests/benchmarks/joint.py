"""Measure what it gains that gathering and routing decide together, on the sample season.

    python -m tests.benchmarks.joint [SECONDS]

One after the other: everyone is gathered by the rules, and routes follow. Joint: own venues, pooled venues and groups
apart are chosen in one problem with the routes. Each has the same time limit for routing.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from mobile_passport.demo import OPENS_AT, take_in_season
from mobile_passport.persistence import schema
from mobile_passport.planning.comfort import comfort_of
from mobile_passport.planning.draft import make_draft
from mobile_passport.rules.planning import JointRules
from mobile_passport.services.plans.snapshot import Snapshot, take_snapshot
from mobile_passport.services.world import World, build_world
from mobile_passport.settings import Settings
from optimizer.solve import SolveParams, warm_up


def season(folder: Path) -> tuple[World, Snapshot]:
    """Take in the sample season and its venues."""
    world = build_world(Settings(database_url=f"sqlite:///{folder}/season.db"))
    schema.upgrade(world.database)
    take_in_season(world, now=OPENS_AT)
    with world.database.reading() as session:
        return world, take_snapshot(session, world, now=OPENS_AT)


def measure(name: str, joint: JointRules, world: World, snapshot: Snapshot, seconds: float) -> None:
    """Print one line of the table."""
    rulebook = replace(world.rulebook, planning=replace(world.rulebook.planning, joint=joint))
    started = time.perf_counter()
    draft = make_draft(
        snapshot.demand,
        snapshot.timetable,
        rulebook,
        world.gazetteer,
        world.travel_times,
        SolveParams(time_limit_s=seconds, seed=1, threads=2),
    )
    took_s = time.perf_counter() - started
    comfort = comfort_of(
        draft.outreach.visits, snapshot.demand.requests, snapshot.timetable, rulebook, world.travel_times
    )
    cost_per_hour = rulebook.planning.gathering.travel_cost_per_person_hour
    worth = draft.plan.objective - cost_per_hour * draft.hours
    km = sum(route.distance_m for route in draft.plan.routes) / 1000
    gap = "–" if draft.plan.gap is None else f"{draft.plan.gap:.2%}"
    sys.stdout.write(
        f"{name:20} {comfort.people:6} {draft.hours:12.1f} {km:8.0f} {worth:9.0f} {gap:>7} "
        f"{comfort.consecutive:5} of {comfort.split:<3} {took_s:6.1f}\n"
    )


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    warm_up()
    with TemporaryDirectory() as folder:
        world, snapshot = season(Path(folder))
        joint = world.rulebook.planning.joint
        sys.stdout.write(f"{'':20} people person-hours  team km    points     gap consecutive seconds\n")
        measure("one after the other", replace(joint, enabled=False), world, snapshot, seconds)
        measure("joint", joint, world, snapshot, seconds)
        world.database.close()


if __name__ == "__main__":
    main()
