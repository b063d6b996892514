import sys
from collections.abc import Callable
from datetime import date
from types import FrameType

import pytest

from mobile_passport.domain.booking import DayState
from mobile_passport.domain.refusal import NotFound
from mobile_passport.domain.request import Category
from mobile_passport.services.booking.offer_days import DayOffer, Group, offer_days
from mobile_passport.services.booking.set_capacity import set_day_state
from mobile_passport.services.booking.show_days import show_days
from mobile_passport.services.booking.why_best import why_best
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from optimizer.line import simulate_session
from tests.mobile_passport.services.booking.office import hold, planner
from tests.mobile_passport.services.seasons import NOW, letter, person, plan_and_publish

KARANGSONO = "3505102007"
FIRST, LAST = date(2026, 12, 8), date(2026, 12, 31)


def group(people: int = 32, **changes: object) -> Group:
    """Umrah pilgrims of Karangsono, nobody slow."""
    arguments = {"people": people, "slow": 0, "village_code": KARANGSONO, "category": Category.UMRAH} | changes
    return Group(**arguments)  # type: ignore[arg-type]


def offers(world: World, asked: Group, first: date = FIRST, last: date = LAST) -> tuple[DayOffer, ...]:
    return offer_days(world, asked, first, last, caller=planner(world), now=NOW)


def notes(world: World, first: date = FIRST, last: date = LAST) -> dict[date, str]:
    return {day.date: day.note for day in show_days(world, first, last, now=NOW)}


def test_the_calendar_says_which_days_have_room_and_why_others_have_none(world: World) -> None:
    hold(world, date(2026, 12, 8), 72)
    set_day_state(world, date(2026, 12, 9), DayState.CLOSED, caller=planner(world), now=NOW)
    shown = notes(world, date(2026, 12, 7))
    assert shown[date(2026, 12, 7)] == "Yang dapat dipesan: Selasa, 8 Desember 2026 sampai Senin, 1 Februari 2027."
    assert shown[date(2026, 12, 8)] == "Penuh; daftar tunggu terbuka."
    assert shown[date(2026, 12, 9)] == "Ditutup untuk pesanan baru."
    assert shown[date(2026, 12, 10)] == "Tidak ada tim yang bertugas pada hari ini."
    assert shown[date(2026, 12, 11)] == ""
    assert shown[date(2026, 12, 12)] == "Akhir pekan"
    assert shown[date(2026, 12, 25)] == "Hari Raya Natal"


def test_only_days_with_room_are_offered(world: World) -> None:
    hold(world, date(2026, 12, 8), 72)
    days = {offer.date for offer in offers(world, group())}
    assert days == {day for day, note in notes(world).items() if not note}


def test_a_day_for_the_whole_group_comes_before_one_for_a_part_of_it(world: World) -> None:
    best = offers(world, group(60))[0]
    assert (best.date.weekday(), best.places) == (1, 60)  # Tuesdays have two teams and 72 places
    assert best.reasons[0] == "Ada 72 tempat: cukup untuk semua (60 orang)."
    monday = next(offer for offer in offers(world, group(60)) if offer.date == date(2026, 12, 14))
    assert monday.reasons[0] == "Ada 36 tempat: 24 orang lagi perlu hari lain."


def test_a_day_on_which_a_team_is_near_comes_first_and_says_so(world: World) -> None:
    near = letter(
        "1/2026",
        "Desa Karangsono, Kec. Kanigoro",
        map(person, range(30)),
        wished_dates=(date(2026, 12, 14),),
    )
    import_requests((near,), world, actor="test", now=NOW)
    before = offers(world, group(6))
    plan_and_publish(world)
    after = offers(world, group(6))
    assert before[0].date == FIRST
    assert why_best(before) == "paling awal"
    assert why_best(before[:1]) is None
    assert why_best(after) == "perjalanan tim paling singkat"
    assert (after[0].date, after[0].room, after[0].way_minutes) == (date(2026, 12, 14), 6, 0)
    assert after[0].reasons[1] == "Tim sudah bertugas di sana pada hari itu."
    assert after[1].reasons[1].startswith("Tim berangkat khusus: ")


def test_wished_days_come_first(world: World) -> None:
    wished = date(2026, 12, 16)
    found = offers(world, group(wished_dates=(wished,)))
    assert found[0].date == wished
    assert found[0].reasons[1] == "Sesuai hari yang diminta."
    assert why_best(found) == "hari yang diminta"


def test_no_day_after_the_deadline_is_offered(world: World) -> None:
    found = offers(world, group(deadline_date=date(2026, 12, 15)))
    assert max(offer.date for offer in found) == date(2026, 12, 15)
    assert "7 hari sebelum batas waktu." in found[0].reasons


def test_fridays_and_short_days_are_told(world: World) -> None:
    friday = next(offer for offer in offers(world, group()) if offer.date == date(2026, 12, 11))
    assert "Hari Jumat: istirahat 11.30–13.00." in friday.reasons


def test_slow_people_need_more_time_at_the_place(world: World) -> None:
    def sizes(people: int, slow: int) -> str:
        reasons = offers(world, group(people, slow=slow))[0].reasons
        return next(reason for reason in reasons if reason.startswith(("Satu tim", "Rombongan ini")))

    # 75 minutes of set-up and pack-up, 60 of break; 40 people with two kits, 8 or 12 minutes each, and a wave of 15
    assert sizes(40, slow=0) == "Satu tim cukup: sekitar 5 jam 45 menit di tempat, dengan persiapan."
    assert sizes(40, slow=40) == "Satu tim cukup: sekitar 7 jam di tempat, dengan persiapan."
    assert sizes(80, slow=40) == "Rombongan ini perlu lebih dari satu tim atau lebih dari satu hari."


def test_how_long_a_large_group_takes_is_reckoned_once_however_many_days_are_offered(world: World) -> None:
    found: list[DayOffer] = []
    assert calls(simulate_session, lambda: found.extend(offers(world, group(500)))) == 1
    assert len(found) > 5


def calls(function: Callable[..., object], work: Callable[[], object]) -> int:
    """Count how often a function is called while something is done."""
    called = 0

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal called
        called += event == "call" and frame.f_code is function.__code__

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return called


def test_a_village_that_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        offers(world, group(village_code="9999999999"))
