"""What is typed of a survey's result, and what is said of it field by field."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import FormData

from api.survey_form import Fault, blank, field_of, read_result, typed_in, typed_of
from mobile_passport.domain.satisfaction import ElementMean, Period, SurveyResult, index_of
from mobile_passport.rules.rulebook import load_rulebook

RULES = load_rulebook("blitar").satisfaction
CODES = [element.code for element in RULES.elements.each]
INDEX_ONLY = blank(RULES) | {
    "first_month": "2026-07",
    "last_month": "2026-09",
    "respondents": "1.120",
    "index": "88,4",
    "source": "Laporan SKM",
}
ALL_MEANS = INDEX_ONLY | {"index": ""} | {field_of(code): "3,5" for code in CODES}
TIME, COST = field_of("time"), field_of("cost")


def test_an_index_alone_is_a_result() -> None:
    result, faults = read_result(INDEX_ONLY, RULES)
    assert faults == {}
    assert result == SurveyResult(
        period=Period(first_month=date(2026, 7, 1), last_month=date(2026, 9, 1)),
        respondents=1120,
        index=Decimal("88.4"),
        source="Laporan SKM",
    )


def test_means_of_all_elements_make_the_index_with_a_comma_or_a_point() -> None:
    result, faults = read_result(ALL_MEANS | {TIME: "3.41"}, RULES)
    assert faults == {}
    assert result
    assert (result.index, [one.code for one in result.means]) == (Decimal("87.25"), CODES)


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        (
            blank(RULES),
            dict.fromkeys(("first_month", "last_month"), Fault.NO_MONTH)
            | {"respondents": Fault.EMPTY, "index": Fault.NEITHER, "source": Fault.EMPTY},
        ),
        (INDEX_ONLY | {"first_month": "2026-13"}, {"first_month": Fault.NO_MONTH}),
        (INDEX_ONLY | {"last_month": "2026-06"}, {"last_month": Fault.ENDS_BEFORE}),
        (INDEX_ONLY | {"last_month": "2027-07"}, {"last_month": Fault.TOO_LONG}),
        (INDEX_ONLY | {"respondents": "0"}, {"respondents": Fault.RESPONDENTS}),
        (INDEX_ONLY | {"respondents": "12,5"}, {"respondents": Fault.RESPONDENTS}),
        (INDEX_ONLY | {"respondents": "-3"}, {"respondents": Fault.RESPONDENTS}),
        (INDEX_ONLY | {"respondents": "1000001"}, {"respondents": Fault.RESPONDENTS}),
        (INDEX_ONLY | {"index": "24,99"}, {"index": Fault.INDEX}),
        (INDEX_ONLY | {"index": "100,01"}, {"index": Fault.INDEX}),
        (INDEX_ONLY | {"index": "88,431"}, {"index": Fault.INDEX}),
        (INDEX_ONLY | {"index": "NaN"}, {"index": Fault.INDEX}),
        (INDEX_ONLY | {"source": "x" * 201}, {"source": Fault.SOURCE_TOO_LONG}),
        (ALL_MEANS | {TIME: "", COST: "4,01"}, {TIME: Fault.MEAN_MISSING, COST: Fault.MEAN}),
        (ALL_MEANS | {TIME: "0,99", COST: "1e0"}, {TIME: Fault.MEAN, COST: Fault.MEAN}),
        (ALL_MEANS | {"index": "88,4"}, {"index": Fault.BOTH}),
    ],
)
def test_what_is_wrong_is_told_at_its_field(typed: dict[str, str], faults: dict[str, Fault]) -> None:
    assert read_result(typed, RULES) == (None, faults)


def test_what_cannot_be_printed_is_a_space_and_other_fields_are_passed_over() -> None:
    typed = typed_in(FormData([("source", "Laporan\0SKM\n"), ("index", " 88,4 "), ("other", "x")]), RULES)
    assert typed == blank(RULES) | {"source": "Laporan SKM", "index": "88,4"}


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    thousandths=st.lists(st.integers(1000, 4000), min_size=len(CODES), max_size=len(CODES)) | st.none(),
    hundredths=st.integers(2500, 10_000),
    respondents=st.integers(1, 1_000_000),
    year=st.integers(2017, 2030),
    months=st.tuples(st.integers(1, 12), st.integers(1, 12)).map(sorted),
)
def test_a_result_written_into_the_form_is_read_back_the_same(
    thousandths: list[int] | None, hundredths: int, respondents: int, year: int, months: list[int]
) -> None:
    numbers = zip(CODES, thousandths or (), strict=thousandths is not None)
    means = tuple(ElementMean(code=code, mean=Decimal(number) / 1000) for code, number in numbers)
    result = SurveyResult(
        period=Period(first_month=date(year, months[0], 1), last_month=date(year, months[1], 1)),
        respondents=respondents,
        index=index_of([one.mean for one in means]) if means else Decimal(hundredths) / 100,
        means=means,
        source="Laporan SKM",
    )
    assert read_result(typed_of(result, RULES), RULES) == (result, {})
