"""Two organisations: whatever one of them learns an identifier of, the other cannot read or change.

Generated from the description of the API: every operation is tried, so a new one is tried without a new test.
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from api.openapi import operations
from mobile_passport.services.world import World
from tests.api.resources.office import Person, letter
from tests.mobile_passport.services.seasons import rows

IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|BLI-[0-9]{4}-[0-9]{4,}")
NAMES = ("Siti Contoh", "B-1/2026", "B-2/2026")
NOT_THEIRS = {"/api/v1/requests/files"}  # takes a file, tried elsewhere


def paths_of(one: Person, methods: set[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    schema = one.client.get("/openapi.json").json()
    components = schema["components"]["schemas"]
    for path, method, operation in operations(schema):
        if path.startswith("/api/v1") and path not in NOT_THEIRS and method in methods:
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            model = components[body["$ref"].rpartition("/")[2]] if "$ref" in body else {}
            yield method, path, model


def harvest(one: Person, references: set[str]) -> tuple[set[str], str]:
    """Read everything that a caller may read, and return identifiers and the texts."""
    found, texts = set(references), ""
    for _ in range(2):  # identifiers lead to further answers
        for _, path, _ in paths_of(one, {"get"}):
            for address in filled(path, found):
                answer = one.get(address)
                if answer.status_code == 200:
                    texts += answer.text
                    found |= set(IDENTIFIER.findall(answer.text))
    return found, texts


def filled(path: str, identifiers: set[str]) -> list[str]:
    """Put identifiers where a path takes one."""
    if "{" not in path:
        return [path]
    uuids = sorted(one for one in identifiers if "-" in one and len(one) == 36)
    references = sorted(one for one in identifiers if one.startswith("BLI"))
    chosen = references if "{reference}" in path else uuids
    if "{version}" in path:
        return [path.replace("{version}", "1")]
    if "{code}" in path or "{day}" in path:
        return []  # venues and days belong to everybody
    return [re.sub(r"\{paper\}", "0" * 12, re.sub(r"\{[a-z_]+\}", one, path, count=1)) for one in chosen[:40]]


def test_nothing_of_one_organisation_reaches_another(kbihu: Person, rival: Person, season: World) -> None:
    own = set(kbihu.post("/api/v1/requests", letter(1, people=(1, 2))).json()["references"])
    theirs = set(rival.post("/api/v1/requests", letter(2, people=(3,))).json()["references"])
    identifiers, _ = harvest(kbihu, own)
    rivals, seen_by_rival = harvest(rival, theirs)
    private = identifiers - rivals
    assert own <= private
    assert len(private) >= 3  # the request and both people
    assert not [one for one in private if one in seen_by_rival]
    before = {table: rows(season, table) for table in ("request", "applicant", "appointment", "paper")}
    tried = 0
    for method, path, _ in paths_of(rival, {"get", "post", "put", "patch", "delete"}):
        for address in filled(path, private) if "{" in path and "{version}" not in path else ():
            headers = rival.headers | {"Idempotency-Key": uuid4().hex, "If-Match": '"x"'}
            body = letter(1)["people"][0] if path.endswith("/people") else {}
            answer = rival.client.request(method, address, json=body, headers=headers)
            assert answer.status_code in (403, 404, 422), (method, address, answer.text)
            assert not any(name in answer.text for name in NAMES)
            assert not [one for one in private if one in answer.text.replace(address, "")]
            tried += 1
    assert tried > 30
    assert {table: rows(season, table) for table in before} == before


def test_a_key_of_one_organisation_does_not_replay_its_answer_to_another(kbihu: Person, rival: Person) -> None:
    first = kbihu.post("/api/v1/requests", letter(1), key="the-same-key")
    other = rival.post("/api/v1/requests", letter(1), key="the-same-key")
    assert first.status_code == 201
    assert (other.status_code, other.json()["code"]) == (409, "already_booked")
    assert first.json()["references"][0] not in other.text


FORBIDDEN_FIELDS = {
    "role": "admin",
    "regency": "3504",
    "priority": 9,
    "status": "served",
    "created_at": "2020-01-01T00:00:00Z",
    "kanim": "malang",
    "organisation_id": str(uuid4()),
    "received_date": "2020-01-01",
    "id": str(uuid4()),
}


def test_nobody_sets_what_is_not_theirs_to_set(planner: Person) -> None:
    tried = 0
    for method, path, model in paths_of(planner, {"post", "put", "patch"}):
        if not model:
            continue
        address = re.sub(r"\{[a-z_]+\}", "1" if "{version}" in path else str(uuid4()), path)
        for name, value in FORBIDDEN_FIELDS.items():
            if name in model["properties"]:
                continue  # an organisation's regency is a field of an organisation
            body = (model.get("examples") or [{}])[0] | {name: value}
            headers = planner.headers | {"Idempotency-Key": uuid4().hex, "If-Match": '"x"'}
            answer = planner.client.request(method, address, json=body, headers=headers)
            assert answer.status_code in (403, 422), (method, path, name, answer.text)
            if answer.status_code == 422 and path.startswith(("/api/v1/requests", "/api/v1/people", "/api/v1/venues")):
                assert any(issue["where"][-1] == name for issue in answer.json()["issues"]), (path, name)
            tried += 1
    assert tried > 60


def test_a_person_in_a_list_is_no_way_around_it(kbihu: Person) -> None:
    for name, value in FORBIDDEN_FIELDS.items():
        body = letter(1)
        body["people"][0][name] = value
        assert kbihu.post("/api/v1/requests", body).status_code == 422
