"""A form that is sent after its session has ended waits for its sender, and for nobody else."""

import re
from datetime import timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.csrf import FIELD, HEADER
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Caller, Role
from mobile_passport.persistence.accounts.sessions import Sessions
from mobile_passport.services.requests.work_on_draft import forget_unfinished
from mobile_passport.services.world import World
from tests.accounts import account, browser

PATH = "/kelompok/BLI-2026-0001/orang"
TYPED = {"name": "Sari <Contoh>", "nik": "3505014101550009", "needs": ["wheelchair", "deaf"]}


class Browser:
    """One browser: what its session shows, and the token of the forms that it was shown."""

    def __init__(self, client: TestClient, world: World, caller: Caller) -> None:
        self._client = client
        headers = browser(world, caller)
        self.token = headers.pop(HEADER)
        self.headers = headers | {"Accept": "text/html"}

    def send(self, token: str | None = None, **headers: str) -> Response:
        data = TYPED | {FIELD: token or self.token}
        return self._client.post(PATH, headers=self.headers | headers, data=data, follow_redirects=False)

    def get(self, path: str) -> Response:
        return self._client.get(path, headers=self.headers, follow_redirects=False)


@pytest.fixture
def clerk(world: World) -> Caller:
    """Somebody who types."""
    return account(world, Role.COORDINATOR)


def end_sessions(world: World, caller: Caller) -> None:
    """End whatever the account has open, as an administrator would."""
    with world.database.transaction() as session:
        Sessions(session, world.kanim).revoke_all(caller.account_id, now=utc_now(), tokens_too=False)


def test_whoever_signs_in_again_finds_what_was_typed_and_sends_it_on(
    client: TestClient, world: World, clerk: Caller
) -> None:
    before = Browser(client, world, clerk)
    end_sessions(world, clerk)
    onward = before.send().headers["location"]
    assert before.get(onward).headers["location"] == f"/masuk?lanjut={onward.replace('/', '%2F')}"
    assert "Isian Anda tersimpan" in client.get("/masuk", params={"lanjut": onward}).text
    after = Browser(client, world, clerk)
    page = after.get(onward).text
    assert f'action="{PATH}"' in page
    fields = [(name, unescape(text)) for name, text in re.findall(r'hidden" name="(\w+)" value="([^"]*)"', page)]
    kept = [("name", "Sari <Contoh>"), ("nik", "3505014101550009"), ("needs", "wheelchair"), ("needs", "deaf")]
    assert [pair for pair in fields if pair[0] != FIELD] == kept
    assert (FIELD, after.token) in fields
    assert "Sari <Contoh>" not in page


@pytest.mark.parametrize("cookie", ["gone", "of the next session"])
def test_a_form_is_told_by_its_token_whatever_cookie_comes_along(
    client: TestClient, world: World, clerk: Caller, cookie: str
) -> None:
    before, after = Browser(client, world, clerk), Browser(client, world, clerk)
    sender = after if cookie == "of the next session" else before
    if cookie == "gone":
        sender.headers.pop("Cookie")
    onward = sender.send(before.token).headers["location"]
    assert "Sari" in after.get(onward).text


def test_nobody_else_finds_it(client: TestClient, world: World, clerk: Caller) -> None:
    before = Browser(client, world, clerk)
    end_sessions(world, clerk)
    onward = before.send().headers["location"]
    colleague = account(world, Role.COORDINATOR, organisation_id=clerk.scope.organisation_id)
    assert Browser(client, world, colleague).get(onward).status_code == 404
    assert Browser(client, world, account(world, Role.PLANNER)).get(onward).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Accept": "application/json"}],
    ids=["another origin", "another site", "a program"],
)
def test_what_no_page_of_ours_sent_is_not_kept(
    client: TestClient, world: World, clerk: Caller, headers: dict[str, str]
) -> None:
    before = Browser(client, world, clerk)
    end_sessions(world, clerk)
    assert "/isian/" not in before.send(**headers).headers.get("location", "")
    assert "/isian/" not in before.send("0" * 64).headers.get("location", "")


def test_it_is_kept_sealed_and_not_for_long(client: TestClient, world: World, clerk: Caller) -> None:
    before = Browser(client, world, clerk)
    end_sessions(world, clerk)
    onward = before.send().headers["location"]
    hours = world.intake_rules.drafts.form_hours
    with world.database.reading() as session:
        stored = session.connection().exec_driver_sql("SELECT fields_sealed FROM kept_form").scalars().all()
    assert stored
    assert not any(b"Sari" in bytes(one) or b"3505014101550009" in bytes(one) for one in stored)
    forget_unfinished(world, now=utc_now() + timedelta(hours=hours - 1))
    assert Browser(client, world, clerk).get(onward).status_code == 200
    assert forget_unfinished(world, now=utc_now() + timedelta(hours=hours + 1))
    assert Browser(client, world, clerk).get(onward).status_code == 404


def test_after_a_form_without_text_its_page_is_opened_again(client: TestClient, world: World, clerk: Caller) -> None:
    before = Browser(client, world, clerk)
    end_sessions(world, clerk)
    answer = client.post(
        "/kelompok/baru/berkas",
        headers=before.headers | {"Referer": "http://testserver/kelompok/baru"},
        data={FIELD: before.token},
        files={"berkas": ("a.csv", b"x")},
        follow_redirects=False,
    )
    assert answer.headers["location"] == "/kelompok/baru"
