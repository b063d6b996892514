"""Publishing and reading at once on a real PostgreSQL: one of two publishers wins, and nobody reads two plans as one.

Small in the suite; ``MP_PUBLISHER_PAIRS=1000 MP_TORN_READS=10000 MP_TORN_PUBLICATIONS=500`` runs it in full.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from mobile_passport.domain.demand import Place
from mobile_passport.domain.outreach_plan import OutreachPlan, OutreachVisit, RouteStop
from mobile_passport.domain.refusal import Conflict
from mobile_passport.domain.request import VisitKind
from mobile_passport.persistence.plans.plans import PlanHead, Plans
from mobile_passport.persistence.retrying import transact
from mobile_passport.persistence.tables import CurrentPlanRow
from mobile_passport.services.plans.plan_outreach import plan_outreach
from mobile_passport.services.plans.publish_plan import publish_plan
from mobile_passport.services.world import World
from optimizer.problem import LatLon
from tests.mobile_passport.services.seasons import NOW, QUICK

pytestmark = pytest.mark.database("postgresql")  # what is promised of many at once is promised of it
PAIRS = int(os.environ.get("MP_PUBLISHER_PAIRS", "10"))
READS = int(os.environ.get("MP_TORN_READS", "60"))
PUBLICATIONS = int(os.environ.get("MP_TORN_PUBLICATIONS", "20"))
VISITS, PAGE = 6, 2


def visit(name: str, start_hour: int = 1, **changes: object) -> OutreachVisit:
    """A visit of an hour that unit 1 makes, without people; its name tells its version."""
    starts_at = NOW + timedelta(days=20, hours=start_hour)
    stop = RouteStop(team="unit-1", shift="unit-1/day", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    place = Place(label=name, village_code="3505102007", position=LatLon(lat=-8.1, lon=112.2))
    made = OutreachVisit(visit=name, kind=VisitKind.COLLECTIVE, place=place, waiver=None, outcome=stop, members=())
    return replace(made, **changes)  # type: ignore[arg-type]


def add_draft(
    world: World, plan: OutreachPlan, like: PlanHead | None = None, documents: tuple[str, str] = ("", "")
) -> int:
    """Store a draft as it is; returns its version."""
    with world.database.transaction() as session:
        head = Plans(session, world.kanim).add_draft(
            plan,
            inputs_digest=like.inputs_digest if like else str(uuid4()),
            problem_json=documents[0],
            plan_json=documents[1],
            first_date=date(2026, 11, 24),
            last_date=date(2027, 1, 31),
            travel_is_estimate=True,
            now=NOW,
        )
    return head.version


def duels(world: World, count: int) -> list[tuple[int, int | None]]:
    """Let two publishers meet again and again; returns how many won, and the version that held after each meeting."""
    model = plan_outreach(world, QUICK, actor="test", now=NOW)
    with world.database.reading() as session:
        plans = Plans(session, world.kanim)
        documents, outreach = plans.documents(model.version), plans.visits(model.version)
    publish_plan(world, model.version, expected=None, actor="test", now=NOW)
    results, expected = [], model.version
    with ThreadPoolExecutor(2) as pool:
        for _ in range(count):
            versions = [add_draft(world, outreach, model, documents) for _ in range(2)]
            start = Barrier(2)

            def publish(version: int, seen: int = expected, start: Barrier = start) -> bool:
                start.wait(timeout=30)
                try:
                    publish_plan(world, version, expected=seen, actor="test", now=NOW)
                except Conflict:
                    return False
                return True

            won = list(pool.map(publish, versions))
            with world.database.reading() as session:
                holding = Plans(session, world.kanim).current_version()
            results.append((sum(won), holding if holding in versions else None))
            expected = holding or 0
    return results


def test_of_two_publishers_exactly_one_wins_every_time(office: World) -> None:
    results = duels(office, PAIRS)
    assert [result for result in results if result[0] != 1 or result[1] is None] == []


def look_then_point(self: Plans, version: int, *, expected: int | None, now: object) -> bool:
    """Move the pointer without the guard in the UPDATE: look first, then write."""
    present = self.current_version()
    if expected is None:
        return self._point_first(version)
    if present != expected:
        return False
    move = update(CurrentPlanRow).where(CurrentPlanRow.kanim == self._kanim).values(version=version)
    self._session.execute(move)
    return True


def test_the_duel_finds_a_pointer_that_is_moved_without_guard_and_lock(
    office: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Plans, "point_at", look_then_point)
    monkeypatch.setattr(Plans, "lock_current", lambda _: None)
    assert any(won == 2 for won, _ in duels(office, 20))


def plan_of(number: int) -> OutreachPlan:
    """A plan whose visits all tell which one it is."""
    return OutreachPlan(visits=tuple(visit(f"{number}-{index}", index) for index in range(VISITS)))


def read_paged(world: World, *, pin: bool) -> set[str]:
    """Read the plan that holds page by page, each in a transaction of its own; returns the plans that it came from."""
    version, names = None, []
    for page in range(VISITS // PAGE):
        with world.database.reading() as session:
            plans = Plans(session, world.kanim)
            if version is None or not pin:
                version = plans.current_version()
            assert version is not None
            visits = plans.visits(version).visits
        names += [one.visit for one in visits[page * PAGE : (page + 1) * PAGE]]
    assert len(names) == VISITS
    return {name.partition("-")[0] for name in names}


def torn(world: World, *, pin: bool) -> int:
    """Read while plans are published; returns how many reads mixed two plans."""
    versions = [add_draft(world, plan_of(number)) for number in range(PUBLICATIONS + 1)]

    def publish(version: int, expected: int | None) -> None:
        transact(world.database, lambda s: Plans(s, world.kanim).point_at(version, expected=expected, now=NOW))

    publish(versions[0], None)
    with ThreadPoolExecutor(4) as pool:
        reads = [pool.submit(read_paged, world, pin=pin) for _ in range(READS)]
        for number, (expected, version) in enumerate(pairwise(versions), start=1):
            publish(version, expected)
            reads[number * READS // PUBLICATIONS - 1].result()  # so that publications last as long as reads
    return sum(len(one.result()) > 1 for one in reads)


def test_no_paged_read_mixes_two_plans_while_plans_are_published(office: World) -> None:
    assert torn(office, pin=True) == 0


def test_reads_that_are_not_pinned_to_a_version_are_torn(office: World) -> None:
    assert torn(office, pin=False) > 0


def test_no_two_stops_of_a_plan_keep_one_team_at_the_same_time(office: World) -> None:
    with pytest.raises(Conflict):
        transact(office.database, lambda session: add_rows(session, office.kanim, visit("K-1", 1), visit("K-2", 1)))


def test_stops_one_after_the_other_of_other_teams_and_of_other_plans_are_no_clash(office: World) -> None:
    stop = visit("K-3").outcome
    assert isinstance(stop, RouteStop)
    other_team = visit("K-3", 1, outcome=replace(stop, team="unit-2"))
    for _ in range(2):
        transact(
            office.database,
            lambda session: add_rows(session, office.kanim, visit("K-1", 1), visit("K-2", 2), other_team),
        )


def add_rows(session: Session, kanim: str, *visits: OutreachVisit) -> None:
    """Store a draft of some visits."""
    Plans(session, kanim).add_draft(
        OutreachPlan(visits=visits),
        inputs_digest=str(uuid4()),
        problem_json="",
        plan_json="",
        first_date=date(2026, 11, 24),
        last_date=date(2027, 1, 31),
        travel_is_estimate=True,
        now=NOW,
    )
