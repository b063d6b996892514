"""Every rule of a gathering problem, all findings at once, each with a code, its cause and what to do about it."""

from collections.abc import Iterator

import numpy as np

from optimizer.gathering.problem import GatheringProblem
from optimizer.validate import InvalidProblem, Issue, IssueCode, repeated_ids

MAX_APPLICANTS = 100_000
"""More than any outreach of an immigration office gathers; larger numbers are slips of the keyboard."""
MAX_COST = 1e9


def validate_gathering(problem: GatheringProblem) -> tuple[Issue, ...]:
    """Find every broken rule of a gathering problem.

    Parameters
    ----------
    problem
        Well-typed; anything else about it may be wrong.

    Returns
    -------
    tuple of Issue
        Empty when the problem may be solved. Never raises. A group that fits nowhere is no issue: it comes back
        unserved, with its reason.
    """
    return (
        *repeated_ids(("groups", problem.groups), ("venues", problem.venues)),
        *_travel(problem),
        *_amounts(problem),
        *_rates(problem),
    )


def require_valid_gathering(problem: GatheringProblem) -> None:
    """Raise `InvalidProblem` with all findings unless there are none."""
    issues = validate_gathering(problem)
    if issues:
        raise InvalidProblem(issues)


def _travel(problem: GatheringProblem) -> Iterator[Issue]:
    expected = (len(problem.groups), len(problem.venues))
    if problem.travel_s.shape != expected:
        yield Issue(
            code=IssueCode.MATRIX_SHAPE,
            where="travel_s",
            cause=f"the shape is {problem.travel_s.shape}, there are {expected[0]} groups and {expected[1]} venues",
            action="give one row per group and one column per venue",
        )
        return
    wrong = np.argwhere(np.isnan(problem.travel_s) | (problem.travel_s < 0))
    if len(wrong):
        group, venue = wrong[0]
        yield Issue(
            code=IssueCode.MATRIX_VALUE,
            where=f"travel_s[{group}][{venue}]",
            cause=f"{problem.travel_s[group, venue]} is not a travel time ({len(wrong)} such cells)",
            action="give non-negative seconds, or null where no way leads",
        )


def _amounts(problem: GatheringProblem) -> Iterator[Issue]:
    for group in problem.groups:
        if not 1 <= group.applicants <= MAX_APPLICANTS:
            yield _out_of_range(f"groups/{group.id}/applicants", group.applicants, f"1..{MAX_APPLICANTS} people")
        if group.max_travel_s < 0:
            yield _out_of_range(f"groups/{group.id}/max_travel_s", group.max_travel_s, "0 seconds or more")
    for venue in problem.venues:
        if not 1 <= venue.capacity <= MAX_APPLICANTS:
            yield _out_of_range(f"venues/{venue.id}/capacity", venue.capacity, f"1..{MAX_APPLICANTS} people")


def _rates(problem: GatheringProblem) -> Iterator[Issue]:
    if not 0 <= problem.min_applicants <= MAX_APPLICANTS:
        yield _out_of_range("min_applicants", problem.min_applicants, f"0..{MAX_APPLICANTS} people")
    for name in ("venue_cost", "travel_cost_per_applicant_hour", "unserved_cost_per_applicant"):
        rate = getattr(problem, name)
        if not 0 <= rate <= MAX_COST:
            yield _out_of_range(name, rate, f"0..{MAX_COST:.0f}")


def _out_of_range(where: str, value: float, expected: str) -> Issue:
    return Issue(
        code=IssueCode.OUT_OF_RANGE,
        where=where,
        cause=f"{value} is outside {expected}",
        action="check the number and its unit, or leave the entry out",
    )
