"""The land of Kanim Blitar, drawn once."""

import pytest

from mobile_passport.documents.basemap import Basemap
from tests.mobile_passport.documents.sample_plan import gazetteer


@pytest.fixture(scope="session")
def basemap() -> Basemap:
    """The working area."""
    return Basemap.of(gazetteer())
