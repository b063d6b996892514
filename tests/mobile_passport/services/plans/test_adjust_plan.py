"""A planner changes a draft by hand: what is allowed changes only what it says, what is not names its rule."""

import json

import pytest

from mobile_passport.domain.access import Caller, Role
from mobile_passport.domain.outreach_plan import OutreachVisit, RouteStop
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.planning.adjust import CannotAdjust, Change, ChangeKind
from mobile_passport.services.plans.adjust_plan import (
    DraftBranched,
    NoDraft,
    accept_adjustment,
    held_visits,
    preview_adjustment,
)
from mobile_passport.services.plans.other_drafts import find_other_drafts
from mobile_passport.services.plans.publish_plan import StaleDraft, publish_plan
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from optimizer.check import check
from optimizer.wire import read_plan, read_problem
from tests.accounts import account
from tests.mobile_passport.services.seasons import (
    DRAFT,
    NOW,
    letter,
    person,
    rows,
)


@pytest.fixture
def planner(drafted: World) -> Caller:
    """Who plans."""
    return account(drafted, Role.PLANNER)


def visits(world: World, version: int = DRAFT) -> dict[str, OutreachVisit]:
    with world.database.reading() as session:
        return {one.visit: one for one in Plans(session, world.kanim).visits(version).visits}


def stop(visit: OutreachVisit) -> RouteStop:
    assert isinstance(visit.outcome, RouteStop)
    return visit.outcome


def free(world: World) -> OutreachVisit:
    """A visit that nobody was told of."""
    told = held_visits(world, DRAFT).promised
    return next(one for name, one in sorted(visits(world).items()) if name not in told)


def promised(world: World) -> OutreachVisit:
    return next(one for name, one in sorted(visits(world).items()) if name in held_visits(world, DRAFT).promised)


def empty_shift(world: World) -> str:
    """A shift of the team of the free visit on which nobody goes out yet, late enough to be told."""
    taken = {stop(one).shift for one in visits(world).values()}
    with world.database.reading() as session:
        problem = read_problem(Plans(session, world.kanim).documents(DRAFT)[0])
    able = {w.start_s // 86_400 for v in problem.visits if free(world).visit in v.groups for w in v.windows}
    team = stop(free(world)).team
    return next(s.id for s in problem.shifts if s.team == team and s.id not in taken and s.start_s // 86_400 in able)


def move(world: World, shift: str) -> Change:
    return Change(kind=ChangeKind.MOVE, visit=free(world).visit, shift=shift)


def refused(world: World, change: Change) -> set[str]:
    before = rows(world, "plan")
    with pytest.raises(CannotAdjust) as refusal:
        preview_adjustment(world, DRAFT, change, now=NOW)
    assert rows(world, "plan") == before
    return {point.code for point in refusal.value.points}


def test_a_move_changes_the_visit_that_it_names_and_no_other(drafted: World, planner: Caller) -> None:
    before, target = visits(drafted), empty_shift(drafted)
    name = free(drafted).visit
    effect = preview_adjustment(drafted, DRAFT, move(drafted, target), now=NOW)
    assert [(one.visit, one.after and one.after.shift) for one in effect.moved] == [(name, target)]
    assert effect.after.people == effect.before.people
    head = accept_adjustment(drafted, DRAFT, move(drafted, target), seen=0, caller=planner, now=NOW)
    after = visits(drafted, head.version)
    assert stop(after.pop(name)).shift == target
    assert visits(drafted) == before, "the draft it was made from stays"
    before.pop(name)
    assert after == before


def test_people_of_a_moved_visit_get_slots_on_the_new_day(drafted: World, planner: Caller) -> None:
    head = accept_adjustment(drafted, DRAFT, move(drafted, empty_shift(drafted)), seen=0, caller=planner, now=NOW)
    moved = visits(drafted, head.version)[free(drafted).visit]
    zone = drafted.rulebook.office.zone
    day = stop(moved).starts_at.astimezone(zone).date()
    assert stop(moved).shift.endswith(day.isoformat())
    assert {member.slot_at.astimezone(zone).date() for member in moved.members if member.slot_at} == {day}
    assert all(member.slot_at for member in moved.members)


def test_an_adjusted_draft_passes_the_judge_and_can_be_published(drafted: World, planner: Caller) -> None:
    head = accept_adjustment(drafted, DRAFT, move(drafted, empty_shift(drafted)), seen=0, caller=planner, now=NOW)
    with drafted.database.reading() as session:
        problem, plan = Plans(session, drafted.kanim).documents(head.version)
    assert check(read_problem(problem), read_plan(plan)).violations == ()
    publication = publish_plan(drafted, head.version, expected=1, actor="test", now=NOW)
    assert (publication.promised, publication.changed, publication.cancelled) == (79, 0, 0)


def test_the_log_says_what_was_changed_and_from_which_version(drafted: World, planner: Caller) -> None:
    target = empty_shift(drafted)
    accept_adjustment(drafted, DRAFT, move(drafted, target), seen=0, caller=planner, now=NOW)
    with drafted.database.engine.connect() as connection:
        query = "SELECT detail FROM audit WHERE action = 'draft_plan' ORDER BY seq DESC LIMIT 1"
        detail = json.loads(connection.exec_driver_sql(query).scalar_one())
    assert (detail["adjusted_from"], detail["change"], detail["shift"]) == (DRAFT, "move", target)


def test_a_day_too_soon_is_refused_by_the_rule_it_breaks(drafted: World) -> None:
    team = stop(free(drafted)).team
    assert refused(drafted, move(drafted, f"{team}/2026-11-25")) == {"outside_window"}


def test_a_full_day_is_refused_by_the_rules_it_breaks(drafted: World, planner: Caller) -> None:
    other = next(one for name, one in visits(drafted).items() if name != free(drafted).visit and len(one.members) > 30)
    codes = refused(drafted, move(drafted, stop(other).shift))
    assert codes <= {"outside_window", "too_early", "late_return", "skill_missing"}
    assert codes


@pytest.mark.parametrize("kind", [ChangeKind.MOVE, ChangeKind.FORBID, ChangeKind.LOCK, ChangeKind.UNLOCK])
def test_a_promise_cannot_be_touched(drafted: World, kind: ChangeKind) -> None:
    told = promised(drafted)
    day = stop(told).starts_at.astimezone(drafted.rulebook.office.zone).date()
    change = Change(kind=kind, visit=told.visit, shift=empty_shift(drafted), day=day)
    assert refused(drafted, change) == {"promised"}


def test_a_forbidden_day_sends_the_visit_to_another_one_and_holds_for_later_moves(
    drafted: World, planner: Caller
) -> None:
    one = free(drafted)
    zone = drafted.rulebook.office.zone
    day = stop(one).starts_at.astimezone(zone).date()
    change = Change(kind=ChangeKind.FORBID, visit=one.visit, day=day)
    head = accept_adjustment(drafted, DRAFT, change, seen=0, caller=planner, now=NOW)
    assert stop(visits(drafted, head.version)[one.visit]).starts_at.astimezone(zone).date() != day
    with pytest.raises(CannotAdjust, match="outside_window"):
        preview_adjustment(drafted, head.version, move(drafted, stop(one).shift), now=NOW)


def test_a_locked_visit_stays_until_it_is_unlocked(drafted: World, planner: Caller) -> None:
    name, target = free(drafted).visit, empty_shift(drafted)
    locked = accept_adjustment(
        drafted, DRAFT, Change(kind=ChangeKind.LOCK, visit=name), seen=0, caller=planner, now=NOW
    )
    assert name in held_visits(drafted, locked.version).locked
    there = Change(kind=ChangeKind.MOVE, visit=name, shift=target)
    with pytest.raises(CannotAdjust, match="locked"):
        preview_adjustment(drafted, locked.version, there, now=NOW)
    opened = accept_adjustment(
        drafted, locked.version, Change(kind=ChangeKind.UNLOCK, visit=name), seen=0, caller=planner, now=NOW
    )
    assert preview_adjustment(drafted, opened.version, there, now=NOW).moved


def test_what_is_no_draft_or_stale_is_not_changed(drafted: World) -> None:
    change = move(drafted, empty_shift(drafted))
    with pytest.raises(NoDraft):
        preview_adjustment(drafted, 1, change, now=NOW)
    late = letter("9/2026", "Desa Pojok, Kec. Garum", [person(n) for n in range(900, 935)])
    import_requests((late,), drafted, actor="test", now=NOW)
    with pytest.raises(StaleDraft):
        preview_adjustment(drafted, DRAFT, change, now=NOW)


def test_the_same_change_of_a_draft_makes_one_draft_however_often_it_is_accepted(
    drafted: World, planner: Caller
) -> None:
    change = Change(kind=ChangeKind.LOCK, visit=free(drafted).visit)
    accepted = [accept_adjustment(drafted, DRAFT, change, seen=0, caller=planner, now=NOW).version for _ in "ab"]
    assert accepted == [DRAFT + 1, DRAFT + 1]
    assert len(rows(drafted, "plan")) == DRAFT + 1


def test_another_change_of_the_same_draft_is_taken_only_from_who_knows_of_the_first(
    drafted: World, planner: Caller
) -> None:
    name, target = free(drafted).visit, empty_shift(drafted)
    accept_adjustment(drafted, DRAFT, Change(kind=ChangeKind.LOCK, visit=name), seen=0, caller=planner, now=NOW)
    with pytest.raises(DraftBranched):
        accept_adjustment(drafted, DRAFT, move(drafted, target), seen=0, caller=planner, now=NOW)
    assert len(rows(drafted, "plan")) == DRAFT + 1
    head = accept_adjustment(drafted, DRAFT, move(drafted, target), seen=DRAFT + 1, caller=planner, now=NOW)
    assert [one.newest.version for one in find_other_drafts(drafted, head.version)] == [DRAFT + 1]
    assert find_other_drafts(drafted, 1) == (), "a published version has no rival"
