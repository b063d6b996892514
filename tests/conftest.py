"""What every test has."""

import pytest

from mobile_passport.rules.rulebook import Rulebook, load_rulebook


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The shipped rules of Kanim Blitar."""
    return load_rulebook("blitar")
