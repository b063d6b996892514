from datetime import date
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.domain.demand import Place, WaitingPerson, WaitingRequest
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.planning.sessions import Attendee, cut, parties_of
from optimizer.problem import LatLon


def request(reference: str, parties: list[str | None], deadline: date | None = None) -> WaitingRequest:
    number = int(reference)
    return WaitingRequest(
        id=UUID(int=number),
        reference=reference,
        category=Category.HAJJ,
        kind=VisitKind.COLLECTIVE,
        place=Place(label="Balai Desa", village_code="3505110003", position=LatLon(lat=-8.0, lon=112.0)),
        has_own_venue=False,
        wished_dates=(),
        deadline_date=deadline,
        received_date=date(2026, 11, 1),
        people=tuple(
            WaitingPerson(id=UUID(int=number * 1000 + i), birth_date=date(1960, 1, 1), needs=frozenset(), party=party)
            for i, party in enumerate(parties)
        ),
    )


def numbers(run: tuple[Attendee, ...]) -> list[int]:
    return [attendee.person.id.int for attendee in run]


def test_the_most_pressing_request_comes_first() -> None:
    late, early = request("1", [None], date(2027, 2, 1)), request("2", [None], date(2027, 1, 1))
    assert [party[0].request.reference for party in parties_of([late, early, request("3", [None])])] == ["2", "1", "3"]


def test_a_family_is_one_party_even_when_its_rows_stand_apart() -> None:
    parties = parties_of([request("1", ["A", None, "A"])])
    assert [numbers(party) for party in parties] == [[1000, 1002], [1001]]


def test_the_same_label_in_two_requests_is_two_families() -> None:
    assert len(parties_of([request("1", ["A"]), request("2", ["A"])])) == 2


def test_ten_people_in_sessions_of_four_are_cut_in_three_balanced_runs() -> None:
    runs = cut(parties_of([request("1", [None] * 10)]), lambda run: len(run) <= 4)
    assert [len(run) for run in runs] == [3, 4, 3]


def test_a_family_too_large_for_any_session_stays_whole() -> None:
    runs = cut(parties_of([request("1", ["A"] * 5 + [None])]), lambda run: len(run) <= 3)
    assert [len(run) for run in runs] == [5, 1]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.lists(st.sampled_from([None, "A", "B", "C", "D"]), min_size=1, max_size=40), st.integers(5, 20))
def test_cutting_loses_nobody_parts_no_family_and_fits_where_every_family_fits(
    labels: list[str | None], most: int
) -> None:
    parties = parties_of([request("1", labels)])
    runs = cut(parties, lambda run: len(run) <= most)
    assert sorted(number for run in runs for number in numbers(run)) == [1000 + i for i in range(len(labels))]
    of_family: dict[str, set[int]] = {}
    for index, run in enumerate(runs):
        for attendee in run:
            if attendee.person.party:
                of_family.setdefault(attendee.person.party, set()).add(index)
    assert all(len(sessions) == 1 for sessions in of_family.values())
    if max(len(party) for party in parties) <= most:
        assert all(len(run) <= most for run in runs)
