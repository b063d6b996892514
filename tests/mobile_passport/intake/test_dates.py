from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.intake.cells import BirthDate, DateContext, Problem, read_birth_date
from mobile_passport.intake.dates import read_date_text, read_day_number, write_date
from mobile_passport.intake.findings import FindingCode
from mobile_passport.intake.plan_dates import read_wished_dates
from mobile_passport.intake.rules import ListLimits

LIMITS = ListLimits(
    maximum_age_years=110,
    maximum_years_ahead=3,
    maximum_wished_days=62,
    source="test",
    as_of_date=date(2026, 11, 24),
)
DAYS = DateContext(on_date=date(2026, 11, 24), limits=LIMITS, counts_days_from_1904=False)


@pytest.mark.parametrize(
    "written",
    [
        "05-03-1958",
        "5-3-1958",
        "05/03/1958",
        "05.03.1958",
        "5 3 1958",
        "5 Maret 1958",
        "5 MARET 1958",
        "05-Mar-1958",
        "5 Mrt 1958",
        "Rabu, 5 Maret 1958",
        "Blitar, 05-03-1958",
        "Wates, Kab. Blitar, 05-03-1958",
        "Tulungagung (RS), 5 Maret 1958",
        "1958-03-05",
        "1958-03-05 00:00:00",
        "1958-03-05T00:00:00",
        "05/03/1958 0:00",
    ],
)
def test_usual_spellings_give_the_same_day(written: str) -> None:
    found = read_birth_date(written, days=DAYS)
    assert found == BirthDate(day=date(1958, 3, 5), has_century=True)


@pytest.mark.parametrize(
    ("written", "month"),
    [("1 Pebruari 1950", 2), ("1 Agt 1950", 8), ("1 Nopember 1950", 11), ("1 Des 1950", 12), ("1 Oct 1950", 10)],
)
def test_old_and_english_month_names_are_known(written: str, month: int) -> None:
    found = read_birth_date(written, days=DAYS)
    assert isinstance(found, BirthDate)
    assert found.day == date(1950, month, 1)


@pytest.mark.parametrize(
    "written",
    [
        "03/25/1958",
        "31-02-1958",
        "29-02-1957",
        "1958",
        "Maret 1958",
        "5 Mars 1958",
        "05-03-958",
        "kemarin",
        "00-00-0000",
    ],
)
def test_what_is_no_day_is_not_guessed(written: str) -> None:
    assert read_date_text(written) is None


@pytest.mark.parametrize(
    ("written", "expected", "reason"),
    [
        ("12-03-32", date(1932, 3, 12), "2032 is to come, so it is 1932: 94 years"),
        ("12-12-26", date(1926, 12, 12), "December 2026 is to come"),
        ("12-03-10", date(2010, 3, 12), "1910 would be 116 years"),
        ("29-02-28", date(1928, 2, 29), "a leap day, 1928"),
    ],
)
def test_a_two_digit_year_is_read_where_only_one_century_is_possible(written: str, expected: date, reason: str) -> None:
    assert read_birth_date(written, days=DAYS) == BirthDate(day=expected, has_century=True), reason


@pytest.mark.parametrize("written", ["12-03-26", "01-01-20", "24-11-16"])
def test_a_two_digit_year_of_two_possible_centuries_is_asked_back(written: str) -> None:
    found = read_birth_date(written, days=DAYS)
    assert isinstance(found, Problem)
    assert found.code is FindingCode.DATE_CENTURY


def test_bare_day_numbers_of_a_spreadsheet_are_days_but_years_are_not() -> None:
    assert read_day_number(21249.0) == date(1958, 3, 5)
    assert read_day_number(1958.0) is None
    assert read_day_number(21249.5) is None
    assert read_day_number(3.0) is None


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("12-01-2027", [12]),
        ("14-01-2027; 12-01-2027; 12-01-2027", [12, 14]),
        ("12 Januari 2027 dan 14 Januari 2027", [12, 14]),
        ("Selasa, 12 Januari 2027, Kamis, 14 Januari 2027", [12, 14]),
        ("12 s.d. 14 Januari 2027", [12, 13, 14]),
        ("12-14 Januari 2027", [12, 13, 14]),
        ("12 Januari 2027 - 14 Januari 2027; 16 - 17 Jan 2027", [12, 13, 14, 16, 17]),
        ("12 Januari s/d 14 Januari 2027", [12, 13, 14]),
        ("12-01-2027 sampai dengan 13-01-2027", [12, 13]),
        ("12-01-27", [12]),
    ],
)
def test_wished_dates_come_single_listed_or_as_a_range(written: str, days: list[int]) -> None:
    assert read_wished_dates(written, days=DAYS) == tuple(date(2027, 1, day) for day in days)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("14 s.d. 12 Januari 2027", FindingCode.RANGE_UNUSABLE),
        ("01-01-2027 s.d. 31-12-2027", FindingCode.RANGE_UNUSABLE),
        ("12-01-2027 s.d. 13-01-2027 s.d. 14-01-2027", FindingCode.RANGE_UNUSABLE),
        ("12-01-2026", FindingCode.DATE_PAST),
        ("12-01-2072", FindingCode.DATE_TOO_FAR),
        ("secepatnya", FindingCode.WISHES_UNREADABLE),
        ("12-01-2027; secepatnya", FindingCode.WISHES_UNREADABLE),
        ("minggu kedua desember", FindingCode.WISHES_UNREADABLE),
        ("14-12 Januari 2027", FindingCode.RANGE_UNUSABLE),
        ("s.d.", FindingCode.WISHES_UNREADABLE),
        ("12-01-2027 s.d. -", FindingCode.WISHES_UNREADABLE),
    ],
)
def test_unusable_wishes_are_named(written: str, code: FindingCode) -> None:
    found = read_wished_dates(written, days=DAYS)
    assert isinstance(found, Problem)
    assert found.code is code


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.dates(date(1917, 1, 1), date(2026, 11, 24)))
def test_written_dates_are_read_back(day: date) -> None:
    assert read_birth_date(write_date(day), days=DAYS) == BirthDate(day=day, has_century=True)
    number = float((day - date(1899, 12, 30)) / timedelta(days=1))
    assert read_day_number(number) == day


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text(max_size=30) | st.from_regex(r"[0-9]{1,2}[-/ ][0-9]{1,2}[-/ ][0-9]{1,4}( s\.d\. [0-9]+)?"))
def test_any_text_is_a_date_or_a_problem(written: str) -> None:
    for found in (read_birth_date(written, days=DAYS), read_wished_dates(written, days=DAYS)):
        assert found is None or isinstance(found, BirthDate | Problem | tuple)
