"""The gathering contract as JSON: round trips, every finding at once, never a crash."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.gathering import (
    GatheringProblem,
    GatherParams,
    gather,
    read_clusters,
    read_gathering_problem,
    write_clusters,
    write_gathering_problem,
)
from optimizer.validate import InvalidProblem, IssueCode

DOCUMENT = {
    "format": "mobile-passport/gathering-problem@1",
    "groups": [
        {"id": "g1", "applicants": 32, "max_travel_s": 1800, "needs_step_free": True, "home_only": False},
        {"id": "g2", "applicants": 4, "max_travel_s": 1800, "home_only": True},
        {"id": "g3", "applicants": 9, "max_travel_s": 1800, "vulnerable": True},
    ],
    "venues": [{"id": "b1", "capacity": 90, "step_free": True}],
    "travel_s": [[600], [600], [None]],
    "min_applicants": 30,
    "venue_cost": 40.0,
    "travel_cost_per_applicant_hour": 10.0,
    "unserved_cost_per_applicant": 100.0,
}


def codes_of(text: str) -> set[IssueCode]:
    with pytest.raises(InvalidProblem) as caught:
        read_gathering_problem(text)
    assert all(issue.where and issue.cause and issue.action for issue in caught.value.issues)
    return {issue.code for issue in caught.value.issues}


def changed(**changes: Any) -> str:
    return json.dumps(DOCUMENT | changes)


def test_what_is_written_reads_back_the_same() -> None:
    problem = read_gathering_problem(json.dumps(DOCUMENT))
    assert read_gathering_problem(write_gathering_problem(problem)) == problem
    clusters = gather(problem, GatherParams(seed=1))
    assert read_clusters(write_clusters(clusters)) == clusters


def test_clusters_have_the_form_of_the_contract() -> None:
    # 40 for the hall + 32 people × 600 s at 10 an hour = 53.33…, + 9 people on an island at 100.
    written = json.loads(write_clusters(gather(read_gathering_problem(json.dumps(DOCUMENT)), GatherParams(seed=1))))
    assert written["format"] == "mobile-passport/clusters@1"
    assert written["status"] == "optimal"
    assert written["objective"] == pytest.approx(40 + 32 * 600 / 360 + 900)
    assert written["clusters"] == [{"venue": "b1", "groups": [{"id": "g1", "applicants": 32}]}]
    assert written["home"] == ["g2"]
    assert written["unserved"][0]["reason"]["code"] == "no_venue_in_reach"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"format": "other@1"}, IssueCode.WRONG_FORMAT, id="another format"),
        pytest.param({"venues": [{"id": "b1", "capacity": 0}]}, IssueCode.OUT_OF_RANGE, id="a venue without places"),
        pytest.param({"venues": [{"id": "b1"}]}, IssueCode.MISSING, id="a venue without capacity"),
        pytest.param({"venues": None}, IssueCode.MISSING, id="no venues"),
        pytest.param({"venues": [DOCUMENT["venues"][0]] * 2}, IssueCode.DUPLICATE_ID, id="a venue twice"),  # type: ignore[index]
        pytest.param({"travel_s": [[600], [600]]}, IssueCode.MATRIX_SHAPE, id="a row missing"),
        pytest.param({"travel_s": [[600], [600, 1], [1]]}, IssueCode.MATRIX_SHAPE, id="ragged rows"),
        pytest.param({"travel_s": [[600], [-1], [1]]}, IssueCode.MATRIX_VALUE, id="travel back in time"),
        pytest.param({"travel_s": [[600], [float("nan")], [1]]}, IssueCode.MATRIX_VALUE, id="NaN"),
        pytest.param({"travel_s": [["far"], [1], [1]]}, IssueCode.MATRIX_VALUE, id="words for numbers"),
        pytest.param({"travel_s": 5}, IssueCode.WRONG_TYPE, id="no matrix"),
        pytest.param({"travel_s": None}, IssueCode.MISSING, id="no travel"),
        pytest.param({"venue_cost": -1}, IssueCode.OUT_OF_RANGE, id="negative cost"),
        pytest.param({"venue_cost": float("inf")}, IssueCode.OUT_OF_RANGE, id="infinite cost"),
        pytest.param({"min_applicants": 2.5}, IssueCode.WRONG_TYPE, id="half a person"),
    ],
)
def test_bad_input_is_refused_with_a_code(changes: dict[str, Any], code: IssueCode) -> None:
    assert code in codes_of(changed(**changes))


def test_all_findings_come_at_once() -> None:
    groups = [{"id": "g1", "applicants": 0, "max_travel_s": -5}, {"id": "g1", "applicants": True, "max_travel_s": 1}]
    found = codes_of(changed(groups=groups, venue_cost="much"))
    assert found >= {IssueCode.OUT_OF_RANGE, IssueCode.DUPLICATE_ID, IssueCode.WRONG_TYPE, IssueCode.MATRIX_SHAPE}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(DOCUMENT)), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(field=st.sampled_from(list(DOCUMENT)), value=JSON)
def test_whatever_stands_in_a_field_is_read_or_refused(field: str, value: object) -> None:
    problem: GatheringProblem | None = None
    with suppress(InvalidProblem):
        problem = read_gathering_problem(json.dumps(DOCUMENT | {field: value}))
    assert problem is None or read_gathering_problem(write_gathering_problem(problem)) == problem


@settings(max_examples=80, derandomize=True, deadline=None)
@given(text=st.text() | st.binary(max_size=20) | JSON.map(json.dumps))
def test_any_text_is_refused_without_a_crash(text: str | bytes) -> None:
    for read in (read_gathering_problem, read_clusters):
        with pytest.raises(InvalidProblem):
            read(text)
