"""What every test has."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database
from mobile_passport.rules.rulebook import Rulebook, load_rulebook
from tests.postgres import (
    migrated_postgres_url,
    migrated_template,
    plain_postgres_url,
    postgres_server,
    postgres_url,
)

__all__ = ["migrated_postgres_url", "migrated_template", "plain_postgres_url", "postgres_server", "postgres_url"]


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The shipped rules of Kanim Blitar."""
    return load_rulebook("blitar")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the present schema, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "empty.db"
    opened = Database(f"sqlite:///{file}")
    schema.upgrade(opened)
    opened.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database: each test runs on the embedded one and on a real PostgreSQL."""
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), tmp_path / 'test.db')}"
    else:
        url = request.getfixturevalue("migrated_postgres_url")
    opened = Database(url)
    yield opened
    opened.close()
