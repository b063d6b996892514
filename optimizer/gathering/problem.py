"""The gathering problem — which groups come together at which venue — and its answer, the clusters."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from optimizer.plan import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People who come together: a household, a pilgrims' group, the migrant workers of a village.

    `home_only` groups are visited at home and never gathered. A venue may stay below the minimum when every
    group at it is `vulnerable`.
    """

    id: str
    applicants: int
    max_travel_s: int
    needs_step_free: bool = False
    home_only: bool = False
    vulnerable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """A hall, school or office that can receive up to `capacity` applicants."""

    id: str
    capacity: int
    step_free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GatheringProblem:
    """Groups, venues, and what opening, travelling and turning people away cost (any one unit of cost).

    `travel_s` is float64 of shape (groups, venues): seconds from group to venue, infinite where no way leads.
    """

    groups: tuple[Group, ...]
    venues: tuple[Venue, ...]
    travel_s: NDArray[np.float64]
    min_applicants: int
    venue_cost: float
    travel_cost_per_applicant_hour: float
    unserved_cost_per_applicant: float

    def __eq__(self, other: object) -> bool:
        """Compare the numbers; arrays have no single truth value of their own."""
        if not isinstance(other, GatheringProblem):
            return NotImplemented
        return (
            self.groups == other.groups
            and self.venues == other.venues
            and np.array_equal(self.travel_s, other.travel_s)
            and self._rates() == other._rates()
        )

    __hash__ = None  # type: ignore[assignment]  # arrays cannot be hashed, so neither can what holds them

    def _rates(self) -> tuple[float, ...]:
        return (
            self.min_applicants,
            self.venue_cost,
            self.travel_cost_per_applicant_hour,
            self.unserved_cost_per_applicant,
        )


class UnservedCode(StrEnum):
    """Why a group is not gathered anywhere.

    The first three hold whatever the others do; the last three name what stands in the way in these clusters.
    """

    NO_VENUE_IN_REACH = "no_venue_in_reach"
    NO_STEP_FREE_VENUE = "no_step_free_venue"
    OVER_CAPACITY = "over_capacity"
    BELOW_MINIMUM = "below_minimum"
    DISPLACED = "displaced"
    COSTS_MORE = "costs_more"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnservedReason:
    """A code and, in words with the figures, what it means here."""

    code: UnservedCode
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnservedGroup:
    """A group without a venue, and why."""

    id: str
    applicants: int
    reason: UnservedReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The applicants of one group at one venue: all of them, unless the group exceeds every capacity."""

    id: str
    applicants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """An open venue and who comes to it."""

    venue: str
    groups: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """The answer: `objective` is the cost, `bound` a proved lower bound of it over all answers, or None."""

    status: Status
    objective: float
    bound: float | None
    clusters: tuple[Cluster, ...]
    home: tuple[str, ...]
    unserved: tuple[UnservedGroup, ...]
