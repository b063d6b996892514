"""Figures for whoever watches, and nothing about anybody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from mobile_passport.clock import utc_now
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.ticks import finish_tick, take_tick
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.databases import Databases
from tests.mobile_passport.services.seasons import SURVEYED, office_on

HERE = ("127.0.0.1", 50_000)
ELSEWHERE = ("192.0.2.7", 50_000)
TOKEN = "a token that only the collector knows"


@pytest.fixture(scope="module")
def world(databases: Databases) -> Iterator[World]:
    """An office of this module alone: what it shows must not depend on what other tests left."""
    with office_on(databases.copy_of(SURVEYED)) as opened:
        yield opened


@pytest.fixture
def here(world: World) -> TestClient:
    """A client on this machine."""
    return TestClient(create_app(world, build_desk(world, Settings()), metrics_token=TOKEN), client=HERE)


def samples(client: TestClient) -> Iterator[tuple[str, dict[str, str], float]]:
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value


def test_requests_are_counted_by_the_template_of_their_route(here: TestClient) -> None:
    secret = "dGhpcyBvcGVucyBhbiBhcHBvaW50"
    here.get(f"/j/{secret}")
    here.get("/3505014107459871")
    here.request("BREW", "/")
    counted = {
        (labels["method"], labels["route"], labels["status"]): value
        for name, labels, value in samples(here)
        if name == "mp_http_requests_total"
    }
    assert counted == {("GET", "/j/{token}", "404"): 1, ("GET", "none", "404"): 1, ("none", "/", "405"): 1}
    assert not {secret, "3505014107459871", "BREW"} & set(here.get("/metrics").text.replace('"', " ").split())


def test_the_work_of_the_office_is_told(here: TestClient, world: World) -> None:
    now = utc_now()
    slot = {"kanim": world.kanim, "name": "witnessed", "slot": now.isoformat()[:32]}
    with world.database.transaction() as session:
        assert take_tick(session, **slot, now=now, lease=timedelta(minutes=1))
        finish_tick(session, **slot, now=now)
    told = {(name, *labels.values()): value for name, labels, value in samples(here)}
    assert told["mp_database_up",] == 1
    assert told["mp_outbox_waiting",] == told["mp_outbox_oldest_seconds",] == told["mp_attempts_unknown",] == 0
    assert told["mp_tick_last_success_timestamp_seconds", "witnessed"] == pytest.approx(now.timestamp())
    assert told["mp_planning_runs", "running"] == 0


def test_without_a_database_the_rest_is_told(world: World) -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2")
    app = create_app(replace(world, database=away), build_desk(world, Settings()))
    told = {name: value for name, _, value in samples(TestClient(app, client=HERE))}
    assert told["mp_database_up"] == 0
    assert "mp_outbox_waiting" not in told
    away.close()


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        (HERE, {}, 200),
        (HERE, {"X-Forwarded-For": "192.0.2.7"}, 404),  # a proxy on this machine passes it on
        (HERE, {"Forwarded": "for=192.0.2.7"}, 404),
        (ELSEWHERE, {}, 404),
        (ELSEWHERE, {"X-Forwarded-For": "127.0.0.1"}, 404),
        (ELSEWHERE, {"Authorization": "Bearer guessed"}, 404),
        (ELSEWHERE, {"Authorization": "Bearer "}, 404),
        (ELSEWHERE, {"Authorization": f"Bearer {TOKEN}"}, 200),
    ],
)
def test_figures_are_for_this_machine_or_for_the_token(
    world: World, client: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    app = create_app(world, build_desk(world, Settings()), metrics_token=TOKEN)
    assert TestClient(app, client=client).get("/metrics", headers=headers).status_code == status


def test_without_a_token_in_the_settings_none_opens(world: World) -> None:
    app = create_app(world, build_desk(world, Settings()))
    for sent in ("", "Bearer ", "Bearer None"):
        assert TestClient(app, client=ELSEWHERE).get("/metrics", headers={"Authorization": sent}).status_code == 404
