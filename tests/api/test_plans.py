"""The plan for machines: exact fields, conditional requests, problems as problems."""

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from api.schemas import PlanOut
from tests.api.conftest import Plans
from tests.mobile_passport.documents.sample_plan import sample_plan

CURRENT = "/api/v1/plans/current"


def test_the_plan_is_told_whole_with_zones_and_reasons(client: TestClient) -> None:
    answer = client.get(CURRENT)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    plan = answer.json()
    assert (plan["version"], plan["served"], plan["left_out"], len(plan["days"])) == (3, 3225, 122, 30)
    stop = plan["days"][0]["routes"][0]["stops"][0]
    assert stop["starts_at"] == "2026-12-01T07:40:00+07:00"
    assert stop["punctuality"].keys() == {"on_time", "within_minutes", "light", "buffer_minutes"}
    assert stop["window_closes_at"] is None
    assert plan["unserved"][0]["code"] == "below_minimum"
    assert plan["unserved"][0]["sentence"].startswith("Jumlah orang")


def test_no_field_but_the_declared_ones_goes_over_the_wire(client: TestClient) -> None:
    answer = client.get(CURRENT).json()
    assert answer.keys() == PlanOut.model_fields.keys()
    with pytest.raises(ValidationError):
        PlanOut.model_validate({**PlanOut.of(sample_plan()).model_dump(), "nik": "3505"})


def test_the_tag_names_the_version_and_saves_the_answer(client: TestClient, plans: Plans) -> None:
    first = client.get(CURRENT)
    tag = first.headers["etag"]
    assert tag.startswith('W/"3-')
    again = client.get(CURRENT, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(CURRENT, headers={"If-None-Match": '"3-other"'}).status_code == 200
    plans.plan = sample_plan(version=4)
    renewed = client.get(CURRENT, headers={"If-None-Match": tag})
    assert renewed.status_code == 200
    assert renewed.json()["version"] == 4


def test_without_a_plan_there_is_a_problem_that_says_what_to_do(client: TestClient, plans: Plans) -> None:
    plans.plan = None
    answer = client.get(CURRENT)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:mobile-passport:problem:no_plan",
        "title": "Not found",
        "status": 404,
        "detail": "No plan has been published yet. To make an example, type: make demo",
        "code": "no_plan",
        "action": "Check the address and the identifiers; list what there is.",
        "issues": [],
    }
    assert client.get("/rencana.ics").status_code == 404
    assert client.get("/peta.svg").status_code == 404
