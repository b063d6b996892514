"""Passports that are ready, and calls that were made: by the API and on the screens."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.csrf import HEADER
from mobile_passport.domain.access import Role
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence.messages.message_tables import SmsIntentRow
from mobile_passport.persistence.tables import ApplicantRow, RequestRow
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.accounts import account, browser
from tests.api.resources.office import Person
from tests.fakes.timing import HandTiming
from tests.mobile_passport.services.seasons import NOW

READY = "/api/v1/passports"


@pytest.fixture
def served(season: World) -> list[str]:
    """The ids of two people of one request who were served, and are no pilgrims; each has a phone of their own."""
    with season.database.transaction() as session:
        request = session.scalars(select(RequestRow.id).order_by(RequestRow.reference).limit(1)).one()
        session.execute(update(RequestRow).where(RequestRow.id == request).values(category="umrah"))
        people = session.scalars(
            select(ApplicantRow.id)
            .where(
                ApplicantRow.request_id == request,
                ApplicantRow.phone_sealed.is_not(None),
                ApplicantRow.status == ApplicantStatus.SCHEDULED,
            )
            .order_by(ApplicantRow.position)
            .limit(2)
        ).all()
        session.execute(update(ApplicantRow).where(ApplicantRow.id.in_(people)).values(status=ApplicantStatus.SERVED))
    return [str(one) for one in people]


class Screen:
    """A browser of one person."""

    def __init__(self, client: TestClient, world: World, role: Role) -> None:
        headers = browser(world, account(world, role))
        self._csrf = headers.pop(HEADER)
        self._client, self._headers = client, headers | {"Accept": "text/html"}

    def get(self, path: str) -> str:
        """Open a page."""
        answer = self._client.get(path, headers=self._headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, path: str, **fields: str | list[str]) -> str:
        """Send a form; returns the page that it leads to."""
        answer = self._client.post(
            path, data={"csrf": self._csrf, **fields}, headers=self._headers, follow_redirects=False
        )
        return self.get(answer.headers["location"]) if answer.status_code == 303 else answer.text


def messages(world: World, kind: str) -> list[str]:
    with world.database.reading() as session:
        return list(session.scalars(select(SmsIntentRow.state).where(SmsIntentRow.kind == kind)))


def test_passports_are_listed_tried_marked_once_and_collected(
    verifier: Person, planner: Person, kbihu: Person, season: World, served: list[str]
) -> None:
    assert kbihu.get(READY, state="awaited").status_code == 403
    awaited = verifier.get(READY, state="awaited", limit=1).json()
    assert awaited["items"][0]["person"]["view"] == "clear"
    after = planner.get(READY, state="awaited", limit=1, cursor=awaited["next"]).json()
    assert after["items"][0]["person"]["view"] == "planning"
    assert [page["items"][0]["person"]["id"] for page in (awaited, after)] == served
    assert planner.post(READY, {"people": served, "is_trial": True}).json() == {
        "passports": 2,
        "messages": 2,
        "without_phone": 0,
        "elsewhere": 0,
        "collect_by_date": str((NOW + timedelta(days=30)).date()),
    }
    assert messages(season, "passport_ready") == []
    first = planner.post(READY, {"people": served}, key="marked-once").json()
    assert planner.post(READY, {"people": served}, key="marked-once").json() == first
    assert verifier.post(READY, {"people": served}).json()["passports"] == 0
    assert messages(season, "passport_ready") == ["pending", "pending"]
    assert planner.post(f"{READY}/{served[0]}/collection").json() == {"person": served[0], "taken_back": 1}
    assert planner.post(f"{READY}/{served[0]}/collection").json()["code"] == "nothing_to_collect"
    assert [one["person"]["id"] for one in planner.get(READY, state="ready").json()["items"]] == served[1:]
    assert [one["person"]["id"] for one in planner.get(READY, state="collected").json()["items"]] == served[:1]


def test_the_screen_tells_how_many_messages_before_it_marks(
    client: TestClient, season: World, served: list[str]
) -> None:
    screen = Screen(client, season, Role.PLANNER)
    page = screen.get("/paspor")
    assert re.findall(r'name="orang" value="([^"]+)"', page) == served
    assert "Belum ada yang dicentang" in screen.send("/paspor/siap")
    asked = screen.send("/paspor/siap", orang=served)
    assert re.search(r"SMS yang dikirim</dt><dd>2</dd>", asked)
    assert messages(season, "passport_ready") == []
    assert "Sudah dicatat" in screen.send("/paspor/siap", orang=served, is_accepted="true")
    assert messages(season, "passport_ready") == ["pending", "pending"]
    assert "paspor diambil" in screen.send(f"/paspor/{served[0]}/diambil")
    assert messages(season, "passport_ready").count("superseded") == 1
    assert "Tidak ada paspor dalam daftar ini" in screen.get("/paspor?nomor=XXX-2026-0001")


@pytest.fixture
def _desk(app: FastAPI, season: World) -> Iterator[None]:
    """The message desk of the same season, with its clock."""
    before = app.state.desk
    app.state.desk = build_desk(season, Settings(), HandTiming(NOW))
    yield
    app.state.desk = before


@pytest.mark.usefixtures("_desk")
def test_a_call_is_marked_on_the_screen_and_by_the_api(client: TestClient, season: World, planner: Person) -> None:
    with season.database.transaction() as session:
        session.execute(update(SmsIntentRow).values(state="undelivered", reason="undelivered_30005"))
    listed = planner.get("/api/v1/calls")
    assert listed.headers["cache-control"] == "no-store"
    first, second, third = [call for call in listed.json()["calls"] if call["person"]][:3]
    screen = Screen(client, season, Role.VERIFIER)
    page = screen.get("/telepon")
    assert f'name="entri" value="{first["key"]}"' in page
    assert first["reference"] in page
    assert "Sudah dicatat" in screen.send(
        "/telepon", entri=[first["key"]], hasil="comes", catatan="", lagi="2026-11-30"
    )
    assert "tidak perlu ditelepon lagi" in screen.send("/telepon", entri=[first["key"]], hasil="comes")
    assert "centang untuk siapa" in screen.send("/telepon", hasil="comes")
    assert "pilih tanggal" in screen.send("/telepon", entri=[second["key"]], hasil="try_again", lagi="2020-01-01")
    outcome = f"/api/v1/calls/{second['key']}/outcomes"
    tomorrow = str((NOW + timedelta(days=1)).date())
    noted = planner.post(outcome, {"outcome": "try_again", "again_date": tomorrow, "note": "no_answer"})
    assert (noted.status_code, noted.json()["by"]) == (201, planner.caller.login)
    assert planner.post(outcome, {"outcome": "comes"}).json()["code"] == "call_gone"
    left = {call["key"] for call in planner.get("/api/v1/calls").json()["calls"]}
    assert third["key"] in left
    assert not {first["key"], second["key"]} & left
