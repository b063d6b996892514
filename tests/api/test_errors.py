"""Whatever goes wrong: a kind page for people, a problem for programs, and the headers on both."""

import re

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

from api.app import create_app
from api.errors import KINDS, add_error_handlers
from api.i18n import LANGUAGE_COOKIE, Language
from api.security import CONTENT_SECURITY_POLICY
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.api.conftest import Plans

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


class Broken(Plans):
    """A source with a bug."""

    def read(self, version: int) -> PlanView | None:
        """Fail with something that nobody should read."""
        raise RuntimeError("secret 3505010101010001")


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(client: TestClient) -> None:
    page = client.get("/nowhere", headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Halaman tidak ditemukan" in page.text
    answer = client.get("/nowhere")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("status", sorted(KINDS.keys() - {401}))
def test_nobody_reads_in_a_browser_what_is_meant_for_programs(status: int) -> None:
    app = FastAPI()
    add_error_handlers(app)

    @app.get("/")
    def fail() -> None:
        raise HTTPException(status)

    pages = [TestClient(app, cookies={LANGUAGE_COOKIE: one}).get("/", headers=BROWSER).text for one in Language]
    headings = {heading for page in pages for heading in re.findall("<h1>(.*)</h1>", page)}
    assert len(headings) == len(Language), "words for programs are the same in both languages"


def test_a_forbidden_method_says_which_are_allowed(client: TestClient) -> None:
    answer = client.post("/api/v1/plans/current")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"


def test_a_malformed_request_says_what_does_not_fit_and_where() -> None:
    app = FastAPI()
    add_error_handlers(app)

    @app.get("/days/{number}")
    def day(number: int) -> int:
        return number

    answer = TestClient(app).get("/days/first")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [issue["where"] for issue in answer.json()["issues"]] == [["path", "number"]]


def test_a_bug_tells_nothing_of_itself(world: World, plans: Plans) -> None:
    client = TestClient(
        create_app(world, build_desk(world, Settings()), Broken(plans.plan)), raise_server_exceptions=False
    )
    for headers in ({}, BROWSER):
        answer = client.get("/", headers=headers)
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?hari=x",
        "/nowhere",
        "/healthz",
        "/openapi.json",
        "/api/v1/plans/current",
        "/static/style.css",
        "/peta.svg",
    ],
)
def test_every_answer_carries_the_headers(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"


def test_the_policy_allows_files_of_our_own_and_nothing_inline() -> None:
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; ")
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert {part.split(" ", 1)[1] for part in CONTENT_SECURITY_POLICY.split("; ")} == {"'none'", "'self'"}
    assert "http" not in CONTENT_SECURITY_POLICY


def test_pages_travel_compressed_and_light(client: TestClient) -> None:
    with client.stream("GET", "/", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        transferred = sum(len(chunk) for chunk in answer.iter_raw())
    assert transferred < 60_000


@pytest.mark.parametrize("address", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/templates/base.html"])
def test_only_the_static_folder_is_served(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404
