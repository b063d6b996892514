"""A team on the road."""

import pytest

from mobile_passport.services.world import World
from tests.field_office import office, published_postgres
from tests.field_team import Team

__all__ = ["office", "published_postgres"]


@pytest.fixture
def team(office: World) -> Team:
    """Unit 1, which has three stops on the first two days of December."""
    return Team(office, "unit-1")
