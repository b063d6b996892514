"""The one door into the optimizer: a problem and limits in, a plan out.

Behind it stand OR-Tools and numba, seconds and 130 MB that only a search needs: they are loaded by the first one. So
whoever writes problems, reads plans or judges them, like the web, goes without.
"""

from datetime import UTC, datetime
from functools import lru_cache

import numpy as np

from optimizer.params import Progress, SolveParams
from optimizer.plan import Plan
from optimizer.problem import Break, Location, Matrix, Objective, Problem, Shift, Visit, Window

__all__ = ["Progress", "SolveParams", "solve", "warm_up"]


def solve(problem: Problem, params: SolveParams) -> Plan:
    """Plan the visits of a problem.

    The clock of the limits starts when the engine is there; where the first search shall not wait for it, call
    `warm_up` before.

    Returns
    -------
    Plan
        Keeps every rule. Status `OPTIMAL` when proved, `FEASIBLE` when the limit came first, `INFEASIBLE` when a
        required or pinned visit found no place.

    Raises
    ------
    InvalidProblem
        With all findings, when the problem breaks rules.
    """
    from optimizer.columns.run import run  # not above: see the head of this module

    return run(problem, params)


@lru_cache(maxsize=1)
def warm_up() -> None:
    """Load the engine, and compile or load every kernel by solving a tiny problem: no later solve pays for it."""
    for breaks in ((), (Break(earliest_s=0, latest_s=600, duration_s=60),)):
        solve(_tiny_problem(breaks), SolveParams(time_limit_s=None, work_limit=20_000))


def _tiny_problem(breaks: tuple[Break, ...]) -> Problem:
    shift = Shift(id="s", team="t", start_s=0, end_s=4000, start_location="a", end_location="a", breaks=breaks)
    visits = tuple(
        Visit(id=name, location="b", service_s=900, reward=1.0, windows=(Window(start_s=0, end_s=3600),))
        for name in ("v", "w", "x", "y", "z")
    )
    travel = np.array([[0, 60], [60, 0]], dtype=np.int64)
    return Problem(
        horizon_start_at=datetime(2027, 1, 4, tzinfo=UTC),
        locations=(Location(id="a"), Location(id="b")),
        matrix=Matrix(duration_s=travel, distance_m=travel),
        shifts=(shift,),
        visits=visits,
        objective=Objective(travel_cost_per_hour=1.0),
    )
