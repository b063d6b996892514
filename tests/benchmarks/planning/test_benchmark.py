"""The benchmark's own parts: instances repeat, the scorer is strict, public files are read, ratios are right."""

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.validate import validate
from tests.benchmarks.planning.__main__ import Result
from tests.benchmarks.planning.instances import FAMILIES, generate
from tests.benchmarks.planning.report import table
from tests.benchmarks.planning.scorer import BrokenRuleError, score
from tests.benchmarks.planning.toptw import read_toptw
from tests.optimizer.planning_examples import problem, shift, visit

LINE = [[0, 600, 1200], [600, 0, 600], [1200, 600, 0]]
INSTANCE = problem(
    LINE,
    [shift("s", 0, 3000), shift("t", 0, 9000, skills=frozenset({"x"}))],
    [visit("v", "a", [(0, 900)]), visit("w", "b", [(0, 9000)]), visit("x", "a", [(0, 9000)], skills=frozenset({"x"}))],
)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_an_instance_is_valid_and_repeats(family: object) -> None:
    small = replace(family, visits=30, days=5)  # type: ignore[type-var]
    assert validate(generate(small, 1)) == ()
    assert generate(small, 1) == generate(small, 1)
    assert generate(small, 1) != generate(small, 2)


def test_routes_are_worth_rewards_minus_travel() -> None:
    # d → a → b → d takes 2400 s of travel, 40 points at 60 an hour.
    assert score(INSTANCE, {"t": ["v", "w"]}) == pytest.approx(200 - 40)


@pytest.mark.parametrize(
    "routes",
    [
        {"t": ["v"], "s": ["v"]},  # served twice
        {"s": ["x"]},  # skill missing
        {"t": ["w", "v"]},  # a is reached after its window
        {"s": ["v", "w"]},  # home at 600 + 600 + 600 + 600 + 1200 = 3600, after 3000
    ],
)
def test_the_scorer_refuses_routes_that_break_rules(routes: dict[str, list[str]]) -> None:
    with pytest.raises(BrokenRuleError):
        score(INSTANCE, routes)


def test_a_toptw_file_becomes_a_problem(tmp_path: Path) -> None:
    # Points 3-4-5: distance 5.0, in tenths 50; service 10, window 0..100; the budget is point 0's closing time.
    lines = ["4 1 1 1", "0 200", "0 0 0 0 0 0 0 0 200", "1 3 4 10 20 1 1 1 0 100"]
    path = tmp_path / "c101.txt"
    path.write_text("\n".join(lines))
    instance = read_toptw(path, teams=2)
    assert [one.end_s for one in instance.shifts] == [2000, 2000]
    assert instance.matrix.duration_s.tolist() == [[0, 50], [50, 0]]
    assert score(instance, {"team-1": ["001"]}) == 20.0


def test_the_table_compares_with_the_best_peer() -> None:
    common = {"family": "month", "instance": "month-1", "limit_s": 10.0, "seconds": 5.0}
    results = [
        Result(solver="ours", objective=102.0, bound=104.0, **common),  # type: ignore[arg-type]
        Result(solver="vroom", objective=100.0, **common),  # type: ignore[arg-type]
        Result(solver="pyvrp", objective=90.0, **common),  # type: ignore[arg-type]
    ]
    assert "| month | 1 | 1.0200 | 1.0200 | 1.92% | 1.92% | 0.50 |" in table(results)
