"""The shipped office on a database of the kind that a test runs on. A `conftest.py` imports what it needs."""

from collections.abc import Callable, Iterator

import pytest

from mobile_passport.services.world import World
from tests.databases import Filling
from tests.mobile_passport.services.seasons import DRAFTED, PUBLISHED, SURVEYED, office_on


@pytest.fixture
def surveyed(copy_of: Callable[[Filling], str]) -> Iterator[World]:
    """An office that knows its halls and has taken in nothing yet."""
    with office_on(copy_of(SURVEYED)) as opened:
        yield opened


@pytest.fixture
def published(copy_of: Callable[[Filling], str]) -> Iterator[World]:
    """An office that has published the small season."""
    with office_on(copy_of(PUBLISHED)) as opened:
        yield opened


@pytest.fixture
def drafted(copy_of: Callable[[Filling], str]) -> Iterator[World]:
    """That office with two further groups in a draft."""
    with office_on(copy_of(DRAFTED)) as opened:
        yield opened
