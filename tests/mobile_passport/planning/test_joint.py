from dataclasses import replace

from mobile_passport.domain.demand import Demand
from mobile_passport.planning.draft import Draft, make_draft
from mobile_passport.planning.gathering import BY_THE_RULES
from mobile_passport.planning.joint import best_answer
from mobile_passport.planning.question import Question, ask
from mobile_passport.rules.rulebook import Rulebook
from optimizer.check import check
from optimizer.solve import SolveParams
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

QUICK = SolveParams(time_limit_s=None, work_limit=200, seed=1, threads=1)
SLOROK, TAWANGSARI = village("350511", "Slorok"), village("350511", "Tawangsari")
REGISTER = tuple(venue(code, at) for code, at in zip("ABCD", (GARUM, POJOK, SLOROK, TAWANGSARI), strict=True))
REQUESTS = (
    request(1, 31, GARUM),
    request(2, 33, SLOROK),
    bringing(with_people(request(3, 6, POJOK), born=OLD), "Gedung B"),
    bringing(with_people(request(4, 5, TAWANGSARI), born=OLD), "Gedung D"),
)
DEMAND = Demand(requests=REQUESTS, promises=(), venues=REGISTER)


def draft(rulebook: Rulebook) -> Draft:
    return make_draft(DEMAND, TIMETABLE, rulebook, GAZETTEER, TRAVEL, QUICK)


def worth(made: Draft) -> float:
    return made.plan.objective - RULEBOOK.planning.gathering.travel_cost_per_person_hour * made.hours


def switched_off() -> Rulebook:
    joint = replace(RULEBOOK.planning.joint, enabled=False)
    return replace(RULEBOOK, planning=replace(RULEBOOK.planning, joint=joint))


def test_deciding_together_is_worth_no_less_than_one_after_the_other() -> None:
    together, apart = draft(RULEBOOK), draft(switched_off())
    assert worth(together) >= worth(apart)
    assert check(together.problem, together.plan).violations == ()


def test_switched_off_there_are_no_other_venues_to_choose_from() -> None:
    gathered = replace(gatherer(REGISTER), rulebook=switched_off()).gather(REQUESTS)
    assert all(not one.others for one in gathered[0])


def test_a_session_with_other_venues_is_one_group_of_which_one_visit_is_planned() -> None:
    made = draft(RULEBOOK)
    group_of = {visit.id: visit.groups for visit in made.problem.visits}
    planned = [group_of[stop.visit] for route in made.plan.routes for stop in route.stops]
    assert len(planned) == len(set(planned))


def test_ways_that_ask_the_same_are_planned_once_and_the_first_one_counts() -> None:
    asked: list[Question] = []

    def way() -> Question:
        asked.append(ask(gatherer(REGISTER).gather(REQUESTS, BY_THE_RULES), (), TIMETABLE, RULEBOOK, TRAVEL))
        return asked[-1]

    answer = best_answer([way, way], TIMETABLE, RULEBOOK, QUICK)
    assert len(asked) == 2
    assert answer.question is asked[0]


def test_a_venue_on_the_way_of_the_team_is_chosen_for_a_few_people_and_they_are_told_that_one() -> None:
    # Three people travel 1215 s: 3 · 4 · 1215 / 3600 = 4.05 points. The team's way to the office is 2062 s instead of
    # 2591 s, there and back: 2 · 20 · 529 / 3600 = 5.9 points.
    few = with_people(request(1, 3, GARUM), born=OLD)
    on_the_way = venue("B", village("357201", "Kepanjenlor"))
    demand = Demand(requests=(few,), promises=(), venues=(venue("A", GARUM), on_the_way))
    labels = []
    for rulebook in (RULEBOOK, switched_off()):
        (visit,) = make_draft(demand, TIMETABLE, rulebook, GAZETTEER, TRAVEL, QUICK).outreach.visits
        labels.append(visit.place.label)
    assert labels == ["Gedung B", "Gedung A"]
