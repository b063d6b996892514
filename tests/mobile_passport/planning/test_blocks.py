from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.domain.demand import Demand, WaitingRequest
from mobile_passport.domain.outreach_plan import OutreachVisit, RouteStop
from mobile_passport.domain.venue import Venue
from mobile_passport.geo.gazetteer import Village
from mobile_passport.planning.blocks import in_blocks, large_groups
from mobile_passport.planning.draft import make_draft
from mobile_passport.planning.question import Question, ask
from mobile_passport.planning.sessions import parties_of
from mobile_passport.planning.sites import Site
from mobile_passport.planning.sizing import PART_OF_LARGE_GROUP
from optimizer.check import check
from optimizer.solve import SolveParams, solve
from tests.mobile_passport.planning.invented import (
    GARUM,
    GAZETTEER,
    OLD,
    POJOK,
    RULEBOOK,
    TIMETABLE,
    TRAVEL,
    YOUNG,
    gatherer,
    request,
    venue,
    with_people,
)

QUICK = SolveParams(time_limit_s=None, work_limit=1, seed=1, threads=1)
PLACES = (GARUM, POJOK)
REGISTER = (venue("A", GARUM, capacity_a_day=35), venue("B", POJOK, capacity_a_day=90))


def question_of(*requests: WaitingRequest) -> Question:
    return ask(gatherer(REGISTER[:1]).gather(requests), (), TIMETABLE, RULEBOOK, TRAVEL)


def draft_visits(requests: Sequence[WaitingRequest], venues: tuple[Venue, ...] = REGISTER) -> tuple[OutreachVisit, ...]:
    demand = Demand(requests=tuple(requests), promises=(), venues=venues)
    return make_draft(demand, TIMETABLE, RULEBOOK, GAZETTEER, TRAVEL, QUICK).outreach.visits


def broken_rules(requests: Sequence[WaitingRequest], visits: Sequence[OutreachVisit]) -> set[str]:
    """Judge a draft without any code of planning: which of its rules are broken."""
    people = {person.id: person for asked in requests for person in asked.people}
    party_of = {
        person.id: (asked.reference, person.party) for asked in requests for person in asked.people if person.party
    }
    capacity = {f"Gedung {code}": venue.capacity_a_day for code, venue in (("A", REGISTER[0]), ("B", REGISTER[1]))}
    broken: set[str] = set()
    on_day: dict[tuple[str, date], int] = {}
    visit_of_party: dict[object, str] = {}
    at_place: dict[str, int] = {}
    for visit in visits:
        at_place[visit.place.label] = at_place.get(visit.place.label, 0) + len(visit.members)
        for member in visit.members:
            party = party_of.get(member.applicant_id)
            if party and visit_of_party.setdefault(party, visit.visit) != visit.visit:
                broken.add("family split")
    for visit in visits:
        if not isinstance(visit.outcome, RouteStop):
            continue
        key = (visit.place.label, visit.outcome.starts_at.date())
        on_day[key] = on_day.get(key, 0) + len(visit.members)
        old = sum(people[member.applicant_id].birth_date == OLD for member in visit.members)
        few = len(visit.members) < 30
        if few and at_place[visit.place.label] < 30 and old * 2 < len(visit.members):
            broken.add("minimum")
        if few != (visit.waiver is not None):
            broken.add("waiver without reason, or reason without waiver")
    if any(count > capacity.get(label, count) for (label, _), count in on_day.items()):
        broken.add("capacity")
    return broken


def test_the_days_of_a_large_group_follow_each_other() -> None:
    asked = question_of(with_people(request(1, 100, GARUM), party_of=5))
    first = solve(asked.problem, QUICK)
    (group,) = large_groups(asked, first, TIMETABLE)
    assert len(group.parts) == 3
    held = in_blocks(asked, [group], TIMETABLE)
    plan = solve(held.problem, QUICK)
    assert check(held.problem, plan).violations == ()
    (again,) = large_groups(held, plan, TIMETABLE)
    assert again.is_consecutive


def test_days_that_follow_each_other_are_kept_and_others_stay_free() -> None:
    asked = question_of(with_people(request(1, 100, GARUM), party_of=5), request(2, 30, POJOK))
    plan = solve(asked.problem, QUICK)
    held = in_blocks(asked, large_groups(asked, plan, TIMETABLE), TIMETABLE)
    free = {s.visit for s, options in held.sessions if sum(len(o.visit.windows) for o in options) > 2}
    large = {s.visit for group in large_groups(asked, plan, TIMETABLE) for s, _ in group.parts}
    assert not free & large


def test_a_group_that_is_not_planned_has_no_days_in_a_row() -> None:
    asked = question_of(request(1, 100, GARUM))
    groups = large_groups(asked, None, TIMETABLE)
    assert groups
    assert not any(group.is_consecutive for group in groups)


def test_a_part_of_a_large_group_below_the_minimum_says_so() -> None:
    visits = draft_visits([request(1, 40, GARUM)], (replace(REGISTER[0], capacity_a_day=30),))
    assert {len(visit.members) for visit in visits} == {20}
    assert {visit.waiver for visit in visits} == {PART_OF_LARGE_GROUP}


@settings(derandomize=True, deadline=None, max_examples=12)
@given(
    st.lists(
        st.tuples(st.integers(1, 80), st.sampled_from(PLACES), st.sampled_from([OLD, YOUNG]), st.integers(1, 5)),
        min_size=1,
        max_size=4,
    )
)
def test_whoever_asks_no_rule_of_gathering_is_broken(asked: list[tuple[int, Village, date, int]]) -> None:
    requests = [
        with_people(request(number, people, at), born=born, party_of=size)
        for number, (people, at, born, size) in enumerate(asked, start=1)
    ]
    visits = draft_visits(requests)
    assert broken_rules(requests, visits) == set()
    members = [member.applicant_id for visit in visits for member in visit.members]
    assert len(members) == len(set(members)) == sum(len(one.people) for one in requests)


TUESDAY = date(2026, 12, 8)  # both teams go out
LARGE = [with_people(request(1, 104, GARUM, wished_dates=(TUESDAY,)), party_of=5)]
SMALL = [request(1, 12, GARUM)]


@pytest.mark.parametrize(
    ("mutant", "requests", "rule"),
    [
        ("minimum ignored", SMALL, "minimum"),
        ("family split", LARGE, "family split"),
        ("capacity off by one", [request(1, 36, GARUM)], "capacity"),
        ("two sessions on one day", LARGE, "capacity"),
    ],
)
def test_the_judge_catches_planted_errors(
    mutant: str, requests: list[WaitingRequest], rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_a = REGISTER[:1]
    assert broken_rules(requests, draft_visits(requests, only_a)) == set()
    rulebook = RULEBOOK
    if mutant == "minimum ignored":
        minimum = replace(RULEBOOK.service.minimum, per_location_day=1)
        rulebook = replace(RULEBOOK, service=replace(RULEBOOK.service, minimum=minimum))
    elif mutant == "family split":
        monkeypatch.setattr(
            "mobile_passport.planning.sizing.parties_of",
            lambda asked: tuple((one,) for party in parties_of(asked) for one in party),
        )
    elif mutant == "capacity off by one":
        monkeypatch.setattr(Site, "takes", lambda site, people: people <= (site.capacity_a_day or people) + 1)
    else:
        monkeypatch.setattr("mobile_passport.planning.sizing._closed_dates", lambda *_: frozenset())
        monkeypatch.setattr("mobile_passport.planning.answer.in_blocks", lambda question, *_: question)
    demand = Demand(requests=tuple(requests), promises=(), venues=only_a)
    visits = make_draft(demand, TIMETABLE, rulebook, GAZETTEER, TRAVEL, QUICK).outreach.visits
    assert rule in broken_rules(requests, visits)
