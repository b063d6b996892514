"""What a planner has to settle before planning: unclear places as a list and as pins, and files that lack something."""

from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient

from mobile_passport.domain.access import Caller, Role
from mobile_passport.domain.person import PassportCase
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.requests.incomplete_files import IncompleteFile, Lack, incomplete_files
from mobile_passport.services.requests.read_requests import people_of
from mobile_passport.services.requests.readiness import readiness_of, tick_paper
from mobile_passport.services.world import World
from tests.accounts import account, browser
from tests.apps import app_at
from tests.mobile_passport.services.seasons import NOW, letter, person
from tests.offices import published

__all__ = ["published"]

SOON = NOW + timedelta(days=6)
"""The first visits of the small season are some days off then."""


@pytest.fixture
def planner(published: World) -> Caller:
    """Who plans."""
    return account(published, Role.PLANNER)


@pytest.fixture
def client(published: World, planner: Caller) -> TestClient:
    """The planner's browser."""
    app = app_at(published, lambda: NOW)
    return TestClient(app, headers=browser(published, planner) | {"Accept": "text/html"})


def lacks(world: World, caller: Caller, reference: str) -> dict[Lack, int]:
    found = [one for one in incomplete_files(world, caller.scope, now=NOW) if one.reference == reference]
    return {missing.lack: missing.people for one in found for missing in one.missing}


def take_in(world: World, *people: object, **changes: object) -> str:
    import_requests((letter("7/2026", "Desa Garum, Kec. Garum", people, **changes),), world, actor="test", now=NOW)  # type: ignore[arg-type]
    return "BLI-2026-0005"


def test_each_thing_that_is_missing_is_counted_for_its_own_people(published: World, planner: Caller) -> None:
    lost = person(803, passport_case=PassportCase.LOST)
    people = (person(801), person(802, phone=None), lost, person(804, phone=None, passport_case=PassportCase.LOST))
    reference = take_in(published, *people, deadline_date=date(2026, 11, 23))
    assert lacks(published, planner, reference) == {Lack.DEADLINE: 2, Lack.OFFICE: 2, Lack.NO_PHONE: 1}


def test_a_request_that_lacks_nothing_is_not_listed(published: World, planner: Caller) -> None:
    assert lacks(published, planner, take_in(published, person(801))) == {}


def soon(world: World, caller: Caller) -> IncompleteFile:
    found = incomplete_files(world, caller.scope, now=SOON)
    return next(one for one in found if one.missing[0].lack is Lack.PAPERS)


def test_papers_are_asked_for_before_the_visit_until_somebody_has_seen_them(published: World, planner: Caller) -> None:
    before = soon(published, planner).missing[0]
    text, people = before.papers[0]
    who = people_of(published, soon(published, planner).reference, planner.scope)[0].id
    ready = readiness_of(published, who, planner.scope, now=SOON)
    for paper in ready.papers:
        seen = readiness_of(published, who, planner.scope, now=SOON).revision
        tick_paper(published, who, paper.key, is_seen=True, seen=seen, caller=planner, now=SOON)
    after = soon(published, planner).missing[0]
    assert (after.people, dict(after.papers)[text]) == (before.people - 1, people - 1)


def test_the_page_says_what_is_missing_and_whom_to_ask_and_names_nobody(client: TestClient, published: World) -> None:
    reference = take_in(published, person(801, passport_case=PassportCase.DAMAGED), person(802))
    page = client.get("/periksa").text
    assert reference in page
    assert "Paspor rusak tidak dapat diganti" in page
    assert "B*** K***" in page
    assert "Bu Kontak" not in page
    assert 'href="tel:+6281399990000"' in page
    assert "Orang Contoh" not in page
    assert reference not in client.get("/periksa?kurang=no_phone").text


def unclear(world: World) -> str:
    return take_in(world, *(person(n) for n in range(801, 833)), place_text="Desa Sumberjo")


def test_every_pin_sends_a_form_of_the_list(client: TestClient, published: World) -> None:
    reference = unclear(published)
    page, pins = client.get("/periksa").text, client.get("/periksa/peta.json").json()["features"]
    assert len(pins) > 1
    for pin in pins:
        assert f'id="{pin["properties"]["form"]}"' in page
        assert f"{reference}: “Desa Sumberjo”, 32 orang" in pin["properties"]["note"]
    assert "32 people" in client.get("/periksa/peta.json?bahasa=en").text
    searched = client.get(f"/periksa/peta.json?nomor={reference}&cari=Desa Gogodeso").json()["features"]
    assert len(searched) == len(pins) + 1


def test_what_a_letter_says_is_text(client: TestClient, published: World) -> None:
    take_in(published, person(801), place_text="Desa Sumberjo <script>alert(1)</script>")
    page = client.get("/periksa").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
