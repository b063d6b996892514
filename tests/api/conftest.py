"""A client of the app, with plans that a test decides."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.databases import MIGRATED, Databases
from tests.mobile_passport.documents.sample_plan import sample_plan
from tests.mobile_passport.services.seasons import office_on


@dataclass
class Plans:
    """A source of plans; counts how often one is read whole."""

    plan: PlanView | None = None
    reads: int = field(default=0)

    def current_version(self) -> int | None:
        """Return the version of the plan that was put here."""
        return self.plan.version if self.plan else None

    def read(self, version: int) -> PlanView | None:
        """Return the plan that was put here."""
        assert self.plan
        assert version == self.plan.version
        self.reads += 1
        return self.plan


@pytest.fixture(scope="session")
def world(databases: Databases) -> Iterator[World]:
    """The shipped office on a database without rows, which tests share."""
    with office_on(databases.copy_of(MIGRATED)) as opened:
        yield opened


@pytest.fixture
def plans() -> Plans:
    """The sample plan."""
    return Plans(sample_plan())


@pytest.fixture
def client(world: World, plans: Plans) -> TestClient:
    """A client that does not follow the app's end: the world lives on."""
    return TestClient(create_app(world, build_desk(world, Settings()), plans))
