"""A team on the road."""

import pytest

from mobile_passport.services.world import World
from tests.field_office import office, published_postgres
from tests.field_team import Team

__all__ = ["office", "published_postgres"]


@pytest.fixture
def team(office: World) -> Team:
    """The team that goes to a hall first."""
    return Team(office)
