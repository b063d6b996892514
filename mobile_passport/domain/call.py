"""Calls that a person of the office makes, and what came of each."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class CallOutcome(StrEnum):
    """What came of one call."""

    COMES = "comes"
    """Reached; comes, or knows what the call was about."""
    CANNOT_COME = "cannot_come"
    """Reached; gives the place up and waits for another day."""
    TRY_AGAIN = "try_again"
    """Not reached; to be called again on a date."""
    WRONG_NUMBER = "wrong_number"
    """The number is somebody else's."""


class CallNote(StrEnum):
    """What else is worth knowing. Codes, so that no text about a person gets into the record."""

    TOLD_ANOTHER = "told_another"
    """Somebody close to the person was told and passes it on."""
    NO_ANSWER = "no_answer"
    SWITCHED_OFF = "switched_off"
    ASKS_TO_BE_CALLED = "asks_to_be_called"
    """At another hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCall:
    """One call that was made.

    Attributes
    ----------
    entry
        Key of the entry of the call list that it was made for.
    again_date
        When to try again; of calls that reached nobody.
    """

    entry: str
    outcome: CallOutcome
    note: CallNote | None
    again_date: date | None
    at: datetime
    by: str

    def is_still_open(self, today: date) -> bool:
        """Whether the entry is to be shown again: its date has come, or the number was wrong and nobody was told."""
        if self.outcome is CallOutcome.WRONG_NUMBER:
            return True
        return self.again_date is not None and self.again_date <= today
