from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from mobile_passport.domain.access import Caller
from mobile_passport.domain.booking import (
    BelowBooked,
    Booking,
    BookingDoesNotFit,
    DayClosed,
    DayFull,
    DayHasRoom,
    DayState,
    HoldOver,
    QuotaReached,
)
from mobile_passport.domain.refusal import NotFound, Stale
from mobile_passport.domain.request import AskerKind, Category
from mobile_passport.domain.status import ApplicantStatus, BookingState
from mobile_passport.persistence.booking.booking_tables import ServiceDayRow
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.tables import ApplicantRow, RequestRow
from mobile_passport.services.booking.check_days import check_days
from mobile_passport.services.booking.confirm_booking import confirm_booking
from mobile_passport.services.booking.hold_places import hold_places
from mobile_passport.services.booking.release_booking import release_booking
from mobile_passport.services.booking.set_capacity import set_capacity, set_day_state
from mobile_passport.services.booking.settle_days import settle_days
from mobile_passport.services.booking.waiting_list import join_waiting_list
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.mobile_passport.services.booking.office import (
    DAYS,
    coordinator,
    differences,
    hold,
    lay_out,
    organisations,
    planner,
    room,
    taken,
    with_quota,
)
from tests.mobile_passport.services.seasons import NOW, letter, person

FIRST, SECOND = DAYS[:2]
HALF_AN_HOUR = timedelta(minutes=30)


def group(world: World, people: int, number: int = 1, **changes: object) -> str:
    """A village's request of so many people, stored; returns its reference."""
    first = number * 100
    asked = letter(f"{number}/2026", "Desa Karangsono, Kec. Kanigoro", map(person, range(first, first + people)))
    import_requests((replace(asked, category=Category.UMRAH, **changes),), world, actor="test", now=NOW)  # type: ignore[arg-type]
    with world.database.reading() as session:
        return session.query(RequestRow.reference).order_by(RequestRow.reference.desc()).first()[0]  # type: ignore[index]


def belongs(world: World, reference: str, caller: Caller) -> None:
    """Give a request to the caller's organisation."""
    owner = caller.scope.organisation_id
    with world.database.transaction() as session:
        session.execute(update(RequestRow).where(RequestRow.reference == reference).values(organisation_id=owner))


def wait(world: World, day: date, places: int, caller: Caller | None = None, **changes: object) -> Booking:
    """Join the waiting list of a day."""
    arguments = {
        "category": Category.UMRAH,
        "deadline_date": None,
        "caller": caller or planner(world),
        "now": NOW,
    } | changes
    return join_waiting_list(world, day, places, **arguments)  # type: ignore[arg-type]


def now_of(world: World, booking: Booking) -> Booking:
    """A booking as it stands now."""
    with world.database.reading() as session:
        return Bookings(session, world.kanim).find((booking.id,), None)[0]


def test_a_day_has_the_places_of_its_teams_and_no_more(office: World) -> None:
    hold(office, FIRST, 72)  # two teams on a Tuesday, 36 people each: (450 - 90 - 2 x 90) / 5 minutes
    with pytest.raises(DayFull, match="no room for 1 more"):
        hold(office, FIRST, 1)


def test_a_day_that_is_not_worked_or_too_near_or_too_far_gives_no_places(office: World) -> None:
    for day in (date(2026, 12, 25), date(2026, 12, 10), date(2026, 12, 1), date(2027, 6, 1)):
        with pytest.raises(DayClosed):
            hold(office, day, 1)


def test_a_day_after_the_deadline_is_refused(office: World) -> None:
    with pytest.raises(BookingDoesNotFit, match="deadline"):
        hold(office, SECOND, 1, deadline_date=FIRST)


def test_several_days_are_held_together_or_not_at_all(office: World) -> None:
    lay_out(office, DAYS, 40)
    hold(office, SECOND, 40)
    with pytest.raises(DayFull):
        hold_places(
            office,
            {FIRST: 30, SECOND: 1},
            category=Category.UMRAH,
            deadline_date=None,
            caller=planner(office),
            now=NOW,
        )
    assert taken(office, DAYS)[FIRST] == 0


def test_the_next_who_holds_takes_what_an_expired_hold_had_without_any_tick(office: World) -> None:
    lay_out(office, DAYS, 40)
    hold(office, FIRST, 30)
    with pytest.raises(DayFull):
        hold(office, FIRST, 11, now=NOW + HALF_AN_HOUR - timedelta(seconds=1))
    hold(office, FIRST, 40, now=NOW + HALF_AN_HOUR)
    assert taken(office, DAYS)[FIRST] == 40
    assert differences(office) == {}


def test_a_booking_takes_the_places_of_its_people_and_frees_the_rest(office: World) -> None:
    lay_out(office, DAYS, 40)
    held = hold(office, FIRST, 35)
    (booked,) = confirm_booking(office, [held.id], group(office, 31), caller=planner(office), now=NOW)
    assert (booked.state, booked.places) == (BookingState.BOOKED, 31)
    assert room(office, FIRST) == 9
    assert differences(office) == {}


def test_a_group_of_two_days_is_spread_over_them(office: World) -> None:
    lay_out(office, DAYS, 40)
    holds = [hold(office, day, 40).id for day in (FIRST, SECOND)]
    booked = confirm_booking(office, holds, group(office, 50), caller=planner(office), now=NOW)
    assert [(one.date, one.places) for one in booked] == [(FIRST, 40), (SECOND, 10)]
    assert room(office, SECOND) == 30


def test_a_booking_for_some_of_the_people_is_refused(office: World) -> None:
    held = hold(office, FIRST, 30)
    with pytest.raises(BookingDoesNotFit, match="31 people need places"):
        confirm_booking(office, [held.id], group(office, 31), caller=planner(office), now=NOW)
    assert now_of(office, held).state is BookingState.HELD


def test_a_hold_that_has_expired_is_not_booked(office: World) -> None:
    held = hold(office, FIRST, 30)
    with pytest.raises(HoldOver):
        confirm_booking(office, [held.id], group(office, 30), caller=planner(office), now=NOW + HALF_AN_HOUR)


def test_places_asked_for_as_another_category_are_not_booked(office: World) -> None:
    held = hold(office, FIRST, 30, category=Category.HAJJ)
    with pytest.raises(BookingDoesNotFit, match="another category"):
        confirm_booking(office, [held.id], group(office, 30), caller=planner(office), now=NOW)


def test_places_asked_for_with_an_earlier_deadline_are_not_booked(office: World) -> None:
    held = hold(office, FIRST, 30, deadline_date=SECOND)
    with pytest.raises(BookingDoesNotFit, match="earlier deadline"):
        confirm_booking(office, [held.id], group(office, 30), caller=planner(office), now=NOW)


def test_what_belongs_to_another_organisation_is_not_found(office: World) -> None:
    mine, theirs = (coordinator(office, one) for one in organisations(office, 2))
    held = hold(office, FIRST, 30, theirs)
    reference = group(office, 30)
    belongs(office, reference, mine)
    with pytest.raises(NotFound):
        release_booking(office, held.id, caller=mine, now=NOW)
    with pytest.raises(NotFound):
        confirm_booking(office, [held.id], reference, caller=mine, now=NOW)
    with pytest.raises(NotFound):
        confirm_booking(office, [held.id], reference, caller=theirs, now=NOW)
    assert now_of(office, held).state is BookingState.HELD


def test_an_organisation_has_no_more_places_than_its_quota(office: World) -> None:
    small = with_quota(office, 50)
    caller = coordinator(office, organisations(office, 1)[0])
    first = hold(small, FIRST, 30, caller)
    hold(small, SECOND, 72)
    with pytest.raises(QuotaReached, match="30 of 50"):
        hold(small, DAYS[2], 21, caller)
    with pytest.raises(QuotaReached):
        wait(small, SECOND, 21, caller)
    release_booking(small, first.id, caller=caller, now=NOW)
    hold(small, FIRST, 50, caller)


def test_expired_holds_do_not_count_against_a_quota(office: World) -> None:
    small = with_quota(office, 50)
    caller = coordinator(office, organisations(office, 1)[0])
    hold(small, FIRST, 50, caller)
    assert hold(small, SECOND, 50, caller, now=NOW + HALF_AN_HOUR).state is BookingState.HELD


def test_kinds_of_organisations_have_quotas_of_their_own(office: World) -> None:
    assert office.booking_rules.quota_of(AskerKind.KEMENAG) == 600
    assert office.booking_rules.quota_of(AskerKind.VILLAGE) == 160


def test_who_waits_moves_up_when_places_are_given_back(office: World) -> None:
    lay_out(office, DAYS, 40)
    held = hold(office, FIRST, 40)
    waiting = wait(office, FIRST, 30)
    assert waiting.state is BookingState.WAITING
    release_booking(office, held.id, caller=planner(office), now=NOW)
    moved = now_of(office, waiting)
    assert moved.state is BookingState.HELD
    assert moved.expires_at == NOW + timedelta(days=2)
    assert room(office, FIRST) == 10


def test_free_places_of_a_day_that_others_wait_for_go_to_nobody_else(office: World) -> None:
    lay_out(office, DAYS, 40)
    hold(office, FIRST, 30)
    wait(office, FIRST, 20)
    with pytest.raises(DayFull, match="waiting list"):
        hold(office, FIRST, 5)
    # Joining behind them is possible, and what fits is given in the order of the list.
    assert wait(office, FIRST, 5).state is BookingState.HELD


def test_the_waiting_list_moves_up_in_the_published_order(office: World) -> None:
    lay_out(office, DAYS, 40)
    held = hold(office, FIRST, 40)
    other = wait(office, FIRST, 40, category=Category.OTHER)
    hajj = wait(office, FIRST, 40, category=Category.HAJJ, now=NOW + timedelta(minutes=1))
    release_booking(office, held.id, caller=planner(office), now=NOW + timedelta(minutes=2))
    assert now_of(office, hajj).state is BookingState.HELD
    assert now_of(office, other).state is BookingState.WAITING


def test_nobody_waits_for_a_day_with_room(office: World) -> None:
    with pytest.raises(DayHasRoom):
        wait(office, FIRST, 5)
    with pytest.raises(BookingDoesNotFit, match="in all"):
        wait(office, FIRST, 500)


def test_the_tick_ends_holds_and_lets_the_list_move_up(office: World) -> None:
    lay_out(office, DAYS, 40)
    held = hold(office, FIRST, 40)
    waiting = wait(office, FIRST, 30)
    assert settle_days(office, now=NOW) == 0
    assert settle_days(office, now=NOW + HALF_AN_HOUR) == 1
    assert settle_days(office, now=NOW + HALF_AN_HOUR) == 0
    assert now_of(office, held).state is BookingState.EXPIRED
    assert now_of(office, waiting).state is BookingState.HELD
    assert differences(office) == {}


def test_places_of_people_who_withdrew_are_free_again(office: World) -> None:
    lay_out(office, DAYS, 40)
    holds = [hold(office, day, 40).id for day in (FIRST, SECOND)]
    confirm_booking(office, holds, group(office, 50), caller=planner(office), now=NOW)
    withdraw(office, 15)
    settle_days(office, now=NOW)
    assert taken(office, (FIRST, SECOND)) == {FIRST: 35, SECOND: 0}
    assert differences(office) == {}


def withdraw(world: World, people: int) -> None:
    """Take some people out of the queue."""
    with world.database.transaction() as session:
        some = session.query(ApplicantRow.id).order_by(ApplicantRow.position).limit(people)
        ids = [one for (one,) in some]
        session.execute(update(ApplicantRow).where(ApplicantRow.id.in_(ids)).values(status=ApplicantStatus.WITHDRAWN))


def test_a_day_is_not_given_fewer_places_than_are_taken(office: World) -> None:
    lay_out(office, DAYS, 40)
    hold(office, FIRST, 30)
    with pytest.raises(BelowBooked, match="release their bookings"):
        set_capacity(office, FIRST, 29, expected="40", caller=planner(office), now=NOW)
    assert set_capacity(office, FIRST, 30, expected="40", caller=planner(office), now=NOW).room == 0


def test_who_saw_another_number_of_places_does_not_change_it(office: World) -> None:
    lay_out(office, DAYS, 40)
    with pytest.raises(Stale):
        set_capacity(office, FIRST, 50, expected="36", caller=planner(office), now=NOW)
    assert room(office, FIRST) == 40


def test_more_places_let_the_list_move_up(office: World) -> None:
    lay_out(office, DAYS, 40)
    hold(office, FIRST, 40)
    waiting = wait(office, FIRST, 10)
    assert set_capacity(office, FIRST, 50, expected="40", caller=planner(office), now=NOW).booked == 50
    assert now_of(office, waiting).state is BookingState.HELD


def test_a_closed_day_gives_no_places_and_keeps_its_bookings(office: World) -> None:
    held = hold(office, FIRST, 10)
    set_day_state(office, FIRST, DayState.CLOSED, caller=planner(office), now=NOW)
    with pytest.raises(DayClosed):
        hold(office, FIRST, 1)
    assert now_of(office, held).state is BookingState.HELD
    set_day_state(office, FIRST, DayState.OPEN, caller=planner(office), now=NOW)
    hold(office, FIRST, 1)


def test_a_release_is_done_once(office: World) -> None:
    held = hold(office, FIRST, 10)
    release_booking(office, held.id, caller=planner(office), now=NOW)
    with pytest.raises(HoldOver):
        release_booking(office, held.id, caller=planner(office), now=NOW)
    with pytest.raises(NotFound):
        release_booking(office, uuid4(), caller=planner(office), now=NOW)
    assert differences(office) == {}


def test_the_nightly_check_tells_of_a_book_that_differs_and_leaves_it(office: World) -> None:
    lay_out(office, DAYS, 72)
    hold(office, FIRST, 10)
    assert check_days(office, now=NOW) == 0
    with office.database.transaction() as session:
        session.execute(update(ServiceDayRow).where(ServiceDayRow.date == FIRST).values(booked=11))
    assert check_days(office, now=NOW) == 1
    assert differences(office) == {FIRST: (11, 10)}


def test_the_nightly_check_counts_anew_when_rules_change_but_not_what_was_set_by_hand(office: World) -> None:
    lay_out(office, DAYS, 10)
    set_capacity(office, SECOND, 20, expected="10", caller=planner(office), now=NOW)
    assert check_days(office, now=NOW) == 0
    assert (room(office, FIRST), room(office, SECOND)) == (72, 20)
