"""A fresh office in memory for each test."""

from collections.abc import Iterator

import pytest

from mobile_passport.persistence.database import Database
from tests.fakes.timing import HandTiming
from tests.mobile_passport.messaging.bureau import MORNING, Bureau


@pytest.fixture
def bureau() -> Iterator[Bureau]:
    """An office at nine in the morning, with an empty database in memory."""
    database = Database("sqlite://")
    office = Bureau(database, HandTiming(MORNING))
    office.create_tables()
    yield office
    database.close()
