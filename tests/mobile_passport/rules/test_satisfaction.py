"""Grades of the index, as the ministry prints them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from mobile_passport.rules.rulebook import Rulebook


@pytest.mark.parametrize(
    ("index", "letter"),
    [
        ("100", "A"),
        ("88.31", "A"),
        ("88.30", "B"),
        ("76.61", "B"),
        ("76.60", "C"),
        ("65.00", "C"),
        ("64.99", "D"),
        ("25", "D"),
    ],
)
def test_the_grade_changes_where_the_regulation_says(rulebook: Rulebook, index: str, letter: str) -> None:
    assert rulebook.satisfaction.grade_of(Decimal(index)).letter == letter


def test_rules_that_leave_an_index_without_a_grade_are_refused(rulebook: Rulebook) -> None:
    grades, elements = rulebook.satisfaction.grades, rulebook.satisfaction.elements
    for wrong in (grades.each[:-1], tuple(reversed(grades.each)), ()):
        with pytest.raises(ValueError):
            replace(grades, each=wrong)
    for ambiguous in ((), (*elements.each, elements.each[0])):
        with pytest.raises(ValueError):
            replace(elements, each=ambiguous)
