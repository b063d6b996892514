"""An office with a published plan and a team on the road, on both databases."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select

from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database
from mobile_passport.services.world import World
from tests.mobile_passport.services.field.team import Team
from tests.mobile_passport.services.seasons import open_world


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, published_file: Path, tmp_path: Path) -> Iterator[World]:
    """The published small season for one test."""
    shutil.copy(published_file, tmp_path / "test.db")
    opened = open_world(tmp_path)
    if request.param == "postgresql":
        opened.database.close()
        opened = replace(opened, database=_moved(tmp_path / "test.db", request.getfixturevalue("postgres_url")))
    yield opened
    opened.database.close()


@pytest.fixture
def team(office: World) -> Team:
    """Unit 1, which has three stops on the first two days of December."""
    return Team(office, "unit-1")


def _moved(file: Path, url: str) -> Database:
    """Bring all rows of a SQLite file into an empty PostgreSQL."""
    database, source = Database(url), create_engine(f"sqlite:///{file}")
    schema.upgrade(database)
    with source.connect() as reading, database.engine.begin() as writing:
        for table in schema.METADATA.sorted_tables:
            rows = [dict(row) for row in reading.execute(select(table)).mappings()]
            if rows:
                writing.execute(insert(table), rows)
    source.dispose()
    return database
