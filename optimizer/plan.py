"""The plan: routes with times, the visits left out with their reasons, and how far from the best possible it is."""

from dataclasses import dataclass
from enum import StrEnum

PROVED_GAP = 1e-6
"""Relative gap below which a plan counts as optimal."""


class Status(StrEnum):
    """What is known about a plan.

    `OPTIMAL`: proved within a relative gap of 1e-6. `FEASIBLE`: keeps every rule, the search was cut before a proof.
    `INFEASIBLE`: a required or pinned visit is left out.
    """

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


class ReasonCode(StrEnum):
    """Why a visit is left out. Each is a statement about problem and plan that `check` verifies."""

    NO_SHIFT_WITH_SKILL = "no_shift_with_skill"
    NO_WORKING_DAY = "no_working_day"
    UNREACHABLE = "unreachable"
    ALTERNATIVE_PLANNED = "alternative_planned"
    BELOW_TRAVEL_COST = "below_travel_cost"
    DISPLACED = "displaced"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A visit placed in a route; seconds from the start of the horizon. Waiting lies between arrival and start."""

    visit: str
    arrival_s: int
    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A break as taken, seconds from the start of the horizon."""

    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What one team does in one shift. Travel includes the way out and the way back."""

    shift: str
    travel_s: int
    distance_m: int
    stops: tuple[Stop, ...]
    breaks: tuple[Rest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a visit is left out.

    `displaced_by` names the planned visits that would have to go from `shift` to let it in (code `displaced`), or
    all planned visits that share a group with it (code `alternative_planned`).
    """

    code: ReasonCode
    detail: str
    cheapest_change: str
    shift: str | None = None
    displaced_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassigned:
    """A visit that is in no route."""

    visit: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Routes + unassigned.

    `objective` in points. `bound` is a valid upper bound of the objective over all plans, or None when none is
    proved; `gap` = (bound − objective) / |bound|. `solve_s` is wall-clock time, 0.0 under a work limit where the
    clock is not read (so that equal inputs give equal bytes).
    """

    status: Status
    objective: float
    bound: float | None
    gap: float | None
    seed: int
    solve_s: float
    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...]
