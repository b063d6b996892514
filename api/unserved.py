"""People whom a version leaves out, by reason, with what a planner can do about it."""

from dataclasses import dataclass
from enum import StrEnum

from mobile_passport.domain.plan_view import PlanView, UnservedView
from mobile_passport.domain.reasons import reason_text


class Remedy(StrEnum):
    """What would help."""

    DAYS = "days"
    """Another day of a team."""
    KIT = "kit"
    """A team with other equipment, on another day."""
    VENUE = "venue"
    """A place that is registered or surveyed."""
    PEOPLE = "people"
    """More people at one place."""
    WAY = "way"
    """A place nearer to the office, or a longer day."""
    AGREEMENT = "agreement"
    """Another deadline or day, agreed with who asked."""
    TIME = "time"
    """A longer search."""


_REMEDIES = {
    "displaced": Remedy.DAYS,
    "no_working_day": Remedy.AGREEMENT,
    "no_day_before_deadline": Remedy.AGREEMENT,
    "booked_day_not_kept": Remedy.AGREEMENT,
    "no_shift_with_skill": Remedy.KIT,
    "unreachable": Remedy.WAY,
    "below_travel_cost": Remedy.PEOPLE,
    "below_minimum": Remedy.PEOPLE,
    "costs_more": Remedy.PEOPLE,
    "no_venue_in_reach": Remedy.VENUE,
    "no_step_free_venue": Remedy.VENUE,
    "over_capacity": Remedy.VENUE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoned:
    """People on no route for one reason.

    Attributes
    ----------
    sentence
        Why, Indonesian.
    """

    code: str
    sentence: str
    remedy: Remedy
    items: tuple[UnservedView, ...]

    @property
    def people(self) -> int:
        """How many."""
        return sum(item.people for item in self.items)


def reasons_of(plan: PlanView) -> tuple[Reasoned, ...]:
    """Sum up why people are on no route, the most people first."""
    summed = (
        Reasoned(
            code=code,
            sentence=reason_text(code).sentence,
            remedy=_REMEDIES.get(code, Remedy.TIME),
            items=tuple(item for item in plan.unserved if item.code == code),
        )
        for code in {item.code for item in plan.unserved}
    )
    return tuple(sorted(summed, key=lambda one: (-one.people, one.code)))
