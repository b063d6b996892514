"""The working area of the office of Blitar, read once."""

import pytest

from mobile_passport.geo.area import WorkingArea
from mobile_passport.geo.estimate import EstimateRules, TravelRules
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.wiring import build_gazetteer
from mobile_passport.rules.loading import load_rules


@pytest.fixture(scope="session")
def area() -> WorkingArea:
    return load_rules(WorkingArea, "area", office="blitar")


@pytest.fixture(scope="session")
def gazetteer(area: WorkingArea) -> Gazetteer:
    return build_gazetteer(area)


@pytest.fixture(scope="session")
def estimate_rules() -> EstimateRules:
    return load_rules(TravelRules, "travel", office="blitar").estimate
