import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.mobile_passport.services.seasons import NOW, open_world, plan_and_publish, small_season


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An office with nothing in its database."""
    opened = open_world(tmp_path)
    yield opened
    opened.database.close()


@pytest.fixture(scope="session")
def published_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an office that has taken in and published the small season."""
    folder = tmp_path_factory.mktemp("published")
    opened = open_world(folder)
    import_requests(small_season(), opened, actor="test", now=NOW)
    plan_and_publish(opened)
    opened.database.close()
    return folder / "test.db"


@pytest.fixture
def published(published_file: Path, tmp_path: Path) -> Iterator[World]:
    """A copy of the published small season for one test."""
    shutil.copy(published_file, tmp_path / "test.db")
    opened = open_world(tmp_path)
    yield opened
    opened.database.close()
