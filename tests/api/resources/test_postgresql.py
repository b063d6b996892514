"""The way of a request through the API, from the letter to its withdrawal."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mobile_passport.domain.access import Role
from mobile_passport.services.plans.run_planning import make_next_plan
from mobile_passport.services.world import World
from tests.api.resources.office import Person, coordinator, letter, person, somebody
from tests.databases import MIGRATED, Filling
from tests.mobile_passport.services.seasons import NOW, office_on


@pytest.fixture
def season(copy_of: Callable[[Filling], str]) -> Iterator[World]:
    """An office with nothing in its database."""
    with office_on(copy_of(MIGRATED)) as opened:
        yield opened


def test_a_request_goes_its_way(client: TestClient, app: FastAPI, season: World) -> None:
    kbihu, rival = coordinator(client, season), coordinator(client, season)
    verifier, planner = somebody(client, season, Role.VERIFIER), somebody(client, season, Role.PLANNER)
    reference = kbihu.post("/api/v1/requests", letter(1), key="hand-in-1").json()["references"][0]
    assert kbihu.post("/api/v1/requests", letter(1), key="hand-in-1").headers["idempotency-replayed"] == "true"
    address = f"/api/v1/requests/{reference}"
    assert rival.get(address).status_code == 404
    assert kbihu.post(f"{address}/people", person(1, 2)).status_code == 201
    wished = kbihu.change("PATCH", address, {"deadline_date": "2027-03-01"}, seen=kbihu.get(address).headers["etag"])
    assert wished.status_code == 200
    _amend_and_tick(kbihu, verifier, address)
    asked = planner.post("/api/v1/planning-runs", {"time_limit_s": 1}).headers["location"]
    make_next_plan(season, clock=lambda: NOW)
    assert planner.get(asked).json()["state"] == "finished"
    assert planner.post("/api/v1/plans/1/publication", seen='"none"').status_code == 200
    assert planner.get("/api/v1/plans/current/visits").json()["plan_version"] == 1
    seen = kbihu.get(address).headers["etag"]
    assert rival.post(f"{address}/withdrawal", seen=seen).status_code == 404
    gone = kbihu.post(f"{address}/withdrawal", seen=seen)
    assert gone.json()["request"]["people"] == {"withdrawn": 2}


def _amend_and_tick(kbihu: Person, verifier: Person, address: str) -> None:
    one = kbihu.get(f"{address}/people").json()["items"][0]
    of_person = f"/api/v1/people/{one['id']}"
    amended = kbihu.change("PATCH", of_person, {"name": "Siti Baru"}, seen=kbihu.get(of_person).headers["etag"])
    assert amended.json()["person"]["name"] == "Siti Baru"
    assert kbihu.get(of_person).headers["etag"] == amended.headers["etag"]
    readiness = verifier.get(f"{of_person}/readiness")
    paper = readiness.json()["papers"][0]["key"]
    seen = readiness.headers["etag"]
    ticked = verifier.change("PUT", f"{of_person}/papers/{paper}", {"is_seen": True}, seen=seen)
    assert ticked.json()["papers"][0]["seen_by"] == verifier.caller.login
