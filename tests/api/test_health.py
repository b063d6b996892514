"""Alive is not the same as ready."""

from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings


def test_a_migrated_database_is_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_a_database_without_its_schema_is_alive_but_not_ready(world: World, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    with TestClient(create_app(replace(world, database=database), build_desk(world, Settings()))) as client:
        assert client.get("/healthz").status_code == 200
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert "mobile-passport migrate" in answer.json()["detail"]


def test_a_database_that_does_not_answer_is_not_ready_and_a_page_is_not_a_crash(world: World) -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2")
    with TestClient(create_app(replace(world, database=database), build_desk(world, Settings()))) as client:
        assert client.get("/healthz").status_code == 200
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "MP_DATABASE_URL" in answer.json()["detail"]
        page = client.get("/", headers={"Accept": "text/html"})
        assert page.status_code == 503
        assert "Layanan sedang tidak tersedia" in page.text
        assert "127.0.0.1" not in page.text


def test_in_production_a_role_that_no_policy_binds_is_not_ready(world: World, postgres_url: str) -> None:
    database = Database(postgres_url)
    schema.upgrade(database)
    production = replace(world, database=database, is_production=True)
    with TestClient(create_app(production, build_desk(world, Settings()))) as client:
        assert "row-level security" in client.get("/readyz").json()["detail"]
