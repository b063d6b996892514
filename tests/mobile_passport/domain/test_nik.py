from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.domain.nik import NikFault, NikMismatch, NikParts, mismatches, read_nik
from mobile_passport.domain.person import Sex

HOME = frozenset({"3504", "3505", "3572"})


def parts_of(nik: str) -> NikParts:
    parts = read_nik(nik)
    assert isinstance(parts, NikParts)
    return parts


def test_forty_is_added_to_the_day_of_women() -> None:
    assert parts_of("3505074503580001") == NikParts(regency="3505", day=5, month=3, year_of_century=58, sex=Sex.FEMALE)
    assert parts_of("3505070503580001").sex is Sex.MALE


@pytest.mark.parametrize(
    ("nik", "fault", "reason"),
    [
        ("350507450358000", NikFault.NOT_16_DIGITS, "15 digits"),
        ("35050745035800011", NikFault.NOT_16_DIGITS, "17 digits"),
        ("350507450358OOO1", NikFault.NOT_16_DIGITS, "letters O"),
        ("٣٥٠٥٠٧٤٥٠٣٥٨٠٠٠١", NikFault.NOT_16_DIGITS, "Arabic digits"),
        ("3505074513580001", NikFault.BIRTH_DATE_IMPOSSIBLE, "month 13"),
        ("3505070003580001", NikFault.BIRTH_DATE_IMPOSSIBLE, "day 0"),
        ("3505077203580001", NikFault.BIRTH_DATE_IMPOSSIBLE, "day 72"),
        ("3505073002580001", NikFault.BIRTH_DATE_IMPOSSIBLE, "30 February"),
        ("3505072902570001", NikFault.BIRTH_DATE_IMPOSSIBLE, "29 February 1957 and 2057"),
        ("3505070503580000", NikFault.SERIAL_ZERO, "serial numbers start at 0001"),
    ],
)
def test_an_impossible_nik_is_told_apart(nik: str, fault: NikFault, reason: str) -> None:
    assert read_nik(nik) is fault, reason


def test_29_february_of_year_00_exists_in_2000() -> None:
    assert parts_of("3505072902000001").year_of_century == 0


@pytest.mark.parametrize("year", [1926, 2026])
def test_a_two_digit_year_agrees_with_either_century(year: int) -> None:
    found = mismatches(parts_of("3505070503260001"), birth_date=date(year, 3, 5), sex=Sex.MALE, regencies=HOME)
    assert found == ()


def test_every_mismatch_is_named() -> None:
    found = mismatches(parts_of("3171070503580001"), birth_date=date(1958, 3, 6), sex=Sex.FEMALE, regencies=HOME)
    assert found == (NikMismatch.BIRTH_DATE, NikMismatch.SEX, NikMismatch.REGION)


def test_no_region_is_compared_without_a_working_area() -> None:
    parts = parts_of("3171070503580001")
    assert mismatches(parts, birth_date=date(1958, 3, 5), sex=Sex.MALE, regencies=frozenset()) == ()


@settings(derandomize=True, deadline=None, max_examples=200)
@given(born=st.dates(date(1916, 1, 1), date(2026, 11, 24)), sex=st.sampled_from(Sex), serial=st.integers(1, 9999))
def test_a_nik_made_by_the_rule_agrees_with_its_own_data(born: date, sex: Sex, serial: int) -> None:
    day = born.day + (40 if sex is Sex.FEMALE else 0)
    parts = parts_of(f"350507{day:02}{born:%m%y}{serial:04}")
    assert mismatches(parts, birth_date=born, sex=sex, regencies=HOME) == ()
