"""The app on an office with a published plan, on the first morning of that plan."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from mobile_passport.domain.access import Role
from mobile_passport.services.world import World
from tests.accounts import account, bearer
from tests.apps import app_at
from tests.field_team import MORNING, Trip, first_trip
from tests.offices import published
from tests.postgres import turn_clock

__all__ = ["published"]


@dataclass
class Clock:
    """What the app takes for now."""

    now: datetime


@pytest.fixture
def office(published: World) -> World:
    """An office whose teams have a plan."""
    return published


@pytest.fixture
def trip(office: World) -> Trip:
    """Where the phone's team goes, on that morning."""
    trip = first_trip(office)
    turn_clock(office.database, trip.morning)
    return trip


@pytest.fixture
def clock(trip: Trip) -> Clock:
    """The morning of the trip, until a test says otherwise."""
    return Clock(trip.morning)


@pytest.fixture
def client(office: World, clock: Clock) -> TestClient:
    """The app of the office."""
    app = app_at(office, lambda: clock.now)
    return TestClient(app)


class ApiPhone:
    """A phone that speaks HTTP."""

    def __init__(self, client: TestClient, office: World, *, team: str) -> None:
        self.client = client
        self.id = uuid4()
        self.key = uuid4().hex + uuid4().hex
        self.caller = account(office, Role.FIELD, team=team)
        self.headers = bearer(office, self.caller) | {"X-Device-Id": str(self.id), "X-Device-Key": self.key}
        self.written = 0

    def enrol(self) -> Response:
        """Introduce the phone."""
        body = {"key": self.key, "label": "Ponsel"}
        return self.client.put(f"/api/v1/field/devices/{self.id}", json=body, headers=self.headers)

    def days(self) -> Response:
        """Ask for the package."""
        return self.client.get("/api/v1/field/days", headers=self.headers)

    def operation(self, kind: str, about: UUID | str, **changes: object) -> dict[str, object]:
        """Write an operation down as it travels."""
        self.written += 1
        return {
            "op_id": str(uuid4()),
            "device_seq": self.written,
            "appointment_id" if isinstance(about, UUID) else "stop": str(about),
            "base_version": 0,
            "plan_version": 1,
            "type": kind,
            "payload": {},
            "device_time": MORNING.isoformat(),
        } | changes

    def send(self, *operations: dict[str, object]) -> Response:
        """Send operations in one batch."""
        body = {"sent_at": MORNING.isoformat(), "operations": operations}
        return self.client.post("/api/v1/field/operations", json=body, headers=self.headers)


@pytest.fixture
def phone(client: TestClient, office: World, trip: Trip) -> ApiPhone:
    """A phone of the team that goes out, enrolled."""
    made = ApiPhone(client, office, team=trip.team)
    assert made.enrol().status_code == 200
    return made
