"""An office whose season is published, and people with accounts of every kind."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.services.desks import build_desk
from mobile_passport.services.import_requests import import_requests
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.api.resources.office import Person, coordinator, somebody
from tests.mobile_passport.services.seasons import NOW, open_world, plan_and_publish, small_season

_QUICK = {"argon2_memory_kib": 32, "argon2_time_cost": 1}


def app_of(world: World) -> FastAPI:
    """Build the app with the clock of the season."""
    app = create_app(world, build_desk(world, Settings()))
    app.dependency_overrides[utc_now] = lambda: NOW
    return app


@pytest.fixture(scope="session")
def season_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an office that has taken in and published the small season."""
    folder = tmp_path_factory.mktemp("season")
    world = open_world(folder, **_QUICK)  # type: ignore[arg-type]
    import_requests(small_season(), world, actor="test", now=NOW)
    plan_and_publish(world)
    world.database.close()
    return folder / "test.db"


@pytest.fixture
def season(season_file: Path, tmp_path: Path) -> Iterator[World]:
    """A copy of the published season for one test."""
    shutil.copy(season_file, tmp_path / "test.db")
    world = open_world(tmp_path, **_QUICK)  # type: ignore[arg-type]
    yield world
    world.database.close()


@pytest.fixture
def client(season: World) -> TestClient:
    """A client of the season's office."""
    return TestClient(app_of(season))


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
