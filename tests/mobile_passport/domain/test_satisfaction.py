"""Index and months of a survey of public satisfaction."""

from datetime import date
from decimal import Decimal

import pytest

from mobile_passport.domain.satisfaction import ElementMean, Period, SurveyResult, index_of

JULY, SEPTEMBER, OCTOBER = date(2026, 7, 1), date(2026, 9, 1), date(2026, 10, 1)
QUARTER = Period(first_month=JULY, last_month=SEPTEMBER)


@pytest.mark.parametrize(
    ("means", "index"),
    [
        (["4"] * 9, "100.00"),  # 9 × 0.111 × 4 × 25 would be 99.90
        (["1"] * 9, "25.00"),
        (["3.5"] * 8 + ["3.41"], "87.25"),  # (28 + 3.41) / 9 × 25 = 87.25
        (["3.532"] * 9, "88.30"),
        (["3.001", "3.001", "3.001", "3", "3", "3", "3", "3", "3"], "75.01"),  # 27.003 / 9 × 25 = 75.00833…
        (["3.0018"], "75.05"),  # 75.045: half up, not to the even
    ],
)
def test_the_index_is_the_plain_mean_times_25_to_the_hundredth(means: list[str], index: str) -> None:
    assert str(index_of([Decimal(mean) for mean in means])) == index


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (SEPTEMBER, JULY, "ends before it begins"),
        (JULY, date(2027, 7, 1), "thirteen months"),
        (date(2026, 7, 2), SEPTEMBER, "not a whole month"),
    ],
)
def test_a_period_is_one_to_twelve_whole_months(first: date, last: date, why: str) -> None:
    with pytest.raises(ValueError):
        Period(first_month=first, last_month=last)
    assert Period(first_month=JULY, last_month=date(2027, 6, 1)).months == 12, why


@pytest.mark.parametrize(
    ("first", "last", "overlaps"),
    [
        (SEPTEMBER, OCTOBER, True),
        (date(2026, 1, 1), JULY, True),
        (date(2026, 8, 1), date(2026, 8, 1), True),
        (OCTOBER, OCTOBER, False),
        (date(2026, 4, 1), date(2026, 6, 1), False),
    ],
)
def test_periods_overlap_by_a_month(first: date, last: date, overlaps: bool) -> None:
    other = Period(first_month=first, last_month=last)
    assert (QUARTER.overlaps(other), other.overlaps(QUARTER)) == (overlaps, overlaps)


@pytest.mark.parametrize(
    ("index", "respondents", "means", "source"),
    [
        ("24.99", 1, (), "laporan"),
        ("100.01", 1, (), "laporan"),
        ("88.431", 1, (), "laporan"),
        ("88.43", 0, (), "laporan"),
        ("88.43", 1, ("0.99",), "laporan"),
        ("88.43", 1, ("4.001",), "laporan"),
        ("88.43", 1, ("3.0001",), "laporan"),
        ("88.43", 1, (), " "),
    ],
)
def test_no_result_is_out_of_its_scales(index: str, respondents: int, means: tuple[str, ...], source: str) -> None:
    found = tuple(ElementMean(code=f"u{n}", mean=Decimal(mean)) for n, mean in enumerate(means))
    with pytest.raises(ValueError):
        SurveyResult(period=QUARTER, respondents=respondents, index=Decimal(index), means=found, source=source)
