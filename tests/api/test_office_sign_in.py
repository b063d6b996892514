"""The office's own sign-in service, played by a real server on loopback."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from oidc_provider_mock import User, run_server_in_thread

from api.app import create_app
from api.cookies import JOURNEY, NAME
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.identity_provider import IdentityProvider
from mobile_passport.services.accounts.accounts import Rights, add_account, disable_account
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings

BACK = "http://testserver/masuk/kantor/kembali"
PEOPLE = (
    User(sub="1", claims={"email": "Wati@kantor.example", "email_verified": True}),
    User(sub="2", claims={"email": "wati@kantor.example", "email_verified": True}),
    User(sub="3", claims={"email": "unit@kantor.example", "email_verified": False}),
    User(sub="4", claims={"email": "siapa@kantor.example", "email_verified": True}),
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider that knows four people and insists on a nonce."""
    with run_server_in_thread(require_nonce=True, user_claims=PEOPLE) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def office(world: World, issuer: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """The office with that provider; plain HTTP is allowed because it stays on this machine."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    provider = IdentityProvider(issuer=issuer, client_id="paspor", client_secret="rahasia", redirect_uri=BACK)
    return replace(world, identity_provider=provider)


def client_of(world: World) -> TestClient:
    return TestClient(create_app(world, build_desk(world, Settings())), headers={"Accept": "text/html"})


def there(client: TestClient, subject: str) -> str:
    """Go to the provider and say who it is; returns the address that the provider sends back to."""
    departure = client.get("/masuk/kantor", follow_redirects=False)
    assert departure.status_code == 303
    asked = parse_qs(urlsplit(departure.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["nonce"]
    with httpx.Client(timeout=10) as provider:
        answer = provider.post(departure.headers["location"], data={"sub": subject})
    return answer.headers["location"]


def test_who_is_vouched_for_gets_into_an_account_that_exists_and_into_no_other(office: World) -> None:
    login = "wati@kantor.example"
    add_account(office, login, Rights(role=Role.FIELD, team="unit-1"), display_name="", actor="test", now=utc_now())
    add_account(
        office,
        "unit@kantor.example",
        Rights(role=Role.FIELD, team="unit-1"),
        display_name="",
        actor="test",
        now=utc_now(),
    )
    client = client_of(office)
    for _ in range(2):  # the first time links, the second time finds the link
        answer = client.get(there(client, "1"), follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/lapangan")
        assert client.get("/akun/sandi").status_code == 200
    for stranger in ("2", "3", "4"):
        other = client_of(office)
        answer = other.get(there(other, stranger), follow_redirects=False)
        assert answer.status_code == 401, "linked with another, not verified, or without an account"
        assert NAME not in other.cookies
    disable_account(office, login, actor="test", now=utc_now())
    assert client.get(there(client, "1"), follow_redirects=False).status_code == 401


def test_staff_still_need_their_second_factor(office: World) -> None:
    add_account(office, "siapa@kantor.example", Rights(role=Role.PLANNER), display_name="", actor="test", now=utc_now())
    client = client_of(office)
    answer = client.get(there(client, "4"), follow_redirects=False)
    assert answer.headers["location"] == "/masuk/kode"
    assert client.get("/akun/sandi", follow_redirects=False).status_code == 303


def test_an_answer_that_belongs_to_no_departure_is_not_believed(office: World) -> None:
    client, victim = client_of(office), client_of(office)
    back = there(client, "1")
    assert victim.get(back, follow_redirects=False).status_code == 401, "an answer for somebody else"
    there(victim, "1")
    assert victim.get(back, follow_redirects=False).status_code == 401, "an answer to another departure"
    client.cookies.set(JOURNEY, "00", domain="testserver.local", path="/")
    assert client_of(office).get("/masuk/kantor/kembali?code=1&state=2").status_code == 401


def test_a_code_is_worth_something_once(office: World) -> None:
    client = client_of(office)
    back = there(client, "4")
    first = client.cookies[JOURNEY]
    client.get(back, follow_redirects=False)
    again = client.get(back, headers={"Cookie": f"{JOURNEY}={first}"}, follow_redirects=False)
    assert again.status_code == 401


def test_a_provider_that_does_not_answer_leaves_the_password(world: World) -> None:
    dead = IdentityProvider(issuer="http://127.0.0.1:1", client_id="a", client_secret="b", redirect_uri=BACK)
    client = client_of(replace(world, identity_provider=dead))
    answer = client.get("/masuk/kantor", follow_redirects=False)
    assert answer.status_code == 503
    assert "Layanan masuk kantor tidak menjawab" in answer.text
    assert 'name="password"' in answer.text


def test_without_a_provider_there_is_no_such_page(world: World) -> None:
    client = client_of(world)
    assert client.get("/masuk/kantor").status_code == 404
    assert "/masuk/kantor" not in client.get("/masuk").text
