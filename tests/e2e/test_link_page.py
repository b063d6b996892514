"""From the SMS to the answer in a real browser: an old telephone at 320 px, and what the office sees of it."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.simulated import SimulatedProvider
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.list_calls import list_calls
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.apps import app_at
from tests.databases import Databases
from tests.e2e.conftest import serving
from tests.e2e.pictures import photograph
from tests.e2e.test_plan_page import DESK, PHONE, opened
from tests.fakes.timing import HandTiming
from tests.mobile_passport.services.seasons import NOW, SURVEYED, letter, office_on, person, plan_and_publish

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

PEOPLE = (person(1), person(2, phone=person(1).phone), *(person(number) for number in range(11, 44)))


@pytest.fixture(scope="module")
def office(databases: Databases) -> Iterator[World]:
    """An office that has sent its messages to the simulated provider's telephones."""
    with office_on(databases.copy_of(SURVEYED)) as world:
        import_requests((letter("1/2026", "Desa Karangsono, Kec. Kanigoro", PEOPLE),), world, actor="test", now=NOW)
        plan_and_publish(world)
        deliver_messages(desk_of(world))
        yield world


@pytest.fixture(scope="module")
def address(office: World) -> Iterator[str]:
    """Address of a running server, on the day of the publication."""
    app = app_at(office, lambda: NOW)
    with serving(app) as url:
        yield url


def desk_of(world: World) -> Desk:
    timing = HandTiming(NOW)
    return Desk(
        kanim=world.kanim,
        office=world.rulebook.office,
        rules=world.rulebook.messages,
        vault=world.vault,
        database=world.database,
        provider=SimulatedProvider(database=world.database, vault=world.vault, kanim=world.kanim, timing=timing),
        timing=timing,
        public_url=world.public_url,
    )


def link_in_sms(world: World, number: int, address: str) -> str:
    """Read the link off a telephone, and open it where the test's server is."""
    phone = person(number).phone
    assert phone
    texts = [one.body.reveal() for one in desk_of(world).provider.list_to(phone, since=NOW.replace(year=2000)).messages]
    (found,) = [match[1] for text in texts if (match := re.search(r"Jawab (\S+) ", text))]
    assert found.startswith(f"{world.public_url}/j/")
    return found.replace(world.public_url, address)


def looked_at(page: Page, name: str) -> None:
    """Keep a picture, and ask for accessibility and for room on the narrowest telephone."""
    photograph(page, f"link-{name}")
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def reasons(world: World) -> list[str]:
    return [call.reason for call in list_calls(desk_of(world)) if not call.reason.startswith("undelivered")]


def test_somebody_opens_the_link_of_an_sms_and_says_that_they_come(
    browser: Browser, office: World, address: str
) -> None:
    link = link_in_sms(office, 11, address)
    with opened(browser, PHONE) as (page, complaints):
        page.goto(link)
        looked_at(page, "asked-320")
        page.reload()  # a scanner, or the person once more: nothing is answered by looking
        assert not page.get_by_text("akan datang. Terima kasih.").is_visible()
        page.get_by_role("button", name="Saya akan datang").click()
        assert page.get_by_text("akan datang. Terima kasih.").is_visible()
        looked_at(page, "coming-320")
        page.go_back()
        page.get_by_role("link", name="English").click()
        assert page.get_by_text("is coming. Thank you.").is_visible()
        looked_at(page, "english-320")
        assert not complaints


def test_somebody_asks_for_another_day_and_the_office_has_a_call_to_make(
    browser: Browser, office: World, address: str
) -> None:
    with opened(browser, PHONE, java_script_enabled=False) as (page, complaints):
        page.goto(link_in_sms(office, 12, address))
        page.get_by_role("link", name="Minta hari lain").click()
        page.get_by_label("Sedang di luar kota").check()
        page.get_by_role("button", name="Minta hari lain").click()
        assert page.get_by_text("Petugas akan menelepon").is_visible()
        assert "move:away" in reasons(office)
        assert not complaints


def test_giving_up_is_asked_twice_and_then_frees_the_place(browser: Browser, office: World, address: str) -> None:
    with opened(browser, PHONE) as (page, complaints):
        page.goto(link_in_sms(office, 13, address))
        page.get_by_role("link", name="Tidak bisa datang").click()
        looked_at(page, "give-up-320")
        page.get_by_role("link", name="Tidak, saya tetap datang").click()
        assert "not_that_day" not in reasons(office)
        page.get_by_role("link", name="Tidak bisa datang").click()
        page.get_by_role("button", name="Lepaskan jadwal, carikan hari lain").click()
        assert page.get_by_text("Kami carikan hari lain").is_visible()
        looked_at(page, "given-up-320")
        assert "not_that_day" in reasons(office)
        assert not complaints


def test_a_family_answers_for_one_of_them(browser: Browser, office: World, address: str) -> None:
    link = link_in_sms(office, 1, address)
    with opened(browser, DESK) as (page, complaints):
        page.goto(link)
        page.get_by_role("checkbox").nth(1).uncheck()
        page.get_by_role("button", name="Saya akan datang").click()
        assert page.get_by_text("akan datang. Terima kasih.").count() == 1
        looked_at(page, "family-1280")
        page.goto(f"{link}/pindah")
        looked_at(page, "move-1280")
        assert not complaints


def test_whoever_does_not_know_the_name_is_thanked_and_left_alone(
    browser: Browser, office: World, address: str
) -> None:
    with opened(browser, PHONE) as (page, complaints):
        page.goto(link_in_sms(office, 14, address))
        page.get_by_role("link", name="Ini bukan untuk saya").click()
        looked_at(page, "disown-320")
        assert "wrong_number" not in reasons(office)
        page.get_by_role("button", name="Ya, ini bukan untuk saya").click()
        assert page.get_by_role("heading", name="Terima kasih").is_visible()
        looked_at(page, "ended-320")
        assert "wrong_number" in reasons(office)
        assert not complaints


def test_a_link_that_opens_nothing_says_whom_to_call(browser: Browser, address: str) -> None:
    with opened(browser, PHONE) as (page, _):
        page.goto(f"{address}/j/{'x' * 22}")
        assert page.get_by_role("heading", name="Tautan tidak berlaku").is_visible()
        looked_at(page, "unknown-320")
