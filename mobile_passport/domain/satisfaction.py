"""Results of the survey of public satisfaction (Survei Kepuasan Masyarakat, SKM): counts and means, nobody's answers.

References
----------
.. [1] PermenPANRB 14/2017, guideline on surveys of public satisfaction: nine elements, each answered from 1 to 4; the
   index is the weighted mean times 25.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

LEAST_MEAN, MOST_MEAN = Decimal(1), Decimal(4)  # answers of [1]
INDEX_PER_POINT = Decimal(25)  # [1]: makes 25 to 100 of 1 to 4
LEAST_INDEX, MOST_INDEX = LEAST_MEAN * INDEX_PER_POINT, MOST_MEAN * INDEX_PER_POINT
MOST_MONTHS = 12  # [1], article 1: a survey at least once a year
_HUNDREDTH, _THOUSANDTH = Decimal("0.01"), Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Whole months that a survey covers: a month, a quarter, half a year or a year are all a first and a last one.

    Attributes
    ----------
    first_month, last_month
        First day of each.
    """

    first_month: date
    last_month: date

    def __post_init__(self) -> None:
        if self.first_month.day != 1 or self.last_month.day != 1 or not 1 <= self.months <= MOST_MONTHS:
            raise ValueError(f"period: first days of months, the last not before the first, at most {MOST_MONTHS}")

    @property
    def months(self) -> int:
        """How many there are, both ends included."""
        return month_count(self.first_month, self.last_month)

    def overlaps(self, other: "Period") -> bool:
        """Whether a month lies in both."""
        return self.first_month <= other.last_month and other.first_month <= self.last_month


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementMean:
    """What was answered on one element, on average.

    Attributes
    ----------
    code
        Of the element, as in ``satisfaction.toml``.
    mean
        1 to 4, to the thousandth.
    """

    code: str
    mean: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyResult:
    """What a survey found.

    Attributes
    ----------
    respondents
        At least 1.
    index
        25 to 100, to the hundredth.
    means
        Of every element; none where only the index is known.
    source
        The report that the figures are from.
    """

    period: Period
    respondents: int
    index: Decimal
    means: tuple[ElementMean, ...] = ()
    source: str

    def __post_init__(self) -> None:
        if self.respondents < 1 or not self.source.strip():
            raise ValueError("survey: somebody answered, and a source says so")
        if not LEAST_INDEX <= self.index <= MOST_INDEX or self.index != self.index.quantize(_HUNDREDTH):
            raise ValueError(f"survey: an index from {LEAST_INDEX} to {MOST_INDEX}, to the hundredth")
        means = [one.mean for one in self.means]
        if any(not LEAST_MEAN <= mean <= MOST_MEAN or mean != mean.quantize(_THOUSANDTH) for mean in means):
            raise ValueError(f"survey: means from {LEAST_MEAN} to {MOST_MEAN}, to the thousandth")


def index_of(means: Sequence[Decimal]) -> Decimal:
    """Return the index of the means of all elements, to the hundredth, half up.

    Every element weighs the same. The regulation prints the weight of one of nine as 0.111, by which a survey that is
    all fours would come to 99.9; an exact ninth is meant, and taken.

    Parameters
    ----------
    means
        At least one, each 1 to 4.
    """
    return (sum(means, Decimal()) * INDEX_PER_POINT / len(means)).quantize(_HUNDREDTH, ROUND_HALF_UP)


def month_count(first: date, last: date) -> int:
    """Count months from one to another, both included; below 1 when the last is before the first."""
    return 12 * (last.year - first.year) + last.month - first.month + 1
