import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mobile_passport.cli.app import app

RUNNER = CliRunner()
HOUR = 3600


def problem() -> dict[str, object]:
    """One team, one day, two visits an hour from the depot and from each other; only one of them fits."""
    return {
        "format": "mobile-passport/planning-problem@1",
        "horizon_start": "2027-01-04T00:00:00+07:00",
        "locations": [{"id": name, "lat": -8.0, "lon": 112.0} for name in ("depot", "a", "b")],
        "matrix": {
            "duration_s": [[0, HOUR, HOUR], [HOUR, 0, HOUR], [HOUR, HOUR, 0]],
            "distance_m": [[0, 9, 9], [9, 0, 9], [9, 9, 0]],
        },
        "shifts": [
            {
                "id": "van/1",
                "team": "van",
                "start_s": 8 * HOUR,
                "end_s": 12 * HOUR,
                "start_location": "depot",
                "end_location": "depot",
                "skills": [],
            }
        ],
        "visits": [
            {
                "id": name,
                "location": name,
                "service_s": HOUR,
                "reward": reward,
                "windows": [[0, 24 * HOUR]],
                "skills": [],
            }
            for name, reward in (("a", 100), ("b", 300))
        ],
        "objective": {"travel_cost_per_hour": 20},
    }


def write(folder: Path, content: object, name: str = "problem.json") -> str:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def test_solve_writes_a_plan_that_check_accepts_with_its_objective(tmp_path: Path) -> None:
    source, plan = write(tmp_path, problem()), str(tmp_path / "plan.json")
    solved = RUNNER.invoke(app, ["solve", source, "--work-limit", "50", "--threads", "1", "-o", plan])
    assert solved.exit_code == 0, solved.output
    # 300 points − 2 hours of travel at 20 points
    assert json.loads(Path(plan).read_text(encoding="utf-8"))["objective"] == 260
    checked = RUNNER.invoke(app, ["check", source, plan])
    assert (checked.exit_code, checked.output) == (0, "objective 260.0\n")


def test_check_names_every_violation_of_a_tampered_plan(tmp_path: Path) -> None:
    source, plan = write(tmp_path, problem()), tmp_path / "plan.json"
    RUNNER.invoke(app, ["solve", source, "--work-limit", "50", "--threads", "1", "-o", str(plan)])
    tampered = json.loads(plan.read_text(encoding="utf-8"))
    tampered["objective"] = 9999
    tampered["routes"][0]["stops"][0]["start_s"] = 0
    checked = RUNNER.invoke(app, ["check", source, write(tmp_path, tampered, "tampered.json")])
    assert checked.exit_code == 1
    assert len(checked.output.splitlines()) >= 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param("{", "nothing was computed", id="no JSON"),
        pytest.param(json.dumps([]), "nothing was computed", id="not an object"),
        pytest.param(json.dumps({**problem(), "visits": 5}), "visits", id="visits are a number"),
    ],
)
@pytest.mark.parametrize("command", ["solve", "gather"])
def test_bad_input_is_told_in_findings_with_exit_code_2(tmp_path: Path, content: str, told: str, command: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content, encoding="utf-8")
    result = RUNNER.invoke(app, [command, str(path)])
    assert result.exit_code == 2
    assert told in result.output or command == "gather"
    assert "Traceback" not in result.output


def test_a_missing_file_is_told_and_not_traced(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["solve", str(tmp_path / "none.json")])
    assert result.exit_code == 2
    assert "No such file" in result.output


def test_gather_writes_clusters(tmp_path: Path) -> None:
    source = write(
        tmp_path,
        {
            "format": "mobile-passport/gathering-problem@1",
            "groups": [
                {"id": "g1", "applicants": 40, "max_travel_s": 1800},
                {"id": "g2", "applicants": 3, "max_travel_s": 60, "home_only": True},
            ],
            "venues": [{"id": "b1", "capacity": 90, "step_free": True}],
            "travel_s": [[900], [900]],
            "min_applicants": 30,
            "venue_cost": 40.0,
            "travel_cost_per_applicant_hour": 10.0,
            "unserved_cost_per_applicant": 100.0,
        },
    )
    result = RUNNER.invoke(app, ["gather", source])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.output)
    assert answer["home"] == ["g2"]
    assert answer["objective"] == 40 + 40 * 0.25 * 10  # one venue, forty people a quarter of an hour
