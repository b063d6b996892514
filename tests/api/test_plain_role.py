"""The app on PostgreSQL as in production, where policies bind it: what has to work does, and nothing leaks."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from api.app import create_app
from mobile_passport.domain.access import Role
from mobile_passport.persistence.database import Database
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.accounts import account, bearer
from tests.mobile_passport.services.seasons import NOW, plan_and_publish, shipped, small_season

pytestmark = pytest.mark.database("postgresql")

LETTER: dict[str, Any] = {
    "external_reference": "B-12/KBIHU/2026",
    "contact_name": "Budi Contoh",
    "contact_phone": "081234567890",
    "category": "hajj",
    "visit_kind": "collective",
    "place_text": "Desa Karangsono, Kec. Kanigoro, Kab. Blitar",
    "people": [
        {
            "name": "Siti Contoh",
            "nik": "3505014101600001",
            "birth_date": "1960-01-01",
            "sex": "female",
            "passport_case": "new",
        }
    ],
}


@pytest.fixture
def plain(database: Database) -> World:
    """The shipped office in production."""
    return replace(shipped(), database=database, is_production=True)


@pytest.fixture
def client(plain: World) -> TestClient:
    """The whole app on it."""
    return TestClient(create_app(plain, build_desk(plain, Settings())))


def hand_in(client: TestClient, headers: dict[str, str], **changes: Any) -> Response:
    return client.post("/api/v1/requests", json=LETTER | changes, headers=headers | {"Idempotency-Key": str(uuid4())})


def test_a_coordinator_hands_in_a_letter_that_no_other_coordinator_finds(plain: World, client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ready"}
    own, other, planner = (
        bearer(plain, account(plain, role)) for role in (Role.COORDINATOR, Role.COORDINATOR, Role.PLANNER)
    )
    answer = hand_in(client, own)
    assert answer.status_code == 201, answer.text
    reference = answer.json()["references"][0]
    statuses = {
        path: [client.get(path, headers=who).status_code for who in (own, planner, other)]
        for path in (f"/api/v1/requests/{reference}", f"/api/v1/requests/{reference}/people")
    }
    assert set(map(tuple, statuses.values())) == {(200, 200, 404)}, statuses
    person = client.get(f"/api/v1/requests/{reference}/people", headers=own).json()["items"][0]["id"]
    assert [client.get(f"/api/v1/people/{person}", headers=who).status_code for who in (own, other)] == [200, 404]
    assert reference not in client.get("/api/v1/requests", headers=other).text
    with plain.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM sms_intent")) == 1, "the office confirms it"


def test_a_person_is_booked_once_in_the_whole_office(plain: World, client: TestClient) -> None:
    own, other = (bearer(plain, account(plain, Role.COORDINATOR)) for _ in range(2))
    assert hand_in(client, own).status_code == 201
    answer = hand_in(client, other, external_reference="B-99")
    assert answer.status_code == 409, "somebody of another organisation is found without being shown"
    assert "3505014101600001" not in answer.text


def test_a_letter_about_another_regency_is_refused(plain: World, client: TestClient) -> None:
    own = bearer(plain, account(plain, Role.COORDINATOR))
    answer = hand_in(client, own, place_text="Desa Sidorejo, Kec. Kauman, Kab. Tulungagung")
    assert (answer.status_code, answer.json()["code"]) == (409, "outside_scope")


def test_the_office_plans_and_publishes_and_a_team_sees_the_own_people_only(plain: World, client: TestClient) -> None:
    import_requests(small_season(), plain, actor="test", now=NOW)
    plan_and_publish(plain)
    assert client.get("/api/v1/plans/current").json()["served"] > 0
    planner, crew = (bearer(plain, account(plain, role)) for role in (Role.PLANNER, Role.FIELD))
    assert client.get("/api/v1/requests", headers=planner).json()["items"]
    assert client.get("/api/v1/requests", headers=crew).status_code == 403
