"""A team on the road."""

import pytest

from mobile_passport.services.world import World
from tests.field_team import Team
from tests.postgres import turn_clock


@pytest.fixture
def office(published: World) -> World:
    """An office whose teams have a plan."""
    return published


@pytest.fixture
def team(office: World) -> Team:
    """The team that goes to a hall first, on that morning."""
    team = Team(office)
    turn_clock(office.database, team.trip.morning)
    return team
