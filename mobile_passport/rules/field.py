"""What follows from what a field team reports: file ``field.toml``."""

from dataclasses import dataclass
from datetime import date

from mobile_passport.domain.field import Outcome, OutcomeReason


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Who waits again without asking anew.

    Attributes
    ----------
    absent_most, incomplete_most
        Visits that may be missed, or end with an incomplete file, before the person has to ask anew.
    deferred_reasons
        Deferrals that are no fault of the person: these wait again however often.
    """

    absent_most: int
    incomplete_most: int
    deferred_reasons: tuple[OutcomeReason, ...]
    source: str
    as_of_date: date

    def lets_wait_again(self, outcome: Outcome, reason: OutcomeReason | None, *, times: int) -> bool:
        """Whether a person waits again after an outcome that they had ``times`` times, this one included."""
        if outcome is Outcome.ABSENT:
            return times <= self.absent_most
        if outcome is Outcome.INCOMPLETE:
            return times <= self.incomplete_most
        return outcome is Outcome.DEFERRED and reason in self.deferred_reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkIn:
    """Who may come without an appointment.

    Attributes
    ----------
    beyond_free_places
        How many more than the places that others left free at the stop.
    """

    is_allowed: bool
    beyond_free_places: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRules:
    """An office's rules: file ``field.toml``."""

    follow_up: FollowUp
    walk_in: WalkIn
