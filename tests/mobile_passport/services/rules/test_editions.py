"""An office changes its rules: who may, what is kept, what follows, and that nobody overwrites unseen."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mobile_passport.domain.access import Caller, Role
from mobile_passport.domain.refusal import Conflict, Forbidden, Stale
from mobile_passport.persistence.rules.rule_editions import EditionHead
from mobile_passport.rules.checks import RefusedEdition
from mobile_passport.rules.editable import DOCUMENTS, TEAMS, EditableDocument
from mobile_passport.rules.loading import InvalidRules
from mobile_passport.rules.messages import Says
from mobile_passport.rules.writing import Typed, data_of, written
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.plans.plan_outreach import plan_outreach
from mobile_passport.services.plans.publish_plan import StaleDraft, publish_plan
from mobile_passport.services.rules.editions import edition_in_force, find_edition, list_editions, put_edition
from mobile_passport.services.rules.in_force import RulesInForce, part_of
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.accounts import account
from tests.mobile_passport.services.seasons import NOW, QUICK, rows


@pytest.fixture
def planner(world: World) -> Caller:
    """Who may change teams and calendar."""
    return account(world, Role.PLANNER)


def change(
    world: World,
    caller: Caller,
    edit: Callable[[Typed], object],
    *,
    document: EditableDocument = TEAMS,
    seen: int = 0,
    reason: str = "Surat tugas 7/2026",
) -> EditionHead | None:
    """Type what holds with something changed, and save it."""
    typed = written(document.shape, part_of(RulesInForce().of(world), document))
    edit(typed)
    data = data_of(document.shape, typed)
    return put_edition(world, document, data, reason=reason, seen=seen, caller=caller, now=NOW)


def kits(count: int) -> Callable[[Typed], None]:
    """Type how many kits the first team has."""
    return lambda typed: typed["teams"][0].update(kits=str(count))


def kits_of(world: World) -> int:
    """How many kits the first team has."""
    return world.rulebook.teams.teams[0].kits


def test_a_process_that_runs_works_by_the_new_edition_from_then_on(world: World, planner: Caller) -> None:
    follower = RulesInForce()
    assert follower.of(world) is world
    change(world, planner, kits(3))
    present = follower.of(world)
    assert (kits_of(present), kits_of(world)) == (3, 2)
    assert follower.of(world) is present, "made once"
    change(world, planner, kits(4), seen=1)
    assert (kits_of(follower.of(world)), kits_of(present)) == (4, 3), "what a request began with stays as it is"


@pytest.mark.database("sqlite")
def test_an_edition_wins_over_the_files(world: World, planner: Caller) -> None:
    change(world, planner, kits(3))
    edited = replace(world.rulebook.teams.teams[0], kits=9)
    book = replace(world.rulebook, teams=replace(world.rulebook.teams, teams=(edited,)))
    assert kits_of(RulesInForce().of(replace(world, rulebook=book))) == 3


@pytest.mark.database("sqlite")
def test_the_first_change_keeps_what_the_files_said(world: World, planner: Caller) -> None:
    change(world, planner, kits(3))
    newest, oldest = list_editions(world, TEAMS)
    assert (newest.head.number, newest.head.actor, newest.head.reason) == (1, planner.login, "Surat tugas 7/2026")
    assert (oldest.head.number, oldest.rules) == (0, world.rulebook.teams)
    assert find_edition(world, TEAMS, 0).rules == world.rulebook.teams


@pytest.mark.database("sqlite")
def test_a_second_editor_overwrites_nothing_unseen(world: World, planner: Caller) -> None:
    change(world, planner, kits(3))
    with pytest.raises(Stale):
        change(world, planner, kits(5))
    assert kits_of(RulesInForce().of(world)) == 3


@pytest.mark.database("sqlite")
def test_who_was_faster_is_told_before_what_is_wrong(world: World, planner: Caller) -> None:
    change(world, planner, kits(3))
    with pytest.raises(Stale):
        change(world, planner, kits(0))
    with pytest.raises(RefusedEdition):
        change(world, planner, kits(0), seen=1)


@pytest.mark.database("sqlite")
def test_the_same_form_sent_twice_makes_one_edition(world: World, planner: Caller) -> None:
    assert change(world, planner, kits(3))
    assert change(world, planner, kits(3)) is None
    assert len(list_editions(world, TEAMS)) == 2


def test_of_editors_at_the_same_moment_one_wins(world: World, planner: Caller) -> None:
    def try_it(count: int) -> bool:
        try:
            return change(world, planner, kits(count)) is not None
        except Conflict:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(try_it, (3, 4, 5, 6))) == 1
    assert [edition.head.number for edition in list_editions(world, TEAMS)] == [1, 0]


def test_a_change_and_its_record_are_one(world: World, planner: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    change(world, planner, kits(3))
    recorded = [row for row in rows(world, "audit") if "edit_rules" in row]
    assert len(recorded) == 1
    assert "Surat tugas" not in str(recorded), "the record holds a digest; the words stand in the edition"

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("as if the log could not be written")

    monkeypatch.setattr("mobile_passport.services.rules.editions.write_audit", fail)
    with pytest.raises(RuntimeError):
        change(world, planner, kits(4), seen=1)
    assert len(list_editions(world, TEAMS)) == 2


def test_nobody_changes_what_was(world: World, planner: Caller) -> None:
    change(world, planner, kits(3))
    for statement in ("UPDATE rule_edition SET reason = 'other'", "DELETE FROM rule_edition"):
        with pytest.raises(DBAPIError, match="append-only"), world.database.transaction() as session:
            session.execute(text(statement))


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_change_without_a_reason_is_refused(world: World, planner: Caller, reason: str) -> None:
    with pytest.raises(RefusedEdition) as refusal:
        change(world, planner, kits(3), reason=reason)
    assert [one.where for one in refusal.value.findings] == [("reason",)]
    assert list_editions(world, TEAMS) == ()


@pytest.mark.database("sqlite")
def test_who_plans_does_not_decide_the_order_and_who_decides_does_not_plan(world: World, planner: Caller) -> None:
    supervisor = account(world, Role.SUPERVISOR)
    for caller, name in ((planner, "rank"), (planner, "service"), (supervisor, "teams"), (supervisor, "calendar")):
        with pytest.raises(Forbidden):
            change(world, caller, lambda _: None, document=DOCUMENTS[name])


@pytest.mark.database("sqlite")
def test_each_document_reaches_what_works_by_it(world: World) -> None:
    supervisor = account(world, Role.SUPERVISOR)
    sourced = {"source": "Keputusan 1", "as_of_date": "2026-11-25"}

    def edit(name: str, part: str, **typed: str) -> EditionHead | None:
        return change(world, supervisor, lambda all_: all_[part].update(typed | sourced), document=DOCUMENTS[name])

    edit("booking", "holds", lead_days="20")
    edit("sending", "hours", opens="09:00")
    edit("service", "minimum", per_location_day="25")
    follower, desk = RulesInForce(), build_desk(world, Settings())
    present = follower.of(world)
    assert present.booking_rules.holds.lead_days == 20
    assert present.rulebook.service.minimum.per_location_day == 25
    assert present.rulebook.messages.hours.opens.hour == 9
    assert present.rulebook.messages.kind(Says.SLOT) is world.rulebook.messages.kind(Says.SLOT), "wording is the file's"
    assert follower.desk_of(world, desk).rules.hours.opens.hour == 9
    assert follower.desk_of(world, desk) is follower.desk_of(world, desk)
    assert edition_in_force(present, DOCUMENTS["booking"])
    assert edition_in_force(present, TEAMS) is None


@pytest.mark.database("sqlite")
def test_a_draft_made_by_older_rules_is_not_published(world: World, planner: Caller) -> None:
    head = plan_outreach(world, QUICK, actor="test", now=NOW)
    change(world, planner, kits(3))
    with pytest.raises(StaleDraft) as refusal:
        publish_plan(RulesInForce().of(world), head.version, expected=None, actor="test", now=NOW)
    assert [point.code for point in refusal.value.points] == ["rules_changed"]
    with pytest.raises(StaleDraft, match="the rules changed a moment ago"):
        publish_plan(world, head.version, expected=None, actor="test", now=NOW)  # began before the change


@pytest.mark.database("sqlite")
def test_an_edition_that_this_version_cannot_read_is_named_and_not_passed_over(world: World, planner: Caller) -> None:
    change(world, planner, kits(3))
    statement = text(
        "INSERT INTO rule_edition (id, kanim, document, number, content, reason, actor, at) "
        "SELECT :id, kanim, document, 2, '{}', reason, actor, at FROM rule_edition WHERE number = 1"
    )
    with world.database.transaction() as session:
        session.execute(statement, {"id": "0" * 32})
    with pytest.raises(InvalidRules, match="teams, edition 2 in the database: teams: Field required"):
        RulesInForce().of(world)
    assert [edition.rules is None for edition in list_editions(world, TEAMS)] == [True, False, False]


@pytest.mark.database("sqlite")
def test_an_office_does_not_see_the_editions_of_another(world: World, planner: Caller) -> None:
    change(world, planner, kits(3))
    other = replace(world, rulebook=replace(world.rulebook, kanim="malang"))
    assert RulesInForce().of(other) is other
