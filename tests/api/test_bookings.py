from datetime import date, timedelta
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Caller, Role
from mobile_passport.domain.calendar import WorkingDay, day_of
from mobile_passport.services.booking.booking_days import places_by_the_rules
from mobile_passport.services.world import World
from tests.accounts import account, bearer

KARANGSONO = "3505102007"


@pytest.fixture
def day(world: World) -> date:
    """A worked day that nobody has asked for yet: the world of these tests lives on."""
    free = (day for day, places in places_by_the_rules(world, now=utc_now()).items() if places)
    with world.database.reading() as session:
        known = {str(day) for day in session.connection().exec_driver_sql("SELECT date FROM service_day").scalars()}
    return next(one for one in free if one.isoformat() not in known)


class Client:
    """Somebody who calls the API with a token."""

    def __init__(self, client: TestClient, world: World, caller: Caller) -> None:
        self._client = client
        self._headers = bearer(world, caller)

    def get(self, path: str, **query: object) -> Response:
        return self._client.get(f"/api/v1{path}", headers=self._headers, params=query)  # type: ignore[arg-type]

    def post(self, path: str, body: object | None = None, key: str | None = None) -> Response:
        headers = self._headers | {"Idempotency-Key": key or str(uuid4())}
        return self._client.post(f"/api/v1{path}", headers=headers, json=body)

    def put(self, path: str, body: object, **headers: str) -> Response:
        return self._client.put(f"/api/v1{path}", headers=self._headers | headers, json=body)

    def hold(self, day: date, places: int, key: str | None = None) -> Response:
        body = {"days": [{"date": day.isoformat(), "places": places}], "category": "umrah"}
        return self.post("/holds", body, key)


@pytest.fixture
def clerk(client: TestClient, world: World) -> Client:
    """A coordinator."""
    return Client(client, world, account(world, Role.COORDINATOR))


@pytest.fixture
def planner(client: TestClient, world: World) -> Client:
    """A planner."""
    return Client(client, world, account(world, Role.PLANNER))


def test_the_calendar_tells_room_hours_and_why_there_is_none(clerk: Client, day: date) -> None:
    shown = clerk.get("/days", **{"from": day.isoformat(), "to": (day + timedelta(days=6)).isoformat()}).json()
    assert shown[0]["room"] >= 30
    assert (shown[0]["note"], shown[0]["opens"]) == ("", "07:30:00")
    assert all(bool(one["note"]) != bool(one["room"]) for one in shown)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param(1, 0, id="backwards"),
        pytest.param(0, 101, id="too long"),
        pytest.param(500, 510, id="too far ahead"),
        pytest.param(-300, -290, id="too long ago"),
    ],
)
def test_a_span_of_days_that_makes_no_sense_is_malformed(clerk: Client, first: int, last: int) -> None:
    today = utc_now().date()
    span = {"from": (today + timedelta(days=first)).isoformat(), "to": (today + timedelta(days=last)).isoformat()}
    assert clerk.get("/days", **span).status_code == 422


def test_days_are_offered_best_first_with_reasons(clerk: Client, day: date) -> None:
    span = {"from": day.isoformat(), "to": (day + timedelta(days=20)).isoformat()}
    group = {"village": KARANGSONO, "people": 30, "slow": 5, "category": "umrah"}
    offers = clerk.get("/days/offers", **span, **group).json()
    assert [one["points"] for one in offers] == sorted(one["points"] for one in offers)
    assert all(one["reasons"] for one in offers)
    assert clerk.get("/days/offers", **span, **(group | {"slow": 31})).status_code == 422
    assert clerk.get("/days/offers", **span, **(group | {"village": "9999999999"})).status_code == 404


def test_places_are_held_and_given_back(clerk: Client, day: date) -> None:
    answer = clerk.hold(day, 12)
    assert answer.status_code == 201
    (held,) = answer.json()["bookings"]
    assert (held["state"], held["places"]) == ("held", 12)
    assert [one["id"] for one in clerk.get("/bookings").json()["bookings"]] == [held["id"]]
    assert clerk.post(f"/bookings/{held['id']}/release").json()["state"] == "released"
    assert clerk.post(f"/bookings/{held['id']}/release").json()["code"] == "hold_over"
    assert clerk.get("/bookings").json()["bookings"] == []


def test_the_same_hold_sent_again_is_held_once(clerk: Client, day: date) -> None:
    first, again = (clerk.hold(day, 12, key="the-same-hold-of-today") for _ in range(2))
    assert first.json() == again.json()
    assert len(clerk.get("/bookings").json()["bookings"]) == 1


def test_a_full_day_is_said_to_be_full_and_can_be_waited_for(planner: Client, clerk: Client, day: date) -> None:
    room = planner.get("/days", **{"from": day.isoformat(), "to": day.isoformat()}).json()[0]["room"]
    assert planner.hold(day, room).status_code == 201
    refused = clerk.hold(day, 1)
    assert (refused.status_code, refused.json()["code"]) == (409, "day_full")
    waiting = clerk.post("/waiting-list", {"date": day.isoformat(), "places": 5, "category": "umrah"})
    assert (waiting.status_code, waiting.json()["state"]) == (201, "waiting")


def test_bookings_of_another_organisation_are_not_found(
    client: TestClient, world: World, clerk: Client, day: date
) -> None:
    other = Client(client, world, account(world, Role.COORDINATOR))
    held = clerk.hold(day, 3).json()["bookings"][0]["id"]
    assert other.get("/bookings").json()["bookings"] == []
    assert other.post(f"/bookings/{held}/release").status_code == 404
    assert other.post("/bookings", {"holds": [held], "request": "BLI-2026-0001"}).status_code == 404


def test_capacity_is_changed_by_a_planner_who_saw_the_present_one(planner: Client, clerk: Client, day: date) -> None:
    held = planner.hold(day, 20)
    assert held.status_code == 201
    present = planner.get("/days", **{"from": day.isoformat(), "to": day.isoformat()}).json()[0]["capacity"]
    path, tag = f"/days/{day}/capacity", {"If-Match": f'"{present}"'}
    assert clerk.put(path, {"capacity": 25}, **tag).status_code == 403
    assert planner.put(path, {"capacity": 25}).status_code == 428
    assert planner.put(path, {"capacity": 25}, **{"If-Match": '"1"'}).status_code == 412
    assert planner.put(path, {"capacity": 19}, **tag).json()["code"] == "capacity_below_booked"
    changed = planner.put(path, {"capacity": 25}, **tag)
    assert (changed.json()["room"], changed.headers["ETag"]) == (5, '"25"')
    assert planner.put(f"/days/{day}/state", {"state": "closed"}).json()["room"] == 0
    assert clerk.hold(day, 1).json()["code"] == "day_closed"


def test_a_day_off_gives_no_places(clerk: Client, world: World, day: date) -> None:
    off = next(
        later
        for later in (day + timedelta(days=n) for n in range(8))
        if not isinstance(day_of(later, world.rulebook.calendar), WorkingDay)
    )
    assert clerk.hold(off, 1).json()["code"] == "day_closed"
    body = {"days": [{"date": day.isoformat(), "places": 1}] * 2, "category": "umrah"}
    assert clerk.post("/holds", body).status_code == 422
