import pytest

from mobile_passport.services.world import World
from tests.offices import drafted, published, surveyed

__all__ = ["drafted", "published", "surveyed"]


@pytest.fixture
def world(surveyed: World) -> World:
    """An office that has taken in nothing yet."""
    return surveyed
