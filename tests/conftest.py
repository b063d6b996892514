"""What every test has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database
from mobile_passport.rules.rulebook import Rulebook, load_rulebook
from tests.postgres import plain_postgres_url, postgres_server, postgres_url

__all__ = ["plain_postgres_url", "postgres_server", "postgres_url"]


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The shipped rules of Kanim Blitar."""
    return load_rulebook("blitar")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database: each test runs on the embedded one and on a real PostgreSQL."""
    url = f"sqlite:///{tmp_path}/test.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = Database(url)
    schema.upgrade(opened)
    yield opened
    opened.close()
