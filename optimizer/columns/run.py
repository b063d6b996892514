"""A whole search: model, engine, and the plan made of the best routes that it found."""

import time
from collections.abc import Callable

import numpy as np

from optimizer.columns.engine import Engine, Limits
from optimizer.columns.model import build_model
from optimizer.columns.outcome import build_routes
from optimizer.columns.reasons import Explainer
from optimizer.columns.search import Search
from optimizer.columns.solution import Solution
from optimizer.params import Progress, SolveParams
from optimizer.plan import PROVED_GAP, Plan, Route, Status, Unassigned
from optimizer.problem import Problem
from optimizer.validate import require_valid

ROUNDING = 1e-9
"""Relative; the objective is a sum of floats, the bound one of integers. A bound that is lower by more is a defect."""


def run(problem: Problem, params: SolveParams) -> Plan:
    """Plan the visits of a problem, as `optimizer.solve.solve` promises."""
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
