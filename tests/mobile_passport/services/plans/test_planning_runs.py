"""Plans that were asked for: one at a time, watched, called off, and honest about a process that died."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from mobile_passport.domain.access import Caller, Role, Scope
from mobile_passport.domain.planning_run import LEASE, LONGEST_QUEUE, RunProgress, RunState, SearchStage
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.plans.planning_runs import DIED, PlanningRuns
from mobile_passport.services.plans.planning_runs import (
    QueueFull,
    RunOver,
    ask_for_plan,
    call_off_run,
    find_run,
)
from mobile_passport.services.plans.run_planning import make_next_plan
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.mobile_passport.services.seasons import NOW, letter, person, small_season
from tests.offices import published

__all__ = ["published"]

PLANNER = Caller(account_id=uuid4(), login="perencana", role=Role.PLANNER, scope=Scope(kanim="blitar"))


@pytest.fixture
def season(world: World) -> World:
    """An office with the small season, not planned yet."""
    import_requests(small_season(), world, actor="test", now=NOW)
    return world


def now() -> datetime:
    """Return the moment of these tests."""
    return NOW


def ask(world: World, at: datetime = NOW, time_limit_s: int = 1) -> object:
    return ask_for_plan(world, time_limit_s=time_limit_s, seed=1, caller=PLANNER, now=at).id


def test_a_run_ends_with_a_draft_and_says_how_it_went(season: World) -> None:
    run = ask_for_plan(season, time_limit_s=1, seed=1, caller=PLANNER, now=NOW)
    assert run.state is RunState.QUEUED
    make_next_plan(season, clock=now)
    ended = find_run(season, run.id)
    assert (ended.state, ended.plan_version, ended.failure) == (RunState.FINISHED, 1, None)
    assert ended.progress.objective is not None
    plan = show_plan(season, 1)
    assert plan
    assert ended.progress.people == plan.served == 66


def test_a_run_ends_with_the_figures_of_its_version_and_not_of_its_last_search(published: World) -> None:
    more = letter("5/2026", "Desa Sumberjo, Kec. Sanankulon", [person(n) for n in range(401, 445)])
    import_requests((more,), published, actor="test", now=NOW)
    run = ask_for_plan(published, time_limit_s=1, seed=1, caller=PLANNER, now=NOW)
    make_next_plan(published, clock=now)
    result, plan = find_run(published, run.id).progress, show_plan(published)
    assert plan
    draft = show_plan(published, plan.version + 1)
    assert draft
    assert result.people == draft.served + draft.proposed > plan.served
    assert (result.stage, result.objective, result.bound) == (None, draft.objective, draft.bound)


def test_a_run_with_nothing_new_says_so_and_shows_the_version_there_is(published: World) -> None:
    run = ask_for_plan(published, time_limit_s=1, seed=1, caller=PLANNER, now=NOW)
    make_next_plan(published, clock=lambda: NOW + timedelta(minutes=1))
    ended, plan = find_run(published, run.id), show_plan(published)
    assert plan
    assert ended.found_nothing_new
    assert (ended.plan_version, ended.progress.people) == (plan.version, plan.served)


def test_nothing_happens_when_nobody_asked(season: World) -> None:
    assert make_next_plan(season, clock=now) is None


def test_a_waiting_run_is_called_off_at_once_and_an_ended_one_cannot_be(season: World) -> None:
    run = ask_for_plan(season, time_limit_s=1, seed=1, caller=PLANNER, now=NOW)
    assert call_off_run(season, run.id, caller=PLANNER, now=NOW).state is RunState.CANCELLED
    with pytest.raises(RunOver):
        call_off_run(season, run.id, caller=PLANNER, now=NOW)
    assert make_next_plan(season, clock=now) is None


def test_a_running_one_is_called_off_without_a_draft(season: World) -> None:
    run = ask_for_plan(season, time_limit_s=60, seed=1, caller=PLANNER, now=NOW)
    maker = threading.Thread(target=make_next_plan, args=(season,), kwargs={"clock": now, "beat_every_s": 0.05})
    maker.start()
    while find_run(season, run.id).state is RunState.QUEUED:
        maker.join(0.02)
    call_off_run(season, run.id, caller=PLANNER, now=NOW)
    maker.join(60)
    assert find_run(season, run.id).state is RunState.CANCELLED
    assert show_plan(season, 1) is None


def test_a_worker_that_is_told_to_stop_leaves_the_run_to_the_next(season: World) -> None:
    run = ask_for_plan(season, time_limit_s=60, seed=1, caller=PLANNER, now=NOW)
    make_next_plan(
        season,
        clock=now,
        told_to_stop=lambda: find_run(season, run.id).progress.stage is not None,
        beat_every_s=0.05,
    )
    left = find_run(season, run.id)
    assert (left.state, left.progress.stage) == (RunState.QUEUED, SearchStage.CHOOSING)


def test_a_run_that_fails_says_so(season: World) -> None:
    run = ask_for_plan(season, time_limit_s=1, seed=1, caller=PLANNER, now=NOW)
    make_next_plan(replace(season, travel_times=Broken()), clock=now)  # type: ignore[arg-type]
    failed = find_run(season, run.id)
    assert failed.state is RunState.FAILED
    assert failed.failure == "an unexpected error; it has been logged"


class Broken:
    """Travel times with a bug, that tells what nobody should read."""

    def matrix(self, points: object) -> object:
        """Fail."""
        raise RuntimeError("NIK 3505010101600001")


def test_the_queue_is_short(season: World) -> None:
    for _ in range(LONGEST_QUEUE):
        ask(season)
    with pytest.raises(QueueFull):
        ask(season)


def test_one_run_at_a_time_and_a_dead_one_is_marked_as_failed(database: Database) -> None:
    def runs_in(session: object) -> PlanningRuns:
        return PlanningRuns(session, "blitar")  # type: ignore[arg-type]

    with database.transaction() as session:
        first, second = (
            runs_in(session).add(asked_by="a", time_limit_s=1, seed=1, now=NOW + timedelta(seconds=n)) for n in range(2)
        )
    with database.transaction() as session:
        taken = runs_in(session).take(now=NOW)
        assert taken
        assert taken.id == first.id
    with database.transaction() as session:
        assert runs_in(session).take(now=NOW) is None  # the first one runs
        assert runs_in(session).beat(first.id, RunProgress(objective=5.0, people=2), now=NOW + LEASE)
    with database.transaction() as session:
        assert runs_in(session).bury(now=NOW + 2 * LEASE) == 0  # it gave a sign of life in between
    with database.transaction() as session:
        assert runs_in(session).bury(now=NOW + 3 * LEASE) == 1
        assert not runs_in(session).beat(first.id, RunProgress(), now=NOW)  # its process, should it wake, is told
        dead = runs_in(session).get(first.id)
        assert dead
        assert (dead.state, dead.failure, dead.progress.objective) == (RunState.FAILED, DIED, 5.0)
        taken = runs_in(session).take(now=NOW)
        assert taken
        assert taken.id == second.id
