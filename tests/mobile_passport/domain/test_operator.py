"""Whose numbers begin how."""

import pytest

from mobile_passport.domain.operator import operator_of


@pytest.mark.parametrize(
    ("number", "operator"),
    [
        ("+6281234567890", "Telkomsel"),
        ("+6285812345678", "Indosat Ooredoo Hutchison"),
        ("+6287812345678", "XL"),
        ("+6283812345678", "AXIS"),
        ("+6288212345678", "Smartfren"),
        ("+62342801234", None),  # a landline in Blitar
        ("not a number", None),
    ],
)
def test_the_beginning_of_a_number_names_its_operator(number: str, operator: str | None) -> None:
    assert operator_of(number) == operator
