"""The form of a survey's result: what was typed stays text, is read whole, and says field by field what is wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from starlette.datastructures import FormData

from mobile_passport.documents.formats import INDONESIAN
from mobile_passport.domain.satisfaction import (
    LEAST_INDEX,
    LEAST_MEAN,
    MOST_INDEX,
    MOST_MEAN,
    MOST_MONTHS,
    ElementMean,
    Period,
    SurveyResult,
    index_of,
    month_count,
)
from mobile_passport.rules.satisfaction import SatisfactionRules

LONGEST_SOURCE = 200
_MOST_RESPONDENTS = 1_000_000
_MONTH = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])")
_WHOLE = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+|[0-9]{1,7}")
_MEAN = re.compile(r"[0-9]([.,][0-9]{1,3})?")
_INDEX = re.compile(r"[0-9]{1,3}([.,][0-9]{1,2})?")


class Fault(StrEnum):
    """What is wrong with a field; the page has a sentence for each."""

    EMPTY = "empty"
    NO_MONTH = "no_month"
    ENDS_BEFORE = "ends_before"
    TOO_LONG = "too_long"
    AHEAD = "ahead"
    RECORDED = "recorded"
    RESPONDENTS = "respondents"
    MEAN = "mean"
    MEAN_MISSING = "mean_missing"
    INDEX = "index"
    NEITHER = "neither"
    BOTH = "both"
    SOURCE_TOO_LONG = "source_too_long"


def field_of(code: str) -> str:
    """Return the name of the field of an element's mean."""
    return f"mean_{code}"


def blank(rules: SatisfactionRules) -> dict[str, str]:
    """Return the form with nothing typed: every field's name, in the order of the page."""
    means = (field_of(element.code) for element in rules.elements.each)
    return dict.fromkeys(("first_month", "last_month", "respondents", *means, "index", "source"), "")


def typed_in(sent: FormData, rules: SatisfactionRules) -> dict[str, str]:
    """Return what was typed; what is not there is empty, and what cannot be printed a space."""
    return {
        name: "".join(letter if letter.isprintable() else " " for letter in str(sent.get(name, ""))).strip()
        for name in blank(rules)
    }


def typed_of(result: SurveyResult, rules: SatisfactionRules) -> dict[str, str]:
    """Return a result as somebody would type it."""
    means = {field_of(one.code): INDONESIAN.score(one.mean) for one in result.means}
    return blank(rules) | {
        "first_month": f"{result.period.first_month:%Y-%m}",
        "last_month": f"{result.period.last_month:%Y-%m}",
        "respondents": str(result.respondents),
        "index": "" if means else INDONESIAN.score(result.index),
        "source": result.source,
        **{name: text for name, text in means.items() if name in blank(rules)},
    }


def month_of(text: str) -> date | None:
    """Return the first day of a month as a choice sends it, ``2026-07``; ``None`` for anything else."""
    return date.fromisoformat(f"{text}-01") if _MONTH.fullmatch(text) else None


def read_result(typed: Mapping[str, str], rules: SatisfactionRules) -> tuple[SurveyResult | None, dict[str, Fault]]:
    """Make a result of what was typed.

    Returns
    -------
    result, faults
        Either a result, or what is wrong, by the names of the fields.
    """
    reader = _Reader(typed=typed, rules=rules)
    period, respondents, figures, source = reader.period(), reader.respondents(), reader.figures(), reader.source()
    if reader.faults or period is None or respondents is None or figures is None:
        return None, reader.faults
    index, means = figures
    return SurveyResult(period=period, respondents=respondents, index=index, means=means, source=source), {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads field by field and keeps what is wrong."""

    typed: Mapping[str, str]
    rules: SatisfactionRules
    faults: dict[str, Fault] = field(default_factory=dict)

    def period(self) -> Period | None:
        first, last = self._month("first_month"), self._month("last_month")
        if first is None or last is None:
            return None
        months = month_count(first, last)
        if 1 <= months <= MOST_MONTHS:
            return Period(first_month=first, last_month=last)
        self.faults["last_month"] = Fault.ENDS_BEFORE if months < 1 else Fault.TOO_LONG
        return None

    def respondents(self) -> int | None:
        text = self._text("respondents")
        if not text:
            return None
        count = int(text.replace(".", "")) if _WHOLE.fullmatch(text) else 0
        if 1 <= count <= _MOST_RESPONDENTS:
            return count
        self.faults["respondents"] = Fault.RESPONDENTS
        return None

    def figures(self) -> tuple[Decimal, tuple[ElementMean, ...]] | None:
        """Read the means of all elements, or else the index alone."""
        codes = [element.code for element in self.rules.elements.each]
        if not any(self.typed[field_of(code)] for code in codes):
            if not self.typed["index"]:
                self.faults["index"] = Fault.NEITHER
                return None
            index = self._number("index", _INDEX, LEAST_INDEX, MOST_INDEX, Fault.INDEX)
            return None if index is None else (index, ())
        if self.typed["index"]:
            self.faults["index"] = Fault.BOTH
        found = {code: self._mean(field_of(code)) for code in codes}
        means = tuple(ElementMean(code=code, mean=mean) for code, mean in found.items() if mean is not None)
        return (index_of([one.mean for one in means]), means) if len(means) == len(codes) else None

    def source(self) -> str:
        text = self._text("source")
        if len(text) > LONGEST_SOURCE:
            self.faults["source"] = Fault.SOURCE_TOO_LONG
        return text

    def _mean(self, name: str) -> Decimal | None:
        if not self.typed[name]:
            self.faults[name] = Fault.MEAN_MISSING
            return None
        return self._number(name, _MEAN, LEAST_MEAN, MOST_MEAN, Fault.MEAN)

    def _number(self, name: str, shape: re.Pattern[str], least: Decimal, most: Decimal, fault: Fault) -> Decimal | None:
        text = self.typed[name]
        value = Decimal(text.replace(",", ".")) if shape.fullmatch(text) else None
        if value is not None and least <= value <= most:
            return value
        self.faults[name] = fault
        return None

    def _month(self, name: str) -> date | None:
        month = month_of(self.typed[name])
        if month is None:
            self.faults[name] = Fault.NO_MONTH
        return month

    def _text(self, name: str) -> str:
        if not self.typed[name]:
            self.faults[name] = Fault.EMPTY
        return self.typed[name]
