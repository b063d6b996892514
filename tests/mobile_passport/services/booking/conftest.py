from collections.abc import Iterator
from dataclasses import replace

import pytest

from mobile_passport.persistence.database import Database
from mobile_passport.services.world import World, build_world
from mobile_passport.settings import Settings


@pytest.fixture(scope="session")
def blitar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An office's rules and map; its database is never used."""
    folder = tmp_path_factory.mktemp("blitar")
    opened = build_world(Settings(database_url=f"sqlite:///{folder}/unused.db"))
    yield opened
    opened.database.close()


@pytest.fixture
def office(blitar: World, database: Database) -> World:
    """An office with nothing in its database: each test runs on SQLite and on PostgreSQL."""
    return replace(blitar, database=database)
