from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Never

import pytest
from sqlalchemy import text

from mobile_passport.domain.calendar import SpecialDay
from mobile_passport.messaging.outbox import Outbox
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.services.plans.plan_outreach import plan_outreach
from mobile_passport.services.plans.publish_plan import NotPublishable, PublishedByOther, publish_plan
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.mobile_passport.services.seasons import NOW, QUICK, letter, person, plan_and_publish, rows, small_season

TABLES = ("appointment", "sms_intent", "current_plan", "applicant", "audit", "plan")
NEW_GROUP = letter("9/2026", "Desa Pojok, Kec. Garum", [person(n) for n in range(900, 935)])


def contents(world: World) -> list[object]:
    return [rows(world, table) for table in TABLES]


def slots(world: World) -> dict[object, tuple[object, ...]]:
    with world.database.reading() as session:
        active = Appointments(session, world.kanim).active()
    return {person: (one.slot_at, one.venue, one.revision) for person, one in active.items()}


def test_publication_gives_everyone_an_appointment_and_writes_their_messages(published: World) -> None:
    assert len(slots(published)) == 66
    with published.database.reading() as session:
        assert Plans(session, published.kanim).current_version() == 1
    with published.database.engine.connect() as connection:
        kinds = dict(connection.exec_driver_sql("SELECT kind, COUNT(*) FROM sms_intent GROUP BY kind").all())
        statuses = connection.exec_driver_sql("SELECT DISTINCT status FROM applicant").scalars().all()
    assert kinds == {"request_received": 4, "slot": 66, "group": 4}
    assert statuses == ["scheduled"]


def test_a_published_version_is_not_published_again(published: World) -> None:
    before = contents(published)
    with pytest.raises(NotPublishable, match="not a draft"):
        publish_plan(published, 1, expected=1, actor="test", now=NOW)
    assert contents(published) == before


def test_a_draft_made_before_something_changed_is_stale(world: World) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)
    head = plan_outreach(world, QUICK, actor="test", now=NOW)
    import_requests((NEW_GROUP,), world, actor="test", now=NOW)
    before = contents(world)
    with pytest.raises(NotPublishable, match="changed; make a new draft"):
        publish_plan(world, head.version, expected=None, actor="test", now=NOW)
    assert contents(world) == before


def test_a_draft_that_starts_too_soon_to_tell_people_is_refused(world: World) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)
    head = plan_outreach(world, QUICK, actor="test", now=NOW)
    before = contents(world)
    with pytest.raises(NotPublishable, match="starts too early"):
        publish_plan(world, head.version, expected=None, actor="test", now=NOW + timedelta(days=8))
    assert contents(world) == before


def test_who_looked_at_another_current_plan_does_not_publish(published: World) -> None:
    import_requests((NEW_GROUP,), published, actor="test", now=NOW)
    head = plan_outreach(published, QUICK, actor="test", now=NOW)
    before = contents(published)
    for seen in (None, 7):
        with pytest.raises(PublishedByOther):
            publish_plan(published, head.version, expected=seen, actor="test", now=NOW)
    assert contents(published) == before


def test_of_two_who_publish_the_same_draft_at_once_one_wins(world: World) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)
    head = plan_outreach(world, QUICK, actor="test", now=NOW)

    def attempt(_: int) -> str:
        try:
            publish_plan(world, head.version, expected=None, actor="test", now=NOW)
        except (NotPublishable, PublishedByOther) as refusal:
            return type(refusal).__name__
        return "published"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, range(4)))
    assert answers.count("published") == 1
    assert len(slots(world)) == 66


def test_a_failure_while_writing_messages_leaves_everything_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)
    head = plan_outreach(world, QUICK, actor="test", now=NOW)
    before = contents(world)

    def fail(*_: object) -> Never:
        raise OSError("disk full")

    monkeypatch.setattr(Outbox, "summarise", fail)
    with pytest.raises(OSError, match="disk full"):
        publish_plan(world, head.version, expected=None, actor="test", now=NOW)
    assert contents(world) == before


def test_a_new_plan_keeps_every_promise(published: World) -> None:
    before = slots(published)
    import_requests((NEW_GROUP,), published, actor="test", now=NOW)
    publication = plan_and_publish(published, expected=1)
    assert (publication.promised, publication.changed, publication.cancelled) == (35, 0, 0)
    after = slots(published)
    assert {person: after[person] for person in before} == before


def test_promises_are_kept_also_when_their_days_come_near(published: World) -> None:
    before = slots(published)
    later = NOW + timedelta(days=6)
    import_requests((NEW_GROUP,), published, actor="test", now=later)
    publication = plan_and_publish(published, expected=1, now=later)
    assert (publication.promised, publication.changed, publication.cancelled) == (35, 0, 0)
    after = slots(published)
    assert {person: after[person] for person in before} == before


def closing(world: World, day: date) -> World:
    closed = SpecialDay(date=day, reason="letusan Kelud", source="BNPB")
    calendar = replace(world.rulebook.calendar, closed_days=(*world.rulebook.calendar.closed_days, closed))
    return replace(world, rulebook=replace(world.rulebook, calendar=calendar))


def test_people_of_a_closed_day_get_another_one_and_are_told_once(published: World) -> None:
    before = slots(published)
    first_day = min(slot for slot, _, _ in before.values()).date()  # type: ignore[attr-defined]
    publication = plan_and_publish(closing(published, first_day), expected=1)
    after = slots(published)
    moved = {person for person in before if after.get(person, (None,))[0] != before[person][0]}
    assert publication.changed == len(moved) > 0
    assert publication.cancelled == 0
    assert all(slot.date() != first_day for slot, _, _ in after.values())  # type: ignore[attr-defined]
    assert {after[person][2] for person in moved} == {2}
    with published.database.engine.connect() as connection:
        pending = connection.exec_driver_sql(
            "SELECT kind, COUNT(*) FROM sms_intent "
            "WHERE state = 'pending' AND kind IN ('slot', 'changed') GROUP BY kind"
        ).all()
    # Nothing had been sent yet, so nobody hears of a change: one message each, with the slot that holds.
    assert {str(kind): count for kind, count in pending} == {"slot": 66}


@pytest.mark.parametrize(
    "sabotage",
    [
        pytest.param(lambda plan: plan.replace('"start_s":', '"start_s":1'), id="a start moved"),
        pytest.param(lambda plan: plan.replace('"shift":"unit-', '"shift":"team-'), id="a shift that is not there"),
    ],
)
def test_a_stored_draft_that_breaks_a_rule_is_not_published(world: World, sabotage: Callable[[str], str]) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)
    head = plan_outreach(world, QUICK, actor="test", now=NOW)
    with world.database.transaction() as session:
        _, plan_json = Plans(session, world.kanim).documents(head.version)
        damaged = sabotage(plan_json.replace('": ', '":'))
        session.execute(text("UPDATE plan SET plan_json = :damaged"), {"damaged": damaged})
    before = contents(world)
    with pytest.raises(NotPublishable, match="breaks a rule"):
        publish_plan(world, head.version, expected=None, actor="test", now=NOW)
    assert contents(world) == before
