from dataclasses import replace
from datetime import date, datetime, time

import pytest

from mobile_passport.domain.demand import Demand
from mobile_passport.domain.outreach_plan import OutreachVisit, RouteStop
from mobile_passport.planning.comfort import Comfort, comfort_of
from mobile_passport.planning.draft import Draft, make_draft
from optimizer.solve import SolveParams
from tests.mobile_passport.planning.invented import GARUM, GAZETTEER, POJOK, RULEBOOK, TIMETABLE, TRAVEL, request, venue

REQUESTS = (request(1, 40, GARUM),)


def draft(**changes: object) -> Draft:
    demand = Demand(requests=REQUESTS, promises=(), venues=(venue("A", GARUM, **changes),))
    return make_draft(
        demand, TIMETABLE, RULEBOOK, GAZETTEER, TRAVEL, SolveParams(time_limit_s=None, work_limit=1, threads=1)
    )


def comfort(visits: tuple[OutreachVisit, ...]) -> Comfort:
    return comfort_of(visits, REQUESTS, TIMETABLE, RULEBOOK, TRAVEL)


def test_the_way_to_the_office_is_compared_with_the_way_to_the_venue() -> None:
    made = draft(position=POJOK.position)
    measured = comfort(made.outreach.visits)
    points = [GARUM.position, RULEBOOK.office.depot.position, POJOK.position]
    _, office_s, venue_s = TRAVEL.matrix(points).duration_s[0]
    assert measured.people == 40
    assert measured.hours_to_office == pytest.approx(40 * office_s / 3600)
    assert measured.hours_to_venues == pytest.approx(40 * venue_s / 3600)
    assert made.hours == pytest.approx(40 * venue_s / 3600)
    assert 0 < venue_s < office_s


def test_slots_spare_most_of_the_waiting_at_the_opening() -> None:
    measured = comfort(draft().outreach.visits)
    # 40 people, two kits, eight minutes each: at one opening the last waits 2.5 hours, people on average half of it.
    assert 3600 < measured.waiting_at_opening_s < 2 * 3600
    assert measured.waiting_by_slot_s < 600


def test_a_proposal_has_no_slots_and_so_no_waiting() -> None:
    visits = draft(name="Gedung lain", village_code="3505112004").outreach.visits
    proposed = tuple(
        replace(visit, members=tuple(replace(one, slot_at=None) for one in visit.members)) for visit in visits
    )
    measured = comfort(proposed)
    assert (measured.people, measured.waiting_at_opening_s, measured.waiting_by_slot_s) == (40, 0.0, 0.0)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((date(2026, 12, 7), date(2026, 12, 8)), (1, 1)),
        ((date(2026, 12, 9), date(2026, 12, 11)), (1, 1)),  # nobody goes out on the Thursday between
        ((date(2026, 12, 7), date(2026, 12, 9)), (1, 0)),
        ((date(2026, 12, 7), date(2026, 12, 7)), (0, 0)),
    ],
)
def test_days_in_a_row_are_counted_by_days_on_which_a_team_goes_out(
    days: tuple[date, date], expected: tuple[int, int]
) -> None:
    (visit,) = draft().outreach.visits
    half = len(visit.members) // 2
    parts = []
    for day, members in zip(days, (visit.members[:half], visit.members[half:]), strict=True):
        starts_at = datetime.combine(day, time(8, 0), TIMETABLE.zone)
        ends_at = datetime.combine(day, time(12, 0), TIMETABLE.zone)
        stop = RouteStop(team="unit-1", shift=f"unit-1/{day}", starts_at=starts_at, ends_at=ends_at)
        parts.append(replace(visit, outcome=stop, members=tuple(replace(one, slot_at=None) for one in members)))
    measured = comfort(tuple(parts))
    assert (measured.split, measured.consecutive) == expected


def test_an_empty_plan_spares_nothing() -> None:
    assert comfort(()) == Comfort(
        people=0,
        hours_to_office=0.0,
        hours_to_venues=0.0,
        waiting_at_opening_s=0.0,
        waiting_by_slot_s=0.0,
        split=0,
        consecutive=0,
    )
