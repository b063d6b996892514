"""Requests, venues and a gatherer to plan with, all invented."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from mobile_passport.domain.demand import Place, WaitingPerson, WaitingRequest
from mobile_passport.domain.person import Need
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.venue import SurveyState, Venue, VenueKind
from mobile_passport.geo.gazetteer import Village
from mobile_passport.geo.wiring import build_gazetteer, build_travel_times
from mobile_passport.planning.gathering import Gatherer
from mobile_passport.planning.sites import Sites
from mobile_passport.planning.timetable import make_timetable
from mobile_passport.rules.rulebook import load_rulebook
from optimizer.gathering.solve import GatherParams

RULEBOOK = load_rulebook("blitar")
GAZETTEER = build_gazetteer(RULEBOOK.area)
TRAVEL = build_travel_times(RULEBOOK.travel.estimate, gazetteer=GAZETTEER, engine=None)
TIMETABLE = make_timetable(RULEBOOK, today=date(2026, 11, 24))
GATHERING = GatherParams(time_limit_s=2.0, seed=1, threads=1)
YOUNG, OLD = date(1995, 5, 5), date(1950, 1, 1)


def village(kecamatan: str, name: str) -> Village:
    """A real village."""
    return next(one for one in GAZETTEER.villages_of(kecamatan) if one.name == name)


GARUM, POJOK = village("350511", "Garum"), village("350511", "Pojok")


def request(number: int, people: int, at: Village, **changes: object) -> WaitingRequest:
    """A request of young people of a village, without a venue, needs or families."""
    asked = WaitingRequest(
        id=UUID(int=number),
        reference=f"BLI-2026-{number:04d}",
        category=Category.HAJJ,
        kind=VisitKind.COLLECTIVE,
        place=Place(label=at.name, village_code=at.code, position=at.position),
        has_own_venue=False,
        wished_dates=(),
        deadline_date=None,
        received_date=date(2026, 11, 1),
        people=tuple(
            WaitingPerson(id=UUID(int=number * 1000 + index), birth_date=YOUNG, needs=frozenset(), party=None)
            for index in range(people)
        ),
    )
    return replace(asked, **changes)  # type: ignore[arg-type]


def bringing(asked: WaitingRequest, venue: str) -> WaitingRequest:
    """The same request with a venue of its own."""
    return replace(asked, has_own_venue=True, place=replace(asked.place, label=venue))


def with_people(
    asked: WaitingRequest, *, born: date = YOUNG, need: Need | None = None, party_of: int = 1
) -> WaitingRequest:
    """The same request with people of another age, the first with a need, in families of some size."""
    people = tuple(
        replace(
            one,
            birth_date=born,
            needs=frozenset({need}) if need and index == 0 else frozenset(),
            party=f"K{index // party_of}" if party_of > 1 else None,
        )
        for index, one in enumerate(asked.people)
    )
    return replace(asked, people=people)


def venue(code: str, at: Village, **changes: object) -> Venue:
    """A surveyed hall at a village's point that holds 60 people a day."""
    hall = Venue(
        code=code,
        name=f"Gedung {code}",
        kind=VenueKind.OTHER,
        village_code=at.code,
        position=at.position,
        capacity_a_day=60,
        step_free=True,
        power=True,
        internet=True,
        survey_state=SurveyState.SURVEYED,
        surveyed_date=date(2026, 11, 1),
        source="test",
    )
    return replace(hall, **changes)  # type: ignore[arg-type]


def gatherer(venues: Iterable[Venue]) -> Gatherer:
    """The gatherer of an office with this register."""
    return Gatherer(
        sites=Sites.of(tuple(venues), GAZETTEER, RULEBOOK.planning.gathering),
        rulebook=RULEBOOK,
        travel_times=TRAVEL,
        timetable=TIMETABLE,
        params=GATHERING,
    )
