"""A message desk on the database of the test."""

import pytest

from mobile_passport.persistence.database import Database
from tests.fakes.timing import HandTiming
from tests.mobile_passport.messaging.bureau import MORNING, Bureau


@pytest.fixture
def bureau(database: Database) -> Bureau:
    """An office at nine in the morning that has sent nothing yet."""
    return Bureau(database, HandTiming(MORNING))
