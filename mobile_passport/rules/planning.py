"""What a plan is worth and how far ahead it looks: file ``planning.toml``."""

from dataclasses import dataclass
from datetime import date

from mobile_passport.domain.request import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """Dates being planned, counted from the day of planning."""

    lead_days: int
    publish_lead_days: int
    weeks: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What travel costs, how much less a visit is worth when it comes late or on a day nobody wished for.

    ``booked_day_factor`` is how many times as much a visit is worth to a group that has booked its day.
    ``consecutive_days_points`` is what it is worth that a group of several days has them one after the other.
    """

    travel_cost_per_hour: float
    later_fortnight_factor: float
    consecutive_days_points: float
    unwished_day_factor: float
    booked_day_factor: float
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringRules:
    """How far people may be asked to travel, and what an open venue and travelling cost."""

    max_travel_minutes: int
    venue_cost: float
    travel_cost_per_person_hour: float
    unserved_cost_per_person: float
    candidate_venues_per_group: int
    near_km: float
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class JointVariant:
    """One way to gather: what a venue costs, times the rule, and whether own venues below the minimum are given up."""

    venue_cost_factor: float
    pools_small_own_venues: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JointRules:
    """How gathering and routing decide together."""

    enabled: bool
    venue_choices: int
    choice_share: float
    variants: tuple[JointVariant, ...]
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Last day of service for a category, where a letter names none of its own."""

    category: Category
    last_date: date
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningRules:
    """An office's rules: file ``planning.toml``."""

    horizon: Horizon
    preferences: Preferences
    gathering: GatheringRules
    joint: JointRules
    deadlines: tuple[Deadline, ...] = ()

    def deadline_of(self, category: Category) -> date | None:
        """Return the last day of service for a category, ``None`` where nothing presses."""
        return next((deadline.last_date for deadline in self.deadlines if deadline.category is category), None)
