"""Places go from one organisation to another though neither sees what the other has."""

from datetime import timedelta

import pytest

from mobile_passport.domain.access import Caller
from mobile_passport.domain.booking import DayFull
from mobile_passport.domain.request import Category
from mobile_passport.domain.status import BookingState
from mobile_passport.services.booking.list_bookings import list_bookings
from mobile_passport.services.booking.release_booking import release_booking
from mobile_passport.services.booking.waiting_list import join_waiting_list
from mobile_passport.services.world import World
from tests.mobile_passport.services.booking.office import (
    DAYS,
    TUESDAY,
    coordinator,
    differences,
    hold,
    lay_out,
    organisations,
    taken,
)
from tests.mobile_passport.services.seasons import NOW

AFTERWARDS = NOW + timedelta(hours=1)  # when every hold of now has expired


@pytest.fixture
def callers(office: World) -> tuple[Caller, Caller, Caller]:
    """Coordinators of three organisations, and a Tuesday of 40 places."""
    lay_out(office, DAYS, 40)
    first, second, third = (coordinator(office, one) for one in organisations(office, 3))
    return first, second, third


def test_what_an_expired_hold_of_another_had_is_free(office: World, callers: tuple[Caller, Caller, Caller]) -> None:
    hold(office, TUESDAY, 40, callers[0])
    assert hold(office, TUESDAY, 40, callers[1], now=AFTERWARDS).places == 40
    assert taken(office, DAYS)[TUESDAY] == 40
    assert differences(office) == {}


def test_who_waits_comes_before_who_asks_and_moves_up_when_another_gives_back(
    office: World, callers: tuple[Caller, Caller, Caller]
) -> None:
    holder, waiter, third = callers
    held = hold(office, TUESDAY, 30, holder)
    waiting = join_waiting_list(
        office, TUESDAY, 20, category=Category.UMRAH, deadline_date=None, caller=waiter, now=NOW
    )
    with pytest.raises(DayFull):  # ten are free, and somebody waits for them
        hold(office, TUESDAY, 5, third)
    release_booking(office, held.id, caller=holder, now=NOW)
    (moved,) = list_bookings(office, caller=waiter, now=NOW)
    assert (moved.id, moved.state) == (waiting.id, BookingState.HELD)
    assert taken(office, DAYS)[TUESDAY] == 20
    assert hold(office, TUESDAY, 20, third).places == 20
