"""The page of the own account: where it is signed in, and ending that."""

import re

import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request

from api.source import device_of
from mobile_passport.domain.access import Caller, Role
from mobile_passport.services.world import World
from tests.accounts import account, browser


def is_signed_in(client: TestClient, headers: dict[str, str]) -> bool:
    return client.get("/akun", headers=headers).status_code == 200


def other_sessions(client: TestClient, headers: dict[str, str]) -> list[str]:
    """Addresses that end the sessions that are shown."""
    return re.findall(r'action="(/akun/sesi/[0-9a-f-]{36})"', client.get("/akun", headers=headers).text)


@pytest.fixture
def planner(world: World) -> Caller:
    """Somebody with an account."""
    return account(world, Role.PLANNER)


def test_somebody_ends_one_of_the_own_sessions(client: TestClient, world: World, planner: Caller) -> None:
    here, there, elsewhere = (browser(world, planner) for _ in range(3))
    page = client.get("/akun", headers=here).text
    assert (page.count("perangkat ini"), page.count("Masuk sejak")) == (1, 3)
    (first, second) = other_sessions(client, here)
    client.post(first, headers=here)
    assert [is_signed_in(client, one) for one in (here, there, elsewhere)].count(True) == 2
    assert other_sessions(client, here) == [second]
    assert client.post(first, headers=here).status_code == 404


def test_somebody_ends_all_other_sessions_at_once(client: TestClient, world: World, planner: Caller) -> None:
    here, there, elsewhere = (browser(world, planner) for _ in range(3))
    client.post("/akun/sesi/lain", headers=here)
    assert [is_signed_in(client, one) for one in (here, there, elsewhere)] == [True, False, False]


def test_nobody_ends_a_session_of_somebody_else(client: TestClient, world: World, planner: Caller) -> None:
    here, there = browser(world, planner), browser(world, planner)
    (foreign,) = other_sessions(client, here)
    stranger = browser(world, account(world, Role.PLANNER))
    assert other_sessions(client, stranger) == []
    assert client.post(foreign, headers=stranger).status_code == 404
    client.post("/akun/sesi/lain", headers=stranger)
    assert is_signed_in(client, there)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMIN])
def test_whoever_supervises_signs_others_out(client: TestClient, world: World, planner: Caller, role: Role) -> None:
    lost, above = browser(world, planner), browser(world, account(world, role))
    unknown = client.post("/akun/keluarkan", data={"login": "siapa"}, headers=above)
    assert (unknown.status_code, "Tidak ada akun siapa." in unknown.text) == (404, True)
    answer = client.post("/akun/keluarkan", data={"login": planner.login}, headers=above)
    assert f"{planner.login} dikeluarkan dari 1 perangkat." in answer.text
    assert not is_signed_in(client, lost)
    assert "Keluarkan orang lain" not in client.get("/akun", headers=browser(world, planner)).text


AGENTS = (
    ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36", "chrome phone"),
    ("Mozilla/5.0 (Linux; Android 15) SamsungBrowser/29.0 Chrome/136.0 Mobile Safari/537.36", "samsung phone"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile/15E148 Safari/604.1", "safari phone"),
    ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "edge computer"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "firefox computer"),
    ("Mozilla/5.0 (Sesuatu)", "computer"),
    ("curl/8.5.0", "program"),
    ("", "program"),
)


@pytest.mark.parametrize(("agent", "device"), AGENTS)
def test_a_browser_is_named_so_that_its_owner_knows_it(agent: str, device: str) -> None:
    request = Request({"type": "http", "headers": [(b"user-agent", agent.encode())]})
    assert device_of(request) == device
    assert len(device) <= 16  # what the table holds
