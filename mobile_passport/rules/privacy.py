"""How long personal data is kept, and how soon people are answered about theirs: file ``privacy.toml``."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How soon a person is answered."""

    within_hours: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Whole calendar months for which a person's data is kept after the last thing that happened."""

    served_months: int
    unserved_months: int
    source: str
    as_of_date: date

    def ends_on(self, closed_date: date, *, was_served: bool) -> date:
        """Return the day on which data is erased that was last needed on ``closed_date``."""
        return months_after(closed_date, self.served_months if was_served else self.unserved_months)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """How many full NIKs an account may see on a day before that is an alarm."""

    alarm_above_a_day: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Exports:
    """How many files an account may take out on a day."""

    most_a_day: int
    source: str
    as_of_date: date

    def is_many(self, files: int) -> bool:
        """Whether so many on a day are worth a supervisor's look: more than half of what may be."""
        return 2 * files > self.most_a_day


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyRules:
    """An office's rules: file ``privacy.toml``."""

    answer: Answer
    retention: Retention
    exports: Exports
    reveal: Reveal


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or that month's last day when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
