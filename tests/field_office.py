"""An office with a published plan, on both databases, for tests of what field teams do.

A `conftest.py` that needs it imports `published_file`, `published_postgres` and `office`.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import URL, NullPool, create_engine, func, insert, select, text

from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.mobile_passport.services.seasons import NOW, open_world, plan_and_publish, small_season

_TEMPLATE = "published_season"


@pytest.fixture(scope="session")
def published_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an office that has taken in and published the small season."""
    folder = tmp_path_factory.mktemp("published")
    opened = open_world(folder)
    import_requests(small_season(), opened, actor="test", now=NOW)
    plan_and_publish(opened)
    opened.database.close()
    return folder / "test.db"


@pytest.fixture(scope="session")
def published_postgres(published_file: Path, postgres_server: URL) -> URL:
    """A PostgreSQL database with the same rows, to be copied."""
    name = f"{_TEMPLATE}_{published_file.parent.name}".replace("-", "_")
    _execute(postgres_server, f'CREATE DATABASE "{name}"')
    url = postgres_server.set(database=name)
    database, source = Database(url.render_as_string(hide_password=False)), create_engine(f"sqlite:///{published_file}")
    schema.upgrade(database)
    with source.connect() as reading, database.engine.begin() as writing:
        for table in schema.METADATA.sorted_tables:
            if rows := [dict(row) for row in reading.execute(select(table)).mappings()]:
                writing.execute(insert(table), rows)
            for column in table.primary_key.columns:
                if rows and table.autoincrement_column is column:  # the next row gets the next number
                    last = max(row[column.name] for row in rows)
                    writing.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), last)))
    database.close()
    source.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, published_file: Path, tmp_path: Path) -> Iterator[World]:
    """The published small season for one test, on each database in turn."""
    shutil.copy(published_file, tmp_path / "test.db")
    opened = open_world(tmp_path)
    if request.param == "postgresql":
        opened.database.close()
        template: URL = request.getfixturevalue("published_postgres")
        name = f"{template.database}_{tmp_path.name}"[-60:].lower()
        _execute(request.getfixturevalue("postgres_server"), f'CREATE DATABASE "{name}" TEMPLATE "{template.database}"')
        opened = replace(opened, database=Database(template.set(database=name).render_as_string(hide_password=False)))
    yield opened
    opened.database.close()


def _execute(server: URL, statement: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()
