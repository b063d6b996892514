"""An office whose season is published, and people with accounts of every kind."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.plan_reader import PlanReader, StoredPlans
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.persistence.database import Database
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.api.resources.office import Person, coordinator, somebody
from tests.mobile_passport.services.seasons import NOW, open_world, plan_and_publish, small_season

_QUICK = {"argon2_memory_kib": 32, "argon2_time_cost": 1}


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An office that has taken in and published the small season; only copies of its database are written."""
    world = open_world(tmp_path_factory.mktemp("season"), **_QUICK)  # type: ignore[arg-type]
    import_requests(small_season(), world, actor="test", now=NOW)
    plan_and_publish(world)
    yield world
    world.database.close()


@pytest.fixture(scope="session")
def app(office: World) -> FastAPI:
    """The app, with the clock of the season."""
    made = create_app(office, build_desk(office, Settings()))
    made.dependency_overrides[utc_now] = lambda: NOW
    return made


@pytest.fixture
def season(office: World, tmp_path: Path) -> Iterator[World]:
    """The office on a copy of its database for one test."""
    original = office.database.engine.url.database or ""
    with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(tmp_path / "test.db")) as copy:
        source.backup(copy)
    database = Database(f"sqlite:///{tmp_path}/test.db")
    yield replace(office, database=database)
    database.close()


@pytest.fixture
def client(app: FastAPI, season: World) -> TestClient:
    """A client of the season's office."""
    app.state.world = season
    app.state.plans = PlanReader(StoredPlans(season), season.gazetteer)
    return TestClient(app)


@pytest.fixture
def planner(client: TestClient, season: World) -> Person:
    """Who plans."""
    return somebody(client, season, Role.PLANNER)


@pytest.fixture
def verifier(client: TestClient, season: World) -> Person:
    """Who reviews."""
    return somebody(client, season, Role.VERIFIER)


@pytest.fixture
def kbihu(client: TestClient, season: World) -> Person:
    """A coordinator of an organisation."""
    return coordinator(client, season)


@pytest.fixture
def rival(client: TestClient, season: World) -> Person:
    """A coordinator of another one."""
    return coordinator(client, season)
