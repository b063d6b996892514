from datetime import date, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.domain.demand import Place, WaitingPerson, WaitingRequest
from mobile_passport.domain.outreach_plan import RouteStop
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.planning.outcome import outcome_of_session
from mobile_passport.planning.serving import Crew
from mobile_passport.planning.sessions import Attendee, Session
from mobile_passport.planning.sizing import Sizing
from mobile_passport.planning.timetable import make_timetable
from mobile_passport.planning.visits import visits_of
from mobile_passport.rules.rulebook import load_rulebook
from optimizer.plan import Plan, Route, Status, Stop
from optimizer.problem import LatLon

RULEBOOK = load_rulebook("blitar")
TIMETABLE = make_timetable(RULEBOOK, today=date(2026, 11, 24))
CREW = Crew.slowest_of(RULEBOOK)
SIZING = Sizing.of(CREW, TIMETABLE, RULEBOOK)
PLACE = Place(label="Balai Desa Garum", village_code="3505110003", position=LatLon(lat=-8.05, lon=112.22))


def session_of(years: list[int], parties: list[str | None]) -> Session:
    people = tuple(
        WaitingPerson(id=UUID(int=i), birth_date=date(year, 1, 1), needs=frozenset(), party=party)
        for i, (year, party) in enumerate(zip(years, parties, strict=True))
    )
    request = WaitingRequest(
        id=UUID(int=999),
        reference="BLI-2026-0001",
        category=Category.HAJJ,
        kind=VisitKind.COLLECTIVE,
        place=PLACE,
        has_own_venue=True,
        wished_dates=(),
        deadline_date=None,
        received_date=date(2026, 11, 1),
        people=people,
    )
    attendees = tuple(Attendee(person=person, request=request) for person in people)
    return Session(visit="K-001", kind=VisitKind.COLLECTIVE, place=PLACE, waiver=None, attendees=attendees)


def plan_with(visit: str, start_s: int, service_s: int) -> Plan:
    stop = Stop(visit=visit, arrival_s=start_s, start_s=start_s, end_s=start_s + service_s)
    route = Route(shift="unit-1/2026-12-01", travel_s=0, distance_m=0, stops=(stop,))
    return Plan(
        status=Status.FEASIBLE, objective=0, bound=None, gap=None, seed=1, solve_s=0, routes=(route,), unassigned=()
    )


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.data())
def test_whatever_the_group_and_the_start_everyone_finds_a_slot_within_the_service_time(data: st.DataObject) -> None:
    years = data.draw(st.lists(st.sampled_from([1940, 1990]), min_size=1, max_size=45))
    parties = [data.draw(st.sampled_from([None, "A", "B", "C"])) for _ in years]
    session = session_of(years, parties)
    service = SIZING.service_time(session.attendees, session.kind, way_s=3600)
    alternatives = visits_of(session, service, "place", TIMETABLE, RULEBOOK)
    visit = data.draw(st.sampled_from(alternatives))
    window = data.draw(st.sampled_from(visit.windows))
    start_s = data.draw(st.integers(window.start_s, window.end_s))
    outcome = outcome_of_session(
        session, alternatives, plan_with(visit.id, start_s, visit.service_s), {}, TIMETABLE, CREW, RULEBOOK
    )
    assert isinstance(outcome.outcome, RouteStop)
    assert len(outcome.members) == len(years)
    slots: list[datetime] = [member.slot_at for member in outcome.members if member.slot_at]
    assert len(slots) == len(years)
    assert all(slot.minute % 5 == 0 and slot.second == 0 for slot in slots)
    by_party: dict[str, set[datetime]] = {}
    for slot, party in zip(slots, parties, strict=True):
        if party:
            by_party.setdefault(party, set()).add(slot)
    assert all(len(arrivals) == 1 for arrivals in by_party.values())
