"""Other solvers on the same problem: VROOM, PyVRP and OR-Tools routing, each modelled the way its authors advise."""

from collections import defaultdict
from datetime import timedelta

import numpy as np
import pyvrp  # type: ignore[import-not-found,unused-ignore]
import vroom  # type: ignore[import-not-found,unused-ignore]
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from pyvrp.stop import MaxRuntime  # type: ignore[import-not-found,unused-ignore]

from optimizer.problem import Problem, Shift
from tests.benchmarks.planning.scorer import Routes

THREADS = 2
NO_WAY_S = 10_000_000


def solve_with_vroom(problem: Problem, limit_s: float) -> Routes:
    """Solve with VROOM: rewards become priorities 1..100, which it puts before costs."""
    column = {location.id: index for index, location in enumerate(problem.locations)}
    skills = {name: number for number, name in enumerate(sorted({s for v in problem.visits for s in v.skills}))}
    top = max(visit.reward for visit in problem.visits)
    model = vroom.Input()
    model.set_durations_matrix("car", problem.matrix.duration_s.astype(np.uint32))
    for number, shift in enumerate(problem.shifts):
        model.add_vehicle(
            vroom.Vehicle(
                number + 1,
                start=column[shift.start_location],
                end=column[shift.end_location],
                skills={skills[name] for name in shift.skills if name in skills},
                time_window=vroom.TimeWindow(shift.start_s, shift.end_s),
            )
        )
    for number, visit in enumerate(problem.visits):
        model.add_job(
            vroom.Job(
                number + 1,
                column[visit.location],
                default_service=visit.service_s,
                skills={skills[name] for name in visit.skills},
                priority=max(1, round(100 * visit.reward / top)),
                time_windows=[vroom.TimeWindow(window.start_s, window.end_s) for window in visit.windows],
            )
        )
    solution = model.solve(exploration_level=5, nb_threads=THREADS, timeout=timedelta(seconds=limit_s))
    routes: dict[str, list[str]] = defaultdict(list)
    frame = solution.routes
    for vehicle, kind, job in zip(frame["vehicle_id"], frame["type"], frame["id"], strict=True):
        if kind == "job":
            routes[problem.shifts[int(vehicle) - 1].id].append(problem.visits[int(job) - 1].id)
    return routes


def solve_with_pyvrp(problem: Problem, limit_s: float) -> Routes:
    """Solve with PyVRP: a client for every window of a visit in an optional group, prizes in units of travel."""
    model = pyvrp.Model()
    rate = problem.objective.travel_cost_per_hour
    prize_unit = 3600 / rate if rate else 1.0
    places = [model.add_location(0, 0) for _ in problem.locations]
    column = {location.id: index for index, location in enumerate(problem.locations)}
    depots = {}
    for shift in problem.shifts:
        for name in (shift.start_location, shift.end_location):
            if name not in depots:
                depots[name] = model.add_depot(places[column[name]])
    profiles = {skills: _profile(model, problem, places, skills) for skills in {s.skills for s in problem.shifts}}
    for shift in problem.shifts:
        model.add_vehicle_type(
            num_available=1,
            start_depot=depots[shift.start_location],
            end_depot=depots[shift.end_location],
            tw_early=shift.start_s,
            tw_late=shift.end_s,
            unit_distance_cost=1 if rate else 0,
            profile=profiles[shift.skills],
        )
    clients = []
    for visit in problem.visits:
        group = model.add_client_group(required=False) if len(visit.windows) > 1 else None
        for window in visit.windows:
            model.add_client(
                places[column[visit.location]],
                service_duration=visit.service_s,
                tw_early=window.start_s,
                tw_late=window.end_s,
                prize=round(visit.reward * prize_unit),
                required=False,
                group=group,
            )
            clients.append(visit.id)
    result = model.solve(MaxRuntime(limit_s), seed=1, collect_stats=False, display=False)
    if not result.best.is_feasible():
        return {}
    return {
        problem.shifts[route.vehicle_type()].id: [clients[step.idx] for step in route if step.is_client()]
        for route in result.best.routes()
    }


def _profile(
    model: "pyvrp.Model", problem: Problem, places: list["pyvrp.Location"], skills: frozenset[str]
) -> "pyvrp.Profile":
    """Add travel for one set of skills; places of visits that need more are out of reach."""
    profile = model.add_profile()
    locked = {visit.location for visit in problem.visits if not visit.skills <= skills}
    duration = problem.matrix.duration_s.tolist()
    for row, origin in enumerate(places):
        for target_row, target in enumerate(places):
            blocked = row != target_row and problem.locations[target_row].id in locked
            seconds = NO_WAY_S if blocked else duration[row][target_row]
            model.add_edge(origin, target, distance=seconds, duration=seconds, profile=profile)
    return profile


def solve_with_routing(problem: Problem, limit_s: float) -> Routes:
    """Solve with OR-Tools routing: disjunctions for optional visits, guided local search."""
    column = {location.id: index for index, location in enumerate(problem.locations)}
    visits, shifts = problem.visits, problem.shifts
    rate = problem.objective.travel_cost_per_hour
    unit = 3600 / rate if rate else 1.0
    starts = [len(visits) + 2 * number for number in range(len(shifts))]
    ends = [len(visits) + 2 * number + 1 for number in range(len(shifts))]
    nodes = [column[visit.location] for visit in visits]
    for shift in shifts:
        nodes += [column[shift.start_location], column[shift.end_location]]
    manager = pywrapcp.RoutingIndexManager(len(nodes), len(shifts), starts, ends)
    routing = pywrapcp.RoutingModel(manager)
    travel = problem.matrix.duration_s[np.ix_(nodes, nodes)]
    service = np.array([*(visit.service_s for visit in visits), *(0 for _ in range(2 * len(shifts)))])
    cost = routing.RegisterTransitMatrix((travel if rate else 0 * travel).tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(cost)
    clock = routing.RegisterTransitMatrix((travel + service[:, None]).tolist())
    horizon_s = max(shift.end_s for shift in shifts)
    routing.AddDimension(clock, horizon_s, horizon_s, False, "time")
    time = routing.GetDimensionOrDie("time")
    for number, shift in enumerate(shifts):
        time.CumulVar(routing.Start(number)).SetRange(shift.start_s, shift.end_s)
        time.CumulVar(routing.End(number)).SetRange(shift.start_s, shift.end_s)
    for number, visit in enumerate(visits):
        index = manager.NodeToIndex(number)
        routing.AddDisjunction([index], round(visit.reward * unit))
        start = time.CumulVar(index)
        start.SetRange(visit.windows[0].start_s, visit.windows[-1].end_s)
        for before, after in zip(visit.windows, visit.windows[1:], strict=False):
            start.RemoveInterval(before.end_s + 1, after.start_s - 1)
        routing.VehicleVar(index).SetValues([-1, *_able(shifts, visit.skills)])
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(int(limit_s * 1000))
    solution = routing.SolveWithParameters(parameters)
    routes: dict[str, list[str]] = {}
    for number, shift in enumerate(shifts):
        index = routing.Start(number) if solution else routing.End(number)
        names = []
        while not routing.IsEnd(index):
            index = solution.Value(routing.NextVar(index))
            if not routing.IsEnd(index):
                names.append(visits[manager.IndexToNode(index)].id)
        routes[shift.id] = names
    return routes


def _able(shifts: tuple[Shift, ...], skills: frozenset[str]) -> list[int]:
    return [number for number, shift in enumerate(shifts) if skills <= shift.skills]


PEERS = {"vroom": solve_with_vroom, "pyvrp": solve_with_pyvrp, "routing": solve_with_routing}
