"""Months and scores in both languages."""

from datetime import date
from decimal import Decimal

import pytest

from mobile_passport.documents.formats import ENGLISH, INDONESIAN


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 7, 1), date(2026, 7, 1), "Juli 2026"),
        (date(2026, 7, 1), date(2026, 9, 1), "Juli – September 2026"),
        (date(2026, 12, 1), date(2027, 1, 1), "Desember 2026 – Januari 2027"),
        (date(2026, 7, 1), date(2027, 7, 1), "Juli 2026 – Juli 2027"),
    ],
)
def test_a_span_of_months_names_a_year_once_where_once_is_enough(first: date, last: date, words: str) -> None:
    assert INDONESIAN.month_span(first, last) == words


def test_a_score_has_two_digits_behind_the_comma_or_three() -> None:
    scores = [Decimal("88.4"), Decimal("3.564"), Decimal("100")]
    assert [INDONESIAN.score(score) for score in scores] == ["88,40", "3,564", "100,00"]
    assert ENGLISH.score(scores[0]) == "88.40"
