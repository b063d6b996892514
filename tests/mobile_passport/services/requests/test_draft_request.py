"""How a group is spread over the days that its coordinator chose."""

from datetime import date

import pytest

from mobile_passport.services.booking.show_days import DayOfCalendar
from mobile_passport.services.requests.draft_request import share_out


def day(number: int, room: int, capacity: int = 80) -> DayOfCalendar:
    """A day of December."""
    return DayOfCalendar(date=date(2026, 12, number), hours=None, capacity=capacity, room=room, note="")


@pytest.mark.parametrize(
    ("days", "held", "waiting", "left_over"),
    [
        pytest.param([day(1, 80)], {1: 60}, {}, 0, id="one day has room"),
        pytest.param([day(2, 80), day(1, 40)], {1: 40, 2: 20}, {}, 0, id="earliest first"),
        pytest.param([day(1, 60), day(2, 80)], {1: 60}, {}, 0, id="no more days than needed"),
        pytest.param([day(1, 40)], {1: 40}, {}, 20, id="too little room"),
        pytest.param([day(1, 40), day(2, 0)], {1: 40}, {}, 20, id="nobody waits in part"),
        pytest.param([day(2, 0), day(1, 0)], {}, {1: 60}, 0, id="all wait for the first full day"),
        pytest.param([day(1, 0, capacity=50)], {}, {}, 60, id="a day too small to wait for"),
        pytest.param([], {}, {}, 60, id="no day"),
    ],
)
def test_sixty_people_are_spread(
    days: list[DayOfCalendar], held: dict[int, int], waiting: dict[int, int], left_over: int
) -> None:
    shares = share_out(60, days)
    assert {one.day: places for one, places in shares.held.items()} == held
    assert {one.day: places for one, places in shares.waiting.items()} == waiting
    assert shares.left_over == left_over
