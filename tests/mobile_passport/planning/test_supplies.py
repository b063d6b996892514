"""Venues without power or internet: not gathered at, unless every team brings it, and it is said why."""

from dataclasses import replace

import pytest

from mobile_passport.domain.outreach_plan import OutreachVisit, Unserved
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.venue import Supply, SurveyState, VenueKind
from mobile_passport.planning.supplies import fit_for_service, missing_supplies, with_lacking_venues
from mobile_passport.rules.rulebook import Rulebook
from tests.mobile_passport.planning.invented import GARUM, POJOK, RULEBOOK, bringing, gatherer, request, venue, village

DARK, FULL = venue("DARK", GARUM, power=False), venue("FULL", POJOK)
FAR = village("350404", "Pojok")
WAITING = (request(1, 40, GARUM),)


def carrying(*supplies: tuple[Supply, ...]) -> Rulebook:
    """Rules whose teams bring these things, one tuple for each team."""
    teams = zip(RULEBOOK.teams.teams, supplies, strict=True)
    carried = tuple(replace(team, carries=brought) for team, brought in teams)
    return replace(RULEBOOK, teams=replace(RULEBOOK.teams, teams=carried))


def test_people_are_gathered_where_there_is_power_and_not_next_door_where_there_is_none() -> None:
    gatherings, _ = gatherer((DARK, FULL)).gather(WAITING)
    assert {one.site.place.label for one in gatherings} == {DARK.name}  # the control: without the rule it is nearest
    gatherings, _ = gatherer(fit_for_service((DARK, FULL), WAITING, RULEBOOK)).gather(WAITING)
    assert {one.site.place.label for one in gatherings} == {FULL.name}


@pytest.mark.parametrize(
    ("brought", "missing"),
    [
        (((), ()), (Supply.POWER,)),
        (((Supply.POWER,), ()), (Supply.POWER,)),  # the other team may be sent there, too
        (((Supply.POWER,), (Supply.POWER, Supply.INTERNET)), ()),
        (((Supply.INTERNET,), (Supply.INTERNET,)), (Supply.POWER,)),
    ],
)
def test_what_every_team_carries_is_not_missing(
    brought: tuple[tuple[Supply, ...], ...], missing: tuple[Supply, ...]
) -> None:
    rulebook = carrying(*brought)
    assert missing_supplies(DARK, rulebook) == missing
    (usable,) = fit_for_service((DARK,), WAITING, rulebook)
    assert usable.survey_state is (SurveyState.UNFIT if missing else SurveyState.SURVEYED)


def test_the_own_venue_of_a_group_stays_a_proposal_until_it_is_settled() -> None:
    asked = bringing(request(1, 40, GARUM), DARK.name)
    ((gathering,), _) = gatherer(fit_for_service((DARK, FULL), (asked,), RULEBOOK)).gather((asked,))
    assert gathering.site.place.label == DARK.name
    assert not gathering.site.place.is_surveyed
    # Somebody else's own venue is no reason to propose it to others.
    (usable, _) = fit_for_service((DARK, FULL), (bringing(request(2, 40, POJOK), DARK.name),), RULEBOOK)
    assert usable.survey_state is SurveyState.UNFIT


def test_an_unfit_venue_stays_unfit_whoever_brings_it() -> None:
    unfit = replace(DARK, survey_state=SurveyState.UNFIT)
    assert fit_for_service((unfit,), (bringing(request(1, 40, GARUM), DARK.name),), RULEBOOK) == (unfit,)


def test_a_village_hall_without_power_does_not_come_back_as_an_unknown_hall() -> None:
    hall = venue("HALL", GARUM, name="Kantor Kelurahan Garum", kind=VenueKind.VILLAGE_HALL, power=False)
    gatherings, _ = gatherer(fit_for_service((hall,), WAITING, RULEBOOK)).gather(WAITING)
    assert all(one.site.place.village_code != GARUM.code for one in gatherings)


def unserved(change: str | None = None, kind: VisitKind = VisitKind.COLLECTIVE) -> OutreachVisit:
    return OutreachVisit(
        visit="T-001",
        kind=kind,
        place=WAITING[0].place,
        waiver=None,
        outcome=Unserved(code="no_venue_in_reach", detail="none", change=change),
        members=(),
    )


def change_of(visit: OutreachVisit, *register: object) -> str | None:
    (told,) = with_lacking_venues([visit], register, RULEBOOK)  # type: ignore[arg-type]  # venues only
    assert isinstance(told.outcome, Unserved)
    return told.outcome.change


def test_people_whom_no_venue_takes_are_told_which_one_lacks_what() -> None:
    assert change_of(unserved(), DARK, FULL) == (
        "Gedung DARK, 0.0 km away, lacks power: have its host supply it, or every team carry it"
    )
    both = replace(DARK, internet=False)
    assert "lacks power and internet" in str(change_of(unserved(), both))


def test_nobody_is_told_of_venues_that_are_far_or_lack_nothing_or_when_something_else_helps() -> None:
    assert change_of(unserved(), FULL) is None
    assert change_of(unserved(), replace(DARK, position=FAR.position)) is None
    assert change_of(unserved(change="a longer search"), DARK) == "a longer search"
    assert change_of(unserved(kind=VisitKind.HOME), DARK) is None
