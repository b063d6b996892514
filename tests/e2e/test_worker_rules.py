"""A worker that runs obeys an edition of the rules that is put in force meanwhile."""

from pathlib import Path
from threading import Event

import pytest

from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.domain.planning_run import RunState
from mobile_passport.persistence import schema
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.rules.editable import TEAMS
from mobile_passport.rules.writing import data_of, written
from mobile_passport.services.plans.planning_runs import ask_for_plan, list_runs
from mobile_passport.services.plans.snapshot import take_snapshot
from mobile_passport.services.rules.editions import put_edition
from mobile_passport.services.rules.in_force import RulesInForce
from mobile_passport.services.world import World, build_world
from mobile_passport.settings import Settings
from tests.accounts import account
from tests.e2e.processes import started

pytestmark = pytest.mark.e2e

_LOOKS, _LOOK_S = 300, 0.2


def test_a_plan_is_made_by_rules_that_changed_after_the_worker_began(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/worker.db"
    world = build_world(Settings(database_url=url))
    schema.upgrade(world.database)
    planner = account(world, Role.PLANNER)
    typed = written(TEAMS.shape, world.rulebook.teams)
    typed["teams"][0]["kits"] = "3"
    with started("worker", up="worker started", MP_DATABASE_URL=url):
        data = data_of(TEAMS.shape, typed)
        assert put_edition(world, TEAMS, data, reason="Kit baru", seen=0, caller=planner, now=utc_now())
        ask_for_plan(world, time_limit_s=1, seed=1, caller=planner, now=utc_now())
        assert _is_made(world)
    with world.database.reading() as session:
        made = Plans(session, world.kanim).latest()
        by_files = take_snapshot(session, world, now=utc_now()).digest
        by_the_edition = take_snapshot(session, RulesInForce().of(world), now=utc_now()).digest
    world.database.close()
    assert made
    assert made.inputs_digest == by_the_edition != by_files


def _is_made(world: World) -> bool:
    pause = Event()
    for _ in range(_LOOKS):
        (run,) = list_runs(world, before=None, limit=1)
        if run.state is RunState.FINISHED:
            return True
        pause.wait(_LOOK_S)
    return False
