"""Problems and plans as JSON: what is read, what is refused, and that nothing ever ends in a traceback."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.plan import Plan, Reason, ReasonCode, Rest, Route, Status, Stop, Unassigned
from optimizer.problem import Problem
from optimizer.validate import InvalidProblem
from optimizer.wire import read_plan, read_problem, write_plan, write_problem
from tests.optimizer.planning_examples import problems


def document() -> dict[str, Any]:
    """The example of the planning contract."""
    return {
        "format": "mobile-passport/planning-problem@1",
        "horizon_start": "2027-01-04T00:00:00+07:00",
        "locations": [{"id": "kanim", "lat": -8.064, "lon": 112.065}, {"id": "p1", "lat": -8.10, "lon": 111.90}],
        "matrix": {"duration_s": [[0, 1900], [1850, 0]], "distance_m": [[0, 21000], [21000, 0]]},
        "shifts": [
            {
                "id": "van-1/2027-01-04",
                "team": "van-1",
                "start_s": 27000,
                "end_s": 57600,
                "start_location": "kanim",
                "end_location": "kanim",
                "skills": ["collective", "home"],
                "breaks": [{"earliest_s": 41400, "latest_s": 46800, "duration_s": 3600}],
            }
        ],
        "visits": [
            {
                "id": "v1",
                "location": "p1",
                "service_s": 5400,
                "reward": 300,
                "required": False,
                "windows": [[27000, 55800], [113400, 142200]],
                "skills": ["collective"],
                "pin": {"shift": "van-1/2027-01-04", "start_s": 30600},
                "group": "kemenag-17",
            }
        ],
        "objective": {"travel_cost_per_hour": 120},
    }


def refused(data: object) -> set[str]:
    """Return the codes of the findings in a document."""
    text = data if isinstance(data, str) else json.dumps(data)
    with pytest.raises(InvalidProblem) as refusal:
        read_problem(text)
    assert all(issue.cause and issue.action and issue.where for issue in refusal.value.issues)
    return {issue.code.value for issue in refusal.value.issues}


def changed(path: str, value: object) -> dict[str, Any]:
    """Return the example with one field changed; a path is like ``visits/0/reward``."""
    data = document()
    target: Any = data
    *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    for parent in parents:
        target = target[parent]
    target[last] = value
    return data


def test_the_example_of_the_contract_is_read_with_unknown_fields() -> None:
    data = changed("visits/0/colour", "red") | {"note": [1, 2]}
    assert read_problem(json.dumps(data)).visits[0].pin is not None


def test_a_visit_may_name_one_group_or_several() -> None:
    both = changed("visits/0/groups", ["kemenag-18", "kemenag-17"])
    assert read_problem(json.dumps(both)).visits[0].groups == {"kemenag-17", "kemenag-18"}
    assert '"groups": ["kemenag-17", "kemenag-18"]' in write_problem(read_problem(json.dumps(both)))
    assert '"group": "kemenag-17"' in write_problem(read_problem(json.dumps(document())))


@settings(max_examples=40, derandomize=True, deadline=None)
@given(problems())
def test_a_problem_written_and_read_is_the_same(instance: Problem) -> None:
    text = write_problem(instance)
    assert read_problem(text) == instance
    assert write_problem(read_problem(text)) == text


def test_a_plan_written_and_read_is_the_same() -> None:
    why = Reason(code=ReasonCode.DISPLACED, detail="d", cheapest_change="c", shift="s", displaced_by=("v1",))
    plan = Plan(
        status=Status.FEASIBLE,
        objective=12.5,
        bound=None,
        gap=None,
        seed=3,
        solve_s=0.0,
        routes=(
            Route(
                shift="s",
                travel_s=10,
                distance_m=20,
                stops=(Stop(visit="v1", arrival_s=1, start_s=2, end_s=3),),
                breaks=(Rest(start_s=4, end_s=5),),
            ),
        ),
        unassigned=(Unassigned(visit="v2", reason=why),),
    )
    assert read_plan(write_plan(plan)) == plan


BAD = [
    ("not JSON", "{", {"E1001"}),
    ("not an object", "[]", {"E1001"}),
    ("a number too long for Python", "1" * 5000, {"E1001"}),
    ("deep nesting", "[" * 100_000, {"E1001"}),
    ("another format", changed("format", "x@1"), {"E1002"}),
    ("no visits", {k: v for k, v in document().items() if k != "visits"}, {"E1003"}),
    ("an id that is a number", changed("visits/0/id", 5), {"E1004"}),
    ("visits not a list", changed("visits", {"a": 1}), {"E1004"}),
    ("a visit that is null", changed("visits", [None]), {"E1004"}),
    ("half a second", changed("visits/0/service_s", 0.5), {"E1004"}),
    ("true as a number", changed("visits/0/reward", True), {"E1004"}),
    ("NaN reward", changed("visits/0/reward", float("nan")), {"E1005"}),
    ("endless reward", changed("visits/0/reward", float("inf")), {"E1005"}),
    ("negative reward", changed("visits/0/reward", -1), {"E1005"}),
    ("10-million-second service", changed("visits/0/service_s", 10_000_000), {"E1005", "E1501"}),
    ("negative cost of travel", changed("objective/travel_cost_per_hour", -1), {"E1005"}),
    ("latitude 95", changed("locations/0/lat", 95), {"E1005"}),
    ("no offset", changed("horizon_start", "2027-01-04T00:00:00"), {"E1006"}),
    ("not midnight", changed("horizon_start", "2027-01-04T01:00:00+07:00"), {"E1006"}),
    ("a visit twice", changed("visits", document()["visits"] * 2), {"E1101", "E1502", "E1503"}),
    ("a location twice", changed("locations/1/id", "kanim"), {"E1101", "E1102"}),
    ("an unknown location", changed("visits/0/location", "nowhere"), {"E1102"}),
    ("an unknown depot", changed("shifts/0/start_location", "nowhere"), {"E1102"}),
    ("an unknown shift in a pin", changed("visits/0/pin/shift", "nowhere"), {"E1102"}),
    ("a matrix of one row", changed("matrix/duration_s", [[0, 1]]), {"E1201"}),
    ("a ragged matrix", changed("matrix/distance_m", [[0, 1], [0]]), {"E1201"}),
    ("negative travel", changed("matrix/duration_s/0/1", -5), {"E1202"}),
    ("NaN travel", changed("matrix/duration_s/0/1", float("nan")), {"E1202"}),
    ("text as travel", changed("matrix/duration_s/0/1", "5"), {"E1202"}),
    ("groups that are a text", changed("visits/0/groups", "kemenag-17"), {"E1004"}),
    ("a shift reversed", changed("shifts/0/end_s", 100), {"E1301", "E1302", "E1501"}),
    ("a break after the shift", changed("shifts/0/breaks/0/latest_s", 10), {"E1302", "E1501"}),
    ("a window reversed", changed("visits/0/windows", [[55800, 27000]]), {"E1401", "E1501"}),
    ("windows out of order", changed("visits/0/windows", [[113400, 142200], [27000, 55800]]), {"E1402"}),
    ("overlapping windows", changed("visits/0/windows", [[27000, 55800], [55800, 60000]]), {"E1402"}),
    ("a window before the horizon", changed("visits/0/windows", [[-5, 55800]]), {"E1403"}),
    ("windows long after the horizon", changed("visits/0/windows", [[10**7, 10**7 + 60]]), {"E1403", "E1501"}),
    ("a pin without the skill", changed("shifts/0/skills", ["home"]), {"E1501"}),
    ("a pin outside the windows", changed("visits/0/pin/start_s", 56_000), {"E1501"}),
    ("a pin too early to reach", changed("visits/0/pin/start_s", 27_100), {"E1501"}),
    ("a pin too late to return", changed("visits/0/pin/start_s", 54_000), {"E1501"}),
]


@pytest.mark.parametrize(("data", "codes"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_input_is_refused_with_codes_causes_and_actions(data: object, codes: set[str]) -> None:
    assert refused(data) == codes


def test_all_findings_come_at_once() -> None:
    data = changed("visits/0/reward", -1)
    data["shifts"][0]["end_s"] = 5
    data["matrix"]["duration_s"] = [[0]]
    data["objective"]["travel_cost_per_hour"] = "free"
    assert {"E1005", "E1301", "E1201", "E1004"} <= refused(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PATHS = [
    "format", "horizon_start", "locations", "locations/0", "locations/0/lat", "matrix", "matrix/duration_s",
    "matrix/duration_s/0", "matrix/duration_s/0/0", "shifts", "shifts/0", "shifts/0/start_s", "shifts/0/skills",
    "shifts/0/breaks", "shifts/0/breaks/0", "visits", "visits/0", "visits/0/windows", "visits/0/windows/0",
    "visits/0/windows/0/0", "visits/0/pin", "visits/0/pin/start_s", "visits/0/group", "visits/0/groups",
    "visits/0/required", "objective",
]  # fmt: skip


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.sampled_from(PATHS), JSON)
def test_whatever_stands_in_a_field_is_read_or_refused(path: str, value: object) -> None:
    problem: Problem | None = None
    with suppress(InvalidProblem):
        problem = read_problem(json.dumps(changed(path, value)))
    assert problem is None or read_problem(write_problem(problem)) == problem


@settings(max_examples=100, derandomize=True, deadline=None)
@given(JSON)
def test_whatever_a_plan_is_it_is_read_or_refused(value: object) -> None:
    data = {"format": "mobile-passport/plan@1", "status": value, "routes": value, "unassigned": [value]}
    with pytest.raises(InvalidProblem):
        read_plan(json.dumps(data))
