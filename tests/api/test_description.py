"""The description of the API is complete: nothing that a client has to know is missing from it."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.openapi import operations
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.settings import Settings
from tests.mobile_passport.services.seasons import shipped

VERBS = {
    "add", "admit", "amend", "ask", "cancel", "change", "check", "compare", "confirm", "enrol", "export", "hand",
    "hold", "join", "list", "mark", "note", "offer", "publish", "read", "record", "release", "report", "resolve",
    "reveal", "review", "revoke", "search", "set", "settle", "survey", "tick", "withdraw",
}  # fmt: skip
"""What an operation does; its name goes on with what it does that to."""
NAME = re.compile(r"[a-z]+(_[a-z]+){1,3}")
SIGNED_IN = {"401", "403", "422", "500", "503"}
WITHOUT_KEY = {
    "/api/v1/field/operations",  # operations carry identifiers of their own, one by one
    "/api/v1/people/{person}/nik-reveals",  # every look is recorded; an answer that is kept would be looked at unseen
}
WITHOUT_PRECONDITION = {
    "/api/v1/days/{day}/state",  # closing a day twice is the same as once
    "/api/v1/field/devices/{device_id}",
}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """What /openapi.json answers; no database has to do with it."""
    app = create_app(shipped(), build_desk(shipped(), Settings()))
    answer: dict[str, Any] = TestClient(app).get("/openapi.json").json()
    return answer


@pytest.fixture(scope="module")
def described(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation under /api/v1."""
    assert schema["openapi"].startswith("3.1")
    return [one for one in operations(schema) if one[0].startswith("/api/v1")]


def headers(operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"].lower(): one for one in operation.get("parameters", ()) if one["in"] == "header"}


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(described: list[Any]) -> None:
    names = [operation["operationId"] for _, _, operation in described]
    assert len(names) == len(set(names))
    assert [name for name in names if not NAME.fullmatch(name) or name.partition("_")[0] not in VERBS] == []
    assert [path for path, _, operation in described if not operation.get("description")] == []
    assert [path for path, _, operation in described if not operation.get("tags")] == []


def test_every_operation_declares_its_problems_with_their_media_type(described: list[Any]) -> None:
    for path, method, operation in described:
        answers = operation["responses"]
        if "security" in operation:
            assert answers.keys() >= SIGNED_IN, (method, path)
        for status, answer in answers.items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], (method, path, status)


def test_only_what_anybody_may_read_needs_nobody_signed_in(described: list[Any]) -> None:
    assert {path for path, _, operation in described if "security" not in operation} == {"/api/v1/plans/current"}


def test_every_post_takes_a_key(described: list[Any]) -> None:
    for path, method, operation in described:
        if method == "post" and path not in WITHOUT_KEY:
            assert headers(operation)["idempotency-key"]["required"], path
            assert {"409", "413"} <= operation["responses"].keys(), path


def test_every_change_of_what_is_there_states_what_was_seen(described: list[Any]) -> None:
    for path, method, operation in described:
        if method in ("put", "patch") and path not in WITHOUT_PRECONDITION:
            assert headers(operation)["if-match"]["required"], (method, path)
            assert {"412", "428"} <= operation["responses"].keys(), (method, path)


def test_every_body_may_be_unreadable_or_too_large(described: list[Any]) -> None:
    for path, method, operation in described:
        if "requestBody" in operation:
            assert {"400", "413"} <= operation["responses"].keys(), (method, path)


def test_bodies_refuse_what_they_do_not_declare_and_show_an_example(schema: dict[str, Any]) -> None:
    components = schema["components"]["schemas"]
    for path, _, operation in operations(schema):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        if "$ref" in body and path.startswith("/api/v1"):
            model = components[body["$ref"].rpartition("/")[2]]
            assert model["additionalProperties"] is False, path


def test_no_way_of_the_framework_to_say_422_is_left(schema: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in str(schema)
