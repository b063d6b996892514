"""What a survey of public satisfaction asks and how its index is graded: file ``satisfaction.toml``."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from mobile_passport.domain.satisfaction import LEAST_INDEX


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One thing that people are asked about.

    Attributes
    ----------
    code
        What results are stored by; stays when the name or the order changes.
    """

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """All of them, U1 first. Each weighs the same."""

    each: tuple[Element, ...]
    source: str
    as_of_date: date

    def __post_init__(self) -> None:
        codes = [one.code for one in self.each]
        if not codes or len(set(codes)) < len(codes):
            raise ValueError("elements: at least one, each with its own code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """Mutu pelayanan.

    Attributes
    ----------
    least_index
        From which index on, inclusive.
    """

    letter: str
    least_index: Decimal
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """All of them, the best first; the last begins where the index does."""

    each: tuple[Grade, ...]
    source: str
    as_of_date: date

    def __post_init__(self) -> None:
        bounds = [one.least_index for one in self.each]
        if not bounds or bounds[-1] != LEAST_INDEX or any(better <= worse for better, worse in pairwise(bounds)):
            raise ValueError(f"grades: from the best to the worst, the last from {LEAST_INDEX} on")


@dataclass(frozen=True, slots=True, kw_only=True)
class SatisfactionRules:
    """Elements and grades: file ``satisfaction.toml``."""

    elements: Elements
    grades: Grades

    def grade_of(self, index: Decimal) -> Grade:
        """Return the grade of an index, 25 to 100, already rounded to the hundredth."""
        return next(grade for grade in self.grades.each if index >= grade.least_index)
