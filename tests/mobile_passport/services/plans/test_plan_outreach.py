from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from mobile_passport.domain.outreach_plan import OutreachVisit, RouteStop, Unserved
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.status import PlanStatus
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.rules.planning import Deadline
from mobile_passport.services.plans.plan_outreach import plan_outreach
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from optimizer.check import check
from optimizer.wire import read_plan, read_problem
from tests.mobile_passport.services.seasons import NOW, QUICK, letter, person, rows, small_season


def planned(world: World) -> tuple[OutreachVisit, ...]:
    head = plan_outreach(world, QUICK, actor="test", now=NOW)
    with world.database.reading() as session:
        return Plans(session, world.kanim).visits(head.version).visits


def test_everybody_who_waits_is_in_the_plan_once_with_a_slot_or_a_reason(world: World) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)
    visits = planned(world)
    people = Counter(member.applicant_id for visit in visits for member in visit.members)
    assert len(people) == 66
    assert set(people.values()) == {1}
    for visit in visits:
        assert all((member.slot_at is not None) == isinstance(visit.outcome, RouteStop) for member in visit.members)


def test_slots_lie_within_the_visit_after_set_up_and_never_in_the_break(world: World) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)
    setup = timedelta(minutes=world.rulebook.service.site.setup_minutes)
    checked = 0
    for visit in planned(world):
        if isinstance(visit.outcome, RouteStop) and visit.kind is VisitKind.COLLECTIVE:
            for member in visit.members:
                assert member.slot_at is not None
                assert visit.outcome.starts_at + setup <= member.slot_at < visit.outcome.ends_at
                checked += 1
    assert checked == 64


def test_groups_too_small_alone_are_pooled_to_the_minimum(world: World) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)
    pooled = [visit for visit in planned(world) if visit.kind is VisitKind.COLLECTIVE]
    assert sorted(sum(len(v.members) for v in pooled if v.place == place) for place in {v.place for v in pooled}) in (
        [32, 32],
        [64],
    )
    assert all(visit.waiver is None for visit in pooled)


def test_a_small_group_of_the_young_alone_is_not_served_and_told_why(world: World) -> None:
    few = [person(n, birth_date=date(1995, 5, 5)) for n in range(1, 6)]
    import_requests((letter("1", "Desa Besole, Kec. Besuki, Tulungagung", few),), world, actor="test", now=NOW)
    (visit,) = planned(world)
    assert isinstance(visit.outcome, Unserved)
    assert visit.outcome.code in ("below_minimum", "minimum_out_of_reach")


def test_the_same_small_group_of_the_elderly_is_served_with_a_waiver(world: World) -> None:
    few = [person(n) for n in range(1, 6)]
    import_requests((letter("1", "Desa Besole, Kec. Besuki, Tulungagung", few),), world, actor="test", now=NOW)
    (visit,) = planned(world)
    assert isinstance(visit.outcome, RouteStop)
    assert visit.waiver == "vulnerable_group"


def test_a_deadline_is_kept_and_one_too_near_is_a_reason(world: World) -> None:
    people = [person(n) for n in range(1, 35)]
    soon = letter("1", "Desa Karangsono, Kec. Kanigoro", people, deadline_date=date(2026, 12, 4))
    late = letter("2", "Desa Pojok, Kec. Garum", [person(n) for n in range(101, 140)], deadline_date=date(2026, 11, 27))
    import_requests((soon, late), world, actor="test", now=NOW)
    outcomes = {visit.members[0].applicant_id: visit.outcome for visit in planned(world)}
    served = [outcome for outcome in outcomes.values() if isinstance(outcome, RouteStop)]
    refused = [outcome for outcome in outcomes.values() if isinstance(outcome, Unserved)]
    assert served
    assert all(stop.starts_at.date() <= date(2026, 12, 4) for stop in served)
    assert {outcome.code for outcome in refused} == {"no_day_before_deadline"}


def test_a_letter_without_a_deadline_has_that_of_its_category(world: World) -> None:
    passed = Deadline(
        category=Category.HAJJ, last_date=date(2026, 11, 30), source="test", as_of_date=date(2026, 11, 24)
    )
    planning = replace(world.rulebook.planning, deadlines=(passed,))
    pressed = replace(world, rulebook=replace(world.rulebook, planning=planning))
    village = "Desa Karangsono, Kec. Kanigoro"
    hajj = letter("1", village, [person(n) for n in range(1, 35)])
    umrah = letter("2", village, [person(n) for n in range(101, 135)], category=Category.UMRAH)
    import_requests((hajj, umrah), world, actor="test", now=NOW)
    codes = {visit.outcome.code for visit in planned(pressed) if isinstance(visit.outcome, Unserved)}
    assert codes == {"no_day_before_deadline"}
    assert [visit for visit in planned(pressed) if isinstance(visit.outcome, RouteStop)]


def test_a_group_too_large_for_a_day_is_split_and_no_family_is_parted(world: World) -> None:
    people = [person(n, party=f"K{n // 4}") for n in range(1, 121)]
    import_requests((letter("1", "Desa Karangsono, Kec. Kanigoro", people),), world, actor="test", now=NOW)
    visits = planned(world)
    assert len(visits) >= 2
    with world.database.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT a.party, COUNT(DISTINCT m.plan_visit_id) FROM plan_member m "
            "JOIN applicant a ON a.id = m.applicant_id GROUP BY a.party"
        ).all()
    assert {sessions for _, sessions in found} == {1}


def test_what_is_stored_passes_the_independent_check(world: World) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)
    head = plan_outreach(world, QUICK, actor="test", now=NOW)
    with world.database.reading() as session:
        problem_json, plan_json = Plans(session, world.kanim).documents(head.version)
    assert check(read_problem(problem_json), read_plan(plan_json)).violations == ()


def test_equal_inputs_make_no_second_draft(world: World) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)
    first = plan_outreach(world, QUICK, actor="test", now=NOW)
    assert plan_outreach(world, QUICK, actor="test", now=NOW + timedelta(hours=1)) == first
    assert len(rows(world, "plan")) == 1


def test_after_publication_nothing_is_planned_until_something_changes(published: World) -> None:
    head = plan_outreach(published, QUICK, actor="test", now=NOW)
    assert (head.version, head.status) == (1, PlanStatus.PUBLISHED)
    new = letter("9", "Desa Pojok, Kec. Garum", [person(n) for n in range(900, 935)], category=Category.UMRAH)
    import_requests((new,), published, actor="test", now=NOW)
    assert plan_outreach(published, QUICK, actor="test", now=NOW).version == 2


def test_an_office_without_requests_gets_an_empty_plan(world: World) -> None:
    head = plan_outreach(world, QUICK, actor="test", now=NOW)
    with world.database.reading() as session:
        assert Plans(session, world.kanim).visits(head.version).visits == ()
