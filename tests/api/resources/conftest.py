"""An office whose season is published, and people with accounts of every kind."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.plan_reader import PlanReader, StoredPlans
from mobile_passport.domain.access import Role
from mobile_passport.services.world import World
from tests.api.resources.office import Person, coordinator, somebody
from tests.apps import app_at
from tests.mobile_passport.services.seasons import NOW, shipped
from tests.offices import published

__all__ = ["published"]


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """The app, with the clock of the season; `client` gives it an office."""
    return app_at(shipped(), lambda: NOW)


@pytest.fixture
def season(published: World) -> World:
    """The office with its season."""
    return published


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
