"""The one door into the optimizer: a problem and limits in, a plan out."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np

from optimizer.columns.engine import Engine, Limits
from optimizer.columns.model import build_model
from optimizer.columns.outcome import build_routes
from optimizer.columns.reasons import Explainer
from optimizer.columns.search import Search
from optimizer.columns.solution import Solution
from optimizer.plan import Plan, Route, Status, Unassigned
from optimizer.problem import Break, Location, Matrix, Objective, Problem, Shift, Visit, Window
from optimizer.validate import require_valid

PROVED_GAP = 1e-6
"""Relative gap below which a plan counts as optimal (planning contract)."""


ROUNDING = 1e-9
"""Relative; the objective is a sum of floats, the bound one of integers. A bound that is lower by more is a defect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A look at a running search. Amounts in points; `bound` is None before the first proof.

    Attributes
    ----------
    visits
        Ids of the visits on the routes of the best plan so far.
    """

    elapsed_s: float
    objective: float
    bound: float | None
    visits: tuple[str, ...]
    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveParams:
    """How to search.

    Parameters
    ----------
    time_limit_s
        Wall-clock seconds; kept within a tenth + 1 s. None: no such limit (then give a work limit).
    work_limit
        Units of work, about a millisecond each on one core of 2024. With it the search runs in one thread and never
        reads the clock unless a time limit is given too: equal inputs give byte-identical plans, and a larger limit
        never gives a worse one.
    seed
        Any integer >= 0.
    threads
        1 or 2 are used.
    on_progress
        Called now and then from the calling thread; the search ends early when it returns True.
    """

    time_limit_s: float | None = 10.0
    work_limit: int | None = None
    seed: int = 1
    threads: int = 2
    on_progress: Callable[[Progress], bool | None] | None = None


def solve(problem: Problem, params: SolveParams) -> Plan:
    """Plan the visits of a problem.

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
    started = time.monotonic()
    require_valid(problem)
    model = build_model(problem)
    explainer = Explainer(model)
    limits = Limits(time_s=params.time_limit_s, work=params.work_limit, threads=params.threads)
    engine = Engine(model, params.seed, limits, explainer, started, _reporter(params, started))
    engine.run()
    search = engine.search
    solution = search.incumbent.solution
    routes = build_routes(model, solution)
    timed = params.work_limit is None or params.time_limit_s is not None
    return _plan(
        problem,
        search,
        routes,
        explainer.explain(solution),
        params.seed,
        round(time.monotonic() - started, 3) if timed else 0.0,
    )


def _reporter(params: SolveParams, started: float) -> Callable[[Search, str], bool]:
    def report(search: Search, phase: str) -> bool:
        if params.on_progress is None:
            return False
        solution, bound = search.incumbent.solution, search.bound
        progress = Progress(
            elapsed_s=time.monotonic() - started,
            objective=search.model.points(search.value_of(solution)),
            bound=None if bound is None else search.model.points(bound),
            visits=_planned(search, solution),
            phase=phase,
        )
        return bool(params.on_progress(progress))

    return report


def _planned(search: Search, solution: Solution) -> tuple[str, ...]:
    visits, shifts = search.model.visits, np.flatnonzero(solution.count).tolist()
    return tuple(visits[visit].id for shift in shifts for visit in solution.route(shift))


def _plan(
    problem: Problem,
    search: Search,
    routes: tuple[Route, ...],
    unassigned: tuple[Unassigned, ...],
    seed: int,
    solve_s: float,
) -> Plan:
    reward = {visit.id: visit.reward for visit in problem.visits}
    planned = sum(reward[stop.visit] for route in routes for stop in route.stops)
    travel_s = sum(route.travel_s for route in routes)
    objective = planned - problem.objective.travel_cost_per_hour * travel_s / 3600
    feasible = search.value() is not None
    bound = None
    if feasible and search.bound is not None:
        bound = search.model.points(search.bound)
        if abs(bound - objective) <= ROUNDING * abs(objective):
            bound = max(bound, objective)
    gap = None if bound is None else ((bound - objective) / abs(bound) if bound else 0.0)
    status = Status.INFEASIBLE
    if feasible:
        status = Status.OPTIMAL if gap is not None and gap < PROVED_GAP else Status.FEASIBLE
    return Plan(
        status=status,
        objective=objective,
        bound=bound,
        gap=gap,
        seed=seed,
        solve_s=solve_s,
        routes=routes,
        unassigned=unassigned,
    )


@lru_cache(maxsize=1)
def warm_up() -> None:
    """Compile or load every kernel by solving a tiny problem, so that no later solve pays for it."""
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
