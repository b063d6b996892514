"""A client of the app, with plans that a test decides."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World, build_world
from mobile_passport.settings import Settings
from tests.mobile_passport.documents.sample_plan import sample_plan


@dataclass
class Plans:
    """A source of plans; counts how often one is read whole."""

    plan: PlanView | None = None
    reads: int = field(default=0)

    def current_version(self) -> int | None:
        """Return the version of the plan that was put here."""
        return self.plan.version if self.plan else None

    def read(self, version: int) -> PlanView | None:
        """Return the plan that was put here."""
        assert self.plan
        assert version == self.plan.version
        self.reads += 1
        return self.plan


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The shipped office on an empty, migrated SQLite file."""
    url = _url(tmp_path_factory.mktemp("db"))
    built = build_world(Settings(database_url=url, argon2_memory_kib=32, argon2_time_cost=1))  # guessing is no concern
    schema.upgrade(built.database)
    yield built
    built.database.close()


@pytest.fixture
def plans() -> Plans:
    """The sample plan."""
    return Plans(sample_plan())


@pytest.fixture
def client(world: World, plans: Plans) -> TestClient:
    """A client that does not follow the app's end: the world lives on."""
    return TestClient(create_app(world, build_desk(world, Settings()), plans))


@pytest.fixture
def migrated() -> Iterator[Callable[[str], Database]]:
    """Opens a database by its URL, with its schema."""
    opened: list[Database] = []

    def open_database(url: str) -> Database:
        opened.append(Database(url))
        schema.upgrade(opened[-1])
        return opened[-1]

    yield open_database
    for database in opened:
        database.close()


def _url(directory: Path) -> str:
    return f"sqlite:///{directory}/api.db"
