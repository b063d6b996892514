from datetime import date

import pytest

from mobile_passport.services.booking.day_sets import days_around, spread
from mobile_passport.services.booking.offer_days import DayOffer

FIRST = 4  # of January 2027


def day(number: int) -> date:
    return date(2027, 1, FIRST + number)


def offers(*room: tuple[int, int]) -> list[DayOffer]:
    """Days with room, in the order of their rank."""
    return [
        DayOffer(date=day(number), room=places, places=0, way_minutes=0, way_is_estimate=False, points=0, reasons=())
        for number, places in room
    ]


def test_people_are_spread_over_the_earliest_days_and_nobody_is_sent_to_one_that_is_not_needed() -> None:
    assert spread(50, {day(2): 40, day(1): 30, day(3): 9, day(0): 0}) == {day(1): 30, day(2): 20}


@pytest.mark.parametrize(
    ("people", "ranked", "shares"),
    [
        pytest.param(40, [(1, 45)], {1: 40}, id="one day is enough"),
        pytest.param(58, [(1, 45), (0, 36)], {0: 36, 1: 22}, id="an earlier day takes the first of them"),
        pytest.param(58, [(5, 45), (1, 72), (6, 36)], {5: 45, 6: 13}, id="a day that would take all is passed over"),
        pytest.param(58, [(1, 10), (2, 5), (3, 50)], {1: 10, 3: 48}, id="no more days than it takes"),
        pytest.param(100, [(1, 36), (2, 36)], {}, id="too little room in all"),
    ],
)
def test_an_offered_day_is_filled_up_with_others(
    people: int, ranked: list[tuple[int, int]], shares: dict[int, int]
) -> None:
    found = offers(*ranked)
    assert days_around(found[0], found, people) == {day(number): places for number, places in shares.items()}
