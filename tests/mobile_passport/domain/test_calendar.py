from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from mobile_passport.domain.calendar import DayOff, SpecialDay, WorkingDay, day_of
from mobile_passport.rules.rulebook import Rulebook


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 12, 5), "Akhir pekan"),
        (date(2026, 12, 24), "Cuti Bersama Hari Raya Natal"),  # not in the package's default category
        (date(2026, 12, 25), "Hari Raya Natal"),
        (date(2027, 1, 5), "Isra Mikraj Nabi Muhammad"),
        (date(2026, 12, 31), "Tutup buku akhir tahun"),  # the office's own day
    ],
)
def test_a_day_off_says_why(rulebook: Rulebook, day: date, reason: str) -> None:
    assert day_of(day, rulebook.calendar) == DayOff(date=day, reason=reason)


def test_friday_has_a_longer_break_and_ends_later(rulebook: Rulebook) -> None:
    friday = day_of(date(2026, 12, 4), rulebook.calendar)
    assert isinstance(friday, WorkingDay)
    assert (friday.break_starts, friday.break_ends, friday.closes) == (time(11, 30), time(13), time(16, 30))
    assert friday.pause == timedelta(minutes=90)


def test_ramadan_is_shorter_and_ends_after_idul_fitri(rulebook: Rulebook) -> None:
    in_ramadan = day_of(date(2027, 2, 9), rulebook.calendar)
    after = day_of(date(2027, 3, 17), rulebook.calendar)
    assert isinstance(in_ramadan, WorkingDay)
    assert isinstance(after, WorkingDay)
    assert (in_ramadan.whole, after.whole) == (timedelta(hours=7), timedelta(hours=8.5))


def test_the_office_may_open_a_weekend_or_a_cuti_bersama_day(rulebook: Rulebook) -> None:
    saturday = SpecialDay(date=date(2026, 12, 12), reason="haji", source="surat tugas")
    rules = replace(rulebook.calendar, open_days=(saturday,))
    assert isinstance(day_of(saturday.date, rules), WorkingDay)


def test_a_closed_day_wins_over_an_open_one(rulebook: Rulebook) -> None:
    day = SpecialDay(date=date(2026, 12, 15), reason="letusan Kelud", source="BNPB")
    rules = replace(rulebook.calendar, open_days=(day,), closed_days=(day,))
    assert day_of(day.date, rules) == DayOff(date=day.date, reason="letusan Kelud")


def test_a_day_before_all_hours_names_the_file_to_mend(rulebook: Rulebook) -> None:
    with pytest.raises(LookupError, match=r"calendar\.toml has no \[\[hours\]\] that hold on 2020-01-02"):
        day_of(date(2020, 1, 2), rulebook.calendar)
