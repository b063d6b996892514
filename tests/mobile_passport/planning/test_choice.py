"""Own venues, pooled venues and groups apart, chosen in one problem with the routes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.domain.demand import Demand, WaitingRequest
from mobile_passport.domain.venue import Venue
from mobile_passport.planning.choice import choose, offers, problem_of_choice
from mobile_passport.planning.draft import Draft, make_draft
from mobile_passport.planning.gathering import Gatherer
from mobile_passport.planning.question import ask
from mobile_passport.planning.sessions import Gathering
from mobile_passport.rules.rulebook import Rulebook
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
    bringing,
    gatherer,
    request,
    venue,
    village,
    with_people,
)

QUICK = SolveParams(time_limit_s=None, work_limit=600, seed=1, threads=1)
SLOROK, TAWANGSARI = village("350511", "Slorok"), village("350511", "Tawangsari")
REGISTER = tuple(venue(code, at) for code, at in zip("ABCD", (GARUM, POJOK, SLOROK, TAWANGSARI), strict=True))
REQUESTS = (
    request(1, 31, GARUM),
    request(2, 33, SLOROK),
    bringing(with_people(request(3, 6, POJOK), born=OLD), "Gedung B"),
    bringing(with_people(request(4, 5, TAWANGSARI), born=OLD), "Gedung D"),
)


def draft(
    requests: Sequence[WaitingRequest] = REQUESTS, venues: Sequence[Venue] = REGISTER, rulebook: Rulebook = RULEBOOK
) -> Draft:
    demand = Demand(requests=tuple(requests), promises=(), venues=tuple(venues))
    return make_draft(demand, TIMETABLE, rulebook, GAZETTEER, TRAVEL, QUICK)


def worth(made: Draft) -> float:
    return made.plan.objective - RULEBOOK.planning.gathering.travel_cost_per_person_hour * made.hours


def switched_off() -> Rulebook:
    joint = replace(RULEBOOK.planning.joint, enabled=False)
    return replace(RULEBOOK, planning=replace(RULEBOOK.planning, joint=joint))


def sites(gatherings: Sequence[Gathering]) -> set[tuple[str, tuple[int, ...]]]:
    """Name gatherings by place and the people of their requests."""
    return {(one.site.place.label, tuple(sorted(len(asked.people) for asked in one.requests))) for one in gatherings}


def priced(able: Gatherer, cost_per_hour: float) -> Gatherer:
    """The same with another price of people's travel."""
    rules = replace(RULEBOOK.planning.gathering, travel_cost_per_person_hour=cost_per_hour)
    return replace(able, rulebook=replace(RULEBOOK, planning=replace(RULEBOOK.planning, gathering=rules)))


def test_own_venues_pooled_venues_and_groups_apart_are_offered_side_by_side() -> None:
    offered = sites(offers(gatherer(REGISTER), REQUESTS))
    assert {("Gedung B", (6,)), ("Gedung D", (5,))} <= offered  # each at the venue that it brings
    assert ("Gedung A", (31,)) in offered
    assert any(len(people) > 1 for _, people in offered)


def test_who_may_not_come_alone_is_not_offered_alone() -> None:
    few = request(5, 12, GARUM)
    offered = sites(offers(gatherer(REGISTER), (*REQUESTS, few)))
    assert all(people != (12,) for _, people in offered)
    assert any(12 in people for _, people in offered)


@pytest.mark.parametrize(("cost_per_hour", "gatherings"), [(0.0, 1), (1000.0, 2)])
def test_two_groups_come_together_when_travel_is_cheap_and_apart_when_it_is_dear(
    cost_per_hour: float, gatherings: int
) -> None:
    # Together one team goes out once for both: half a day and a way less. Apart nobody leaves the own village.
    pair = [with_people(request(number, 6, at), born=OLD) for number, at in ((1, GARUM), (2, SLOROK))]
    able = priced(gatherer(REGISTER), cost_per_hour)
    chosen = choose(able, offers(able, pair), (), QUICK)
    assert len(chosen) == gatherings
    assert Counter(one.reference for gathering in chosen for one in gathering.requests).most_common(1)[0][1] == 1


def test_gatherings_of_a_request_exclude_each_other_but_days_of_one_gathering_do_not() -> None:
    large = request(1, 100, GARUM)
    able = gatherer([venue("A", GARUM, capacity_a_day=90), venue("B", POJOK, capacity_a_day=100)])
    offered = offers(able, [large])
    question = ask((offered, ()), (), TIMETABLE, RULEBOOK, TRAVEL)
    assert sites(offered) == {("Gedung A", (100,)), ("Gedung B", (100,))}
    groups = {session.visit: options[0].visit.groups for session, options in question.sessions}
    problem = problem_of_choice(question, RULEBOOK)
    shared = {visit.id.partition("/")[0]: visit.groups for visit in problem.visits}
    assert all(one.isdisjoint(other) for one in groups.values() for other in groups.values() if one != other)
    for one, (first, _) in zip(question.gatherings, question.sessions, strict=True):
        for other, (second, _) in zip(question.gatherings, question.sessions, strict=True):
            if first is not second:
                assert shared[first.visit].isdisjoint(shared[second.visit]) == (one is other)


def test_a_gathering_of_two_days_keeps_only_the_requests_that_do_not_go_elsewhere() -> None:
    here, there = request(1, 50, GARUM), request(2, 50, POJOK)
    able = priced(gatherer([venue("A", GARUM), venue("B", POJOK)]), 1000.0)
    sites_of = {site.place.label: site for site in able.sites.near([here, there])}
    both = able.gathering_at(sites_of["Gedung A"], (here, there))
    chosen = choose(able, [both, able.gathering_at(sites_of["Gedung B"], (there,))], (), QUICK)
    assert [one.requests for one in chosen] == [(here,), (there,)]


def test_the_people_of_a_request_are_never_at_two_places() -> None:
    problem = problem_of_choice(
        ask((offers(gatherer(REGISTER), REQUESTS), ()), (), TIMETABLE, RULEBOOK, TRAVEL), RULEBOOK
    )
    plan = solve(problem, QUICK)
    assert check(problem, plan).violations == ()
    made = draft()
    members = [member.applicant_id for visit in made.outreach.visits for member in visit.members]
    assert len(members) == len(set(members)) == sum(len(one.people) for one in REQUESTS)


@settings(derandomize=True, deadline=None, max_examples=8)
@given(
    st.lists(
        st.tuples(st.integers(1, 90), st.sampled_from([GARUM, POJOK, SLOROK]), st.booleans()), min_size=1, max_size=5
    )
)
def test_chosen_gatherings_keep_the_rules_and_share_nobody(asked: list[tuple[int, object, bool]]) -> None:
    requests = [
        with_people(request(number, people, at), born=OLD) if old else request(number, people, at)  # type: ignore[arg-type]
        for number, (people, at, old) in enumerate(asked, start=1)
    ]
    able = gatherer(REGISTER)
    chosen = choose(able, offers(able, requests), (), replace(QUICK, work_limit=100))
    references = [one.reference for gathering in chosen for one in gathering.requests]
    assert len(references) == len(set(references))
    assert all(able.may_come_together(gathering.requests) for gathering in chosen)
    gathered, ungathered = able.gather_rest(chosen, requests)
    people = sum(len(one.people) for gathering in gathered for one in gathering.requests)
    assert people + sum(len(visit.members) for visit in ungathered) == sum(len(one.people) for one in requests)


def test_deciding_together_is_worth_no_less_than_one_after_the_other() -> None:
    together, apart = draft(), draft(rulebook=switched_off())
    assert worth(together) >= worth(apart)
    assert check(together.problem, together.plan).violations == ()


def test_a_venue_on_the_way_of_the_team_is_chosen_for_a_few_people_and_they_are_told_that_one() -> None:
    # Three people travel 1215 s: 3 · 4 · 1215 / 3600 = 4.05 points. The team's way to the office is 2062 s instead of
    # 2591 s, there and back: 2 · 20 · 529 / 3600 = 5.9 points.
    few = with_people(request(1, 3, GARUM), born=OLD)
    register = (venue("A", GARUM), venue("B", village("357201", "Kepanjenlor")))
    for rulebook, label in ((RULEBOOK, "Gedung B"), (switched_off(), "Gedung A")):
        (visit,) = draft([few], register, rulebook).outreach.visits
        assert visit.place.label == label
