import logging
from datetime import timedelta
from threading import Event, Semaphore
from zoneinfo import ZoneInfo

import pytest
from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MAX_INSTANCES

from mobile_passport import jobs
from mobile_passport.jobs import REPLAN_LEASE, calm, new_scheduler, replan_nightly
from mobile_passport.planning.answer import PlanBroken
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.mobile_passport.services.conftest import surveyed, world
from tests.mobile_passport.services.seasons import NOW, QUICK, rows, small_season

__all__ = ["surveyed", "world"]
NIGHT = NOW + timedelta(hours=16)  # 02.00 WIB


def test_of_two_workers_one_makes_the_nightly_draft(world: World) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)
    assert replan_nightly(world, QUICK, now=NIGHT)
    assert not replan_nightly(world, QUICK, now=NIGHT + timedelta(minutes=10))
    assert len(rows(world, "plan")) == 1


def test_the_next_night_is_another_slot_but_equal_inputs_make_no_other_draft(world: World) -> None:
    assert replan_nightly(world, QUICK, now=NIGHT)
    assert replan_nightly(world, QUICK, now=NIGHT + timedelta(days=1))
    assert len(rows(world, "plan")) == 1


def test_a_worker_that_dies_while_planning_is_replaced_after_its_lease(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)

    def die(*_: object, **__: object) -> None:
        raise PlanBroken("as if killed")

    with monkeypatch.context() as dying:
        dying.setattr(jobs, "plan_outreach", die)
        with pytest.raises(PlanBroken):
            replan_nightly(world, QUICK, now=NIGHT)
    assert not replan_nightly(world, QUICK, now=NIGHT + REPLAN_LEASE)
    assert replan_nightly(world, QUICK, now=NIGHT + REPLAN_LEASE + timedelta(seconds=1))
    assert len(rows(world, "plan")) == 1


def test_ticks_during_long_work_pass_without_a_warning_and_without_working_twice(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun, passed, may_end = [], Semaphore(0), Event()

    def solve() -> None:
        begun.append(1)
        assert may_end.wait(timeout=30)

    scheduler = new_scheduler(ZoneInfo("Asia/Jakarta"))
    scheduler.add_listener(lambda _: passed.release(), EVENT_JOB_EXECUTED | EVENT_JOB_MAX_INSTANCES)
    job = scheduler.add_job(calm(solve), "interval", seconds=0.02)
    scheduler.start()
    for _ in range(3):
        assert passed.acquire(timeout=30)
    assert len(begun) == 1
    job.remove()
    may_end.set()
    scheduler.shutdown(wait=True)
    assert [one.message for one in caplog.records if one.levelno >= logging.WARNING] == []
