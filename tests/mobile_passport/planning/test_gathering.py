from dataclasses import replace

import pytest

from mobile_passport.domain.outreach_plan import Unserved
from mobile_passport.domain.person import Need
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.venue import SurveyState, VenueKind
from mobile_passport.planning.gathering import HOME_VISIT, VULNERABLE_GROUP
from mobile_passport.rules.planning import JointVariant
from optimizer.problem import LatLon
from tests.mobile_passport.planning.invented import (
    GARUM,
    OLD,
    POJOK,
    bringing,
    gatherer,
    request,
    venue,
    village,
    with_people,
)

BESOLE = village("350415", "Besole")  # far in the south-west


def test_neighbours_too_few_alone_come_together_at_a_surveyed_venue() -> None:
    (shared,), unserved = gatherer([venue("A", GARUM)]).gather([request(1, 18, GARUM), request(2, 14, POJOK)])
    assert (shared.site.place.label, shared.site.place.is_surveyed, shared.waiver) == ("Gedung A", True, None)
    assert len(shared.requests) == 2
    assert unserved == ()


@pytest.mark.parametrize(("people", "served"), [(29, False), (30, True)])
def test_the_minimum_of_thirty_is_kept_to_the_person(people: int, served: bool) -> None:
    gathered, unserved = gatherer([venue("A", BESOLE)]).gather([request(1, people, BESOLE)])
    assert (len(gathered), len(unserved)) == ((1, 0) if served else (0, 1))


def test_a_vulnerable_group_below_the_minimum_is_waived_with_the_reason_kept() -> None:
    old = with_people(request(1, 5, BESOLE), born=OLD)
    (alone,), _ = gatherer([venue("A", BESOLE)]).gather([old])
    assert alone.waiver == VULNERABLE_GROUP


def test_a_venue_of_ones_own_is_found_by_name_and_village_whatever_the_spelling() -> None:
    asked = bringing(request(1, 35, GARUM), "gedung  a.")
    (kept,), _ = gatherer([venue("A", GARUM), venue("B", GARUM)]).gather([asked])
    assert (kept.site.place.label, kept.site.capacity_a_day) == ("Gedung A", 60)


def test_a_venue_of_ones_own_that_is_in_no_register_is_proposed() -> None:
    (kept,), _ = gatherer([venue("A", GARUM)]).gather([bringing(request(1, 35, GARUM), "Rumah Pak Lurah")])
    assert (kept.site.place.label, kept.site.place.is_surveyed) == ("Rumah Pak Lurah", False)


@pytest.mark.parametrize(
    "changes", [{"survey_state": SurveyState.UNFIT}, {"step_free": False}], ids=["unfit", "steps, and a wheelchair"]
)
def test_a_venue_of_ones_own_that_does_not_do_is_given_up(changes: dict[str, object]) -> None:
    asked = bringing(with_people(request(1, 35, GARUM), need=Need.WHEELCHAIR), "Gedung A")
    (elsewhere,), _ = gatherer([venue("A", GARUM, **changes), venue("B", POJOK)]).gather([asked])
    assert elsewhere.site.place.label == "Gedung B"


def test_an_unfit_venue_is_never_used() -> None:
    (shared,), _ = gatherer([venue("A", GARUM, survey_state=SurveyState.UNFIT), venue("B", POJOK)]).gather(
        [request(1, 35, GARUM)]
    )
    assert shared.site.place.label == "Gedung B"


@pytest.mark.parametrize(("need", "label"), [(Need.WALKING_AID, "Gedung B"), (Need.HEARING, "Gedung A")])
def test_who_cannot_take_steps_gets_a_venue_without(need: Need, label: str) -> None:
    asked = with_people(request(1, 35, GARUM), need=need)
    (shared,), _ = gatherer([venue("A", GARUM, step_free=False), venue("B", POJOK)]).gather([asked])
    assert shared.site.place.label == label


def test_village_halls_are_proposed_only_where_no_surveyed_venue_is_near() -> None:
    (near,), _ = gatherer([venue("A", POJOK)]).gather([request(1, 35, GARUM)])
    assert near.site.place.label == "Gedung A"
    (far,), _ = gatherer([venue("A", BESOLE)]).gather([request(1, 35, GARUM)])
    assert not far.site.place.is_surveyed
    assert far.site.place.label.startswith(("Balai Desa", "Kantor Kelurahan"))


def test_a_hall_that_the_register_calls_unfit_is_not_proposed_either() -> None:
    halls = [
        venue(f"H{one.code}", one, kind=VenueKind.VILLAGE_HALL, survey_state=SurveyState.UNFIT)
        for one in (GARUM, POJOK)
    ]
    (shared,), _ = gatherer(halls).gather([request(1, 35, GARUM)])
    assert shared.site.place.village_code not in {GARUM.code, POJOK.code}


def test_a_day_of_a_venue_too_small_for_the_minimum_is_for_the_vulnerable_only() -> None:
    small = venue("A", GARUM, capacity_a_day=29)
    young, _ = gatherer([small, venue("B", POJOK)]).gather([request(1, 35, GARUM)])
    old, _ = gatherer([small, venue("B", POJOK)]).gather([with_people(request(1, 35, GARUM), born=OLD)])
    assert [one.site.place.label for one in (*young, *old)] == ["Gedung B", "Gedung A"]


def test_a_family_larger_than_a_day_of_a_venue_goes_elsewhere() -> None:
    family = with_people(request(1, 6, GARUM), born=OLD, party_of=6)
    (elsewhere,), _ = gatherer([venue("A", GARUM, capacity_a_day=5), venue("B", POJOK)]).gather([family])
    assert elsewhere.site.place.label == "Gedung B"


def test_who_comes_to_one_venue_for_two_reasons_is_one_gathering() -> None:
    asked = [bringing(request(1, 35, GARUM), "Gedung A"), request(2, 10, GARUM), request(3, 25, GARUM)]
    (together,), _ = gatherer([venue("A", GARUM)]).gather(asked)
    assert sum(len(one.people) for one in together.requests) == 70


def test_a_small_waived_group_keeps_its_venue_unless_the_way_to_gather_gives_it_up() -> None:
    asked = [bringing(with_people(request(1, 8, POJOK), born=OLD), "Gedung B"), request(2, 35, GARUM)]
    register = [venue("A", GARUM), venue("B", POJOK)]
    kept, _ = gatherer(register).gather(asked)
    assert {one.site.place.label for one in kept} == {"Gedung A", "Gedung B"}
    pooled, _ = gatherer(register).gather(asked, JointVariant(venue_cost_factor=1.0, pools_small_own_venues=True))
    assert len(pooled) == 1


def test_other_venues_that_are_offered_are_surveyed_and_fit_all_the_people() -> None:
    lame = with_people(request(1, 40, GARUM), need=Need.WHEELCHAIR)
    register = [
        venue("S", POJOK, step_free=False),
        venue("T", POJOK, capacity_a_day=39),
        venue("U", POJOK, survey_state=SurveyState.NOT_SURVEYED),
        venue("V", BESOLE),
    ]
    offered = gatherer([*register, venue("B", POJOK), venue("A", GARUM)]).elsewhere([(lame,)], most=3)
    assert [one.site.place.label for one in offered] == ["Gedung A", "Gedung B"]


def test_no_more_venues_are_offered_than_asked_for() -> None:
    able = gatherer([venue("A", GARUM), venue("B", POJOK)])
    assert [one.site.place.label for one in able.elsewhere([(request(1, 40, GARUM),)], most=1)] == ["Gedung A"]
    assert list(able.elsewhere([], most=1)) == []


def test_who_is_in_no_chosen_gathering_is_gathered_by_the_rules_and_joins_who_is_there() -> None:
    able, few, many = gatherer([venue("A", GARUM)]), request(1, 12, GARUM), request(2, 35, GARUM)
    (chosen,) = able.elsewhere([(many,)], most=1)
    assert [reason.outcome.code for reason in able.gather_rest([chosen], [few, many])[1]] == ["below_minimum"]  # type: ignore[union-attr]
    more = request(3, 30, GARUM)
    (together,), unserved = able.gather_rest([chosen], [few, many, more])
    assert sum(len(one.people) for one in together.requests) == 77
    assert unserved == ()


def test_people_in_the_sea_are_left_out_with_the_reason() -> None:
    adrift = request(1, 40, GARUM)
    adrift = replace(adrift, place=replace(adrift.place, position=LatLon(lat=-11.5, lon=112.0)))
    gathered, (visit,) = gatherer([venue("A", GARUM)]).gather([adrift])
    assert gathered == ()
    assert isinstance(visit.outcome, Unserved)
    assert visit.outcome.code == "no_venue_in_reach"


def test_requests_without_people_and_registers_without_venues_are_no_error() -> None:
    assert gatherer([]).gather([]) == ((), ())
    assert gatherer([]).gather([request(1, 0, GARUM)]) == ((), ())
    (proposed,), _ = gatherer([]).gather([request(1, 35, GARUM)])
    assert not proposed.site.place.is_surveyed


def test_a_household_stays_at_home_and_needs_no_survey() -> None:
    (home,), _ = gatherer([]).gather([replace(request(1, 2, GARUM), kind=VisitKind.HOME)])
    assert (home.waiver, home.site.place.is_surveyed) == (HOME_VISIT, True)
