"""A version is read and drawn once; counts of people without a plan are at most a minute old."""

import threading
from dataclasses import replace

from api.plan_reader import LIFETIME_S, PlanReader, StoredPlans
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.services.world import World
from tests.api.conftest import Plans
from tests.mobile_passport.documents.sample_plan import gazetteer, sample_plan


class Clock:
    """Seconds that a test lets go by."""

    now_s = 0.0

    def __call__(self) -> float:
        """Return the present second."""
        return self.now_s


def test_a_version_is_read_once_until_its_counts_grow_old() -> None:
    plans, clock = Plans(sample_plan()), Clock()
    reader = PlanReader(plans, gazetteer(), clock)
    assert reader.current() is reader.current()
    assert plans.reads == 1
    clock.now_s = LIFETIME_S - 1
    reader.current()
    assert plans.reads == 1
    clock.now_s = LIFETIME_S
    reader.current()
    assert plans.reads == 2


def test_a_new_version_shows_at_once() -> None:
    plans = Plans(sample_plan())
    reader = PlanReader(plans, gazetteer(), Clock())
    reader.current()
    plans.plan = sample_plan(version=4)
    shown = reader.current()
    assert shown
    assert shown.view.version == 4


def test_the_whole_plan_is_read_once_for_each_version_and_keeps_what_was_drawn_of_it() -> None:
    plans = Plans(None)
    reader = PlanReader(plans, gazetteer(), Clock())
    assert reader.whole() is None
    drawn = []
    for step, version in enumerate((3, 3, 4)):
        plans.plan = sample_plan(version=version)
        held = reader.whole()
        assert held
        drawn.append((held.view.version, held.once("map", lambda step=step: f"drawn in step {step}")))  # type: ignore[misc]
    assert drawn == [(3, "drawn in step 0"), (3, "drawn in step 0"), (4, "drawn in step 2")]
    assert plans.reads == 2


def test_what_was_made_of_a_plan_is_kept_while_it_stays_the_same_and_only_then() -> None:
    plans, clock = Plans(sample_plan()), Clock()
    reader = PlanReader(plans, gazetteer(), clock)
    made = []

    def make() -> str:
        made.append(1)
        return "page"

    for step in range(3):
        clock.now_s = step * LIFETIME_S
        plan = reader.current()
        assert plan
        plan.once("page", make)
    assert len(made) == 1
    plans.plan = replace(sample_plan(), to_review=3)
    clock.now_s = 3 * LIFETIME_S
    plan = reader.current()
    assert plan
    assert plan.view.to_review == 3
    plan.once("page", make)
    assert len(made) == 2


def test_many_readers_at_once_read_it_once() -> None:
    plans = SlowPlans(sample_plan())
    reader = PlanReader(plans, gazetteer(), Clock())
    threads = [threading.Thread(target=reader.current) for _ in range(8)]
    for thread in threads:
        thread.start()
    plans.may_go_on.set()
    for thread in threads:
        thread.join()
    assert plans.reads == 1


def test_no_plan_is_none_and_is_asked_again() -> None:
    plans = Plans(None)
    reader = PlanReader(plans, gazetteer(), Clock())
    assert reader.current() is None
    plans.plan = sample_plan()
    assert reader.current() is not None


def test_a_version_that_cannot_be_read_is_no_plan() -> None:
    assert PlanReader(Vanished(sample_plan()), gazetteer(), Clock()).current() is None


def test_an_empty_database_holds_no_plan(world: World) -> None:
    stored = StoredPlans(world)
    assert stored.current_version() is None
    assert stored.read(1) is None


class Vanished(Plans):
    """Names a version that is not there."""

    def read(self, version: int) -> PlanView | None:
        """Find nothing."""
        return None


class SlowPlans(Plans):
    """Keeps the first reader until all others wait."""

    def __init__(self, plan: PlanView) -> None:
        super().__init__(plan)
        self.may_go_on = threading.Event()

    def read(self, version: int) -> PlanView | None:
        """Wait, then read."""
        self.may_go_on.wait(timeout=10)
        return super().read(version)
