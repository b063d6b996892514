"""The planning contract as JSON: reading tolerates unknown fields and reports every finding, writing is stable."""

import json
from datetime import datetime
from typing import Any

from optimizer.parsing import Findings, read_document
from optimizer.plan import Plan, Reason, ReasonCode, Rest, Route, Status, Stop, Unassigned
from optimizer.problem import Break, LatLon, Location, Matrix, Objective, Pin, Problem, Shift, Visit, Window
from optimizer.validate import InvalidProblem, IssueCode, validate

PROBLEM_FORMAT = "mobile-passport/planning-problem@1"
PLAN_FORMAT = "mobile-passport/plan@1"


def read_problem(text: str | bytes) -> Problem:
    """Read and validate a planning problem.

    Raises
    ------
    InvalidProblem
        With every finding, whatever the text is.
    """
    found = Findings()
    problem = _problem(found, read_document(found, text, PROBLEM_FORMAT))
    issues = (*found.issues, *validate(problem))
    if issues:
        raise InvalidProblem(issues)
    return problem


def _problem(found: Findings, document: dict[str, Any]) -> Problem:
    locations = tuple(_location(found, where, item) for where, item in found.objects(document, "locations"))
    matrix = found.object(document, "matrix")
    size = len(locations)
    return Problem(
        horizon_start_at=_horizon(found, document),
        locations=locations,
        matrix=Matrix(
            duration_s=found.grid(matrix, "matrix/duration_s", size),
            distance_m=found.grid(matrix, "matrix/distance_m", size),
        ),
        shifts=tuple(_shift(found, where, item) for where, item in found.objects(document, "shifts")),
        visits=tuple(_visit(found, where, item) for where, item in found.objects(document, "visits")),
        objective=Objective(
            travel_cost_per_hour=found.number(
                found.object(document, "objective", optional=True), "objective/travel_cost_per_hour", default=0.0
            )
        ),
    )


def _horizon(found: Findings, document: dict[str, Any]) -> datetime:
    text = found.text(document, "horizon_start")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or (moment.hour, moment.minute, moment.second) != (0, 0, 0):
        found.add(
            IssueCode.BAD_HORIZON,
            "horizon_start",
            f"{text!r} is not a local midnight with its offset",
            "write it like 2027-01-04T00:00:00+07:00",
        )
        return datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return moment


def _location(found: Findings, where: str, item: dict[str, Any]) -> Location:
    name = found.text(item, f"{where}/id")
    if item.get("lat") is None and item.get("lon") is None:
        return Location(id=name)
    lat = found.number(item, f"{where}/lat", low=-90, high=90)
    lon = found.number(item, f"{where}/lon", low=-180, high=180)
    return Location(id=name, position=LatLon(lat=lat, lon=lon))


def _shift(found: Findings, where: str, item: dict[str, Any]) -> Shift:
    return Shift(
        id=found.text(item, f"{where}/id"),
        team=found.text(item, f"{where}/team", default=""),
        start_s=found.integer(item, f"{where}/start_s"),
        end_s=found.integer(item, f"{where}/end_s"),
        start_location=found.text(item, f"{where}/start_location"),
        end_location=found.text(item, f"{where}/end_location"),
        skills=found.names(item, f"{where}/skills"),
        breaks=tuple(
            Break(
                earliest_s=found.integer(rest, f"{place}/earliest_s"),
                latest_s=found.integer(rest, f"{place}/latest_s"),
                duration_s=found.integer(rest, f"{place}/duration_s"),
            )
            for place, rest in found.objects(item, f"{where}/breaks", optional=True)
        ),
    )


def _visit(found: Findings, where: str, item: dict[str, Any]) -> Visit:
    return Visit(
        id=found.text(item, f"{where}/id"),
        location=found.text(item, f"{where}/location"),
        service_s=found.integer(item, f"{where}/service_s"),
        reward=found.number(item, f"{where}/reward"),
        windows=tuple(Window(start_s=a, end_s=b) for a, b in found.pairs(item, f"{where}/windows")),
        required=found.flag(item, f"{where}/required"),
        skills=found.names(item, f"{where}/skills"),
        pin=_pin(found, f"{where}/pin", item),
        groups=_groups(found, where, item),
    )


def _groups(found: Findings, where: str, item: dict[str, Any]) -> frozenset[str]:
    """Read the one group of most visits and the list of those that have several; both may be given."""
    several = found.names(item, f"{where}/groups")
    return several if item.get("group") is None else several | {found.text(item, f"{where}/group")}


def _pin(found: Findings, where: str, item: dict[str, Any]) -> Pin | None:
    if item.get("pin") is None:
        return None
    pin = found.object(item, where)
    start = None if pin.get("start_s") is None else found.integer(pin, f"{where}/start_s")
    return Pin(shift=found.text(pin, f"{where}/shift"), start_s=start)


def write_problem(problem: Problem) -> str:
    """Write a problem as JSON: one line per location, matrix row, shift and visit."""
    duration_s, distance_m = problem.matrix.duration_s.tolist(), problem.matrix.distance_m.tolist()
    parts = [
        f'"format": {_json(PROBLEM_FORMAT)}',
        f'"horizon_start": {_json(problem.horizon_start_at.isoformat())}',
        f'"locations": {_lines([_location_fields(location) for location in problem.locations])}',
        f'"matrix": {{"duration_s": {_lines(duration_s)}, "distance_m": {_lines(distance_m)}}}',
        f'"shifts": {_lines([_shift_fields(shift) for shift in problem.shifts])}',
        f'"visits": {_lines([_visit_fields(visit) for visit in problem.visits])}',
        f'"objective": {_json({"travel_cost_per_hour": problem.objective.travel_cost_per_hour})}',
    ]
    return "{" + ",\n ".join(parts) + "}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _lines(items: list[Any]) -> str:
    return "[" + ",\n  ".join(map(_json, items)) + "]"


def _location_fields(location: Location) -> dict[str, Any]:
    if location.position is None:
        return {"id": location.id}
    return {"id": location.id, "lat": location.position.lat, "lon": location.position.lon}


def _shift_fields(shift: Shift) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": shift.id,
        "team": shift.team,
        "start_s": shift.start_s,
        "end_s": shift.end_s,
        "start_location": shift.start_location,
        "end_location": shift.end_location,
        "skills": sorted(shift.skills),
    }
    if shift.breaks:
        fields["breaks"] = [
            {"earliest_s": rest.earliest_s, "latest_s": rest.latest_s, "duration_s": rest.duration_s}
            for rest in shift.breaks
        ]
    return fields


def _visit_fields(visit: Visit) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": visit.id,
        "location": visit.location,
        "service_s": visit.service_s,
        "reward": visit.reward,
        "required": visit.required,
        "windows": [[window.start_s, window.end_s] for window in visit.windows],
        "skills": sorted(visit.skills),
    }
    if visit.pin is not None:
        fields["pin"] = {"shift": visit.pin.shift}
        if visit.pin.start_s is not None:
            fields["pin"]["start_s"] = visit.pin.start_s
    if len(visit.groups) == 1:
        (fields["group"],) = visit.groups
    elif visit.groups:
        fields["groups"] = sorted(visit.groups)
    return fields


def read_plan(text: str | bytes) -> Plan:
    """Read a plan, of this solver or of any other.

    Raises
    ------
    InvalidProblem
        With every finding of form; whether the plan keeps the rules of a problem is for `check`.
    """
    found = Findings()
    document = read_document(found, text, PLAN_FORMAT)
    plan = Plan(
        status=found.choice(document, "status", Status, default=Status.FEASIBLE),
        objective=found.number(document, "objective"),
        bound=None if document.get("bound") is None else found.number(document, "bound"),
        gap=None if document.get("gap") is None else found.number(document, "gap"),
        seed=found.integer(document, "seed", default=0),
        solve_s=found.number(document, "solve_s", default=0.0),
        routes=tuple(_route(found, where, item) for where, item in found.objects(document, "routes")),
        unassigned=tuple(
            _unassigned(found, where, item) for where, item in found.objects(document, "unassigned", optional=True)
        ),
    )
    if found.issues:
        raise InvalidProblem(found.issues)
    return plan


def _route(found: Findings, where: str, item: dict[str, Any]) -> Route:
    return Route(
        shift=found.text(item, f"{where}/shift"),
        travel_s=found.integer(item, f"{where}/travel_s"),
        distance_m=found.integer(item, f"{where}/distance_m"),
        stops=tuple(
            Stop(
                visit=found.text(stop, f"{place}/visit"),
                arrival_s=found.integer(stop, f"{place}/arrival_s"),
                start_s=found.integer(stop, f"{place}/start_s"),
                end_s=found.integer(stop, f"{place}/end_s"),
            )
            for place, stop in found.objects(item, f"{where}/stops")
        ),
        breaks=tuple(
            Rest(start_s=found.integer(rest, f"{place}/start_s"), end_s=found.integer(rest, f"{place}/end_s"))
            for place, rest in found.objects(item, f"{where}/breaks", optional=True)
        ),
    )


def _unassigned(found: Findings, where: str, item: dict[str, Any]) -> Unassigned:
    reason = found.object(item, f"{where}/reason")
    shift = reason.get("shift")
    return Unassigned(
        visit=found.text(item, f"{where}/visit"),
        reason=Reason(
            code=found.choice(reason, f"{where}/reason/code", ReasonCode, default=ReasonCode.NOT_FOUND),
            detail=found.text(reason, f"{where}/reason/detail", default=""),
            cheapest_change=found.text(reason, f"{where}/reason/cheapest_change", default=""),
            shift=None if shift is None else found.text(reason, f"{where}/reason/shift"),
            displaced_by=tuple(sorted(found.names(reason, f"{where}/reason/displaced_by"))),
        ),
    )


def write_plan(plan: Plan) -> str:
    """Write a plan as JSON: equal plans give equal bytes."""
    parts = [
        f'"format": {_json(PLAN_FORMAT)}',
        f'"status": {_json(plan.status)}',
        f'"objective": {_json(plan.objective)}, "bound": {_json(plan.bound)}, "gap": {_json(plan.gap)}',
        f'"seed": {_json(plan.seed)}, "solve_s": {_json(plan.solve_s)}',
        f'"routes": {_lines([_route_fields(route) for route in plan.routes])}',
        f'"unassigned": {_lines([_unassigned_fields(item) for item in plan.unassigned])}',
    ]
    return "{" + ",\n ".join(parts) + "}\n"


def _route_fields(route: Route) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "shift": route.shift,
        "travel_s": route.travel_s,
        "distance_m": route.distance_m,
        "stops": [
            {"visit": stop.visit, "arrival_s": stop.arrival_s, "start_s": stop.start_s, "end_s": stop.end_s}
            for stop in route.stops
        ],
    }
    if route.breaks:
        fields["breaks"] = [{"start_s": rest.start_s, "end_s": rest.end_s} for rest in route.breaks]
    return fields


def _unassigned_fields(item: Unassigned) -> dict[str, Any]:
    reason = item.reason
    fields: dict[str, Any] = {
        "code": reason.code,
        "detail": reason.detail,
        "cheapest_change": reason.cheapest_change,
    }
    if reason.shift is not None:
        fields["shift"] = reason.shift
    if reason.displaced_by:
        fields["displaced_by"] = list(reason.displaced_by)
    return {"visit": item.visit, "reason": fields}
