from dataclasses import replace

import pytest

from mobile_passport.persistence.database import Database
from mobile_passport.services.world import World
from tests.mobile_passport.services.seasons import shipped


@pytest.fixture
def office(database: Database) -> World:
    """An office with nothing in its database."""
    return replace(shipped(), database=database)
