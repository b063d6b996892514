"""The page of the plan in a real browser: quiet, accessible, whole at 320 px, in print and without scripts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from api.app import create_app
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.settings import Settings
from tests.api.conftest import Plans
from tests.databases import MIGRATED, Databases
from tests.e2e.conftest import serving
from tests.e2e.pictures import photograph
from tests.mobile_passport.documents.sample_plan import sample_plan
from tests.mobile_passport.services.seasons import office_on

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
VIEWS = {
    "plan": "/",
    "day": "/?hari=2026-12-02",
    "not-found": "/tidak-ada",
}

_LEFT = "net::ERR_ABORTED"  # somebody went on before the icon had come


@pytest.fixture(scope="module")
def plans() -> Plans:
    """The sample plan, which a test may take away."""
    return Plans(sample_plan())


@pytest.fixture(scope="module")
def address(plans: Plans, databases: Databases) -> Iterator[str]:
    """Address of a running server."""
    with (
        office_on(databases.copy_of(MIGRATED)) as world,
        serving(create_app(world, build_desk(world, Settings()), plans)) as url,
    ):
        yield url


@contextmanager
def opened(browser: Browser, viewport: dict[str, int], **options: Any) -> Iterator[tuple[Page, list[str]]]:
    """Yield a page, and the complaints of the browser about it."""
    complaints: list[str] = []
    context = browser.new_context(viewport=viewport, locale="id-ID", **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: request.failure != _LEFT and complaints.append(request.url))
    yield page, complaints
    context.close()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["320px", "1280px"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_page_is_accessible_quiet_and_never_wider_than_the_screen(
    browser: Browser, address: str, view: str, viewport: dict[str, int]
) -> None:
    with opened(browser, viewport) as (page, complaints):
        page.goto(address + VIEWS[view])
        photograph(page, f"publik-{view}-{viewport['width']}")
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        expected = 1 if view == "not-found" else 0  # the browser itself reports the 404 that was asked for
        assert len(complaints) == expected, complaints


def test_without_a_plan_the_page_is_kind_and_accessible(browser: Browser, address: str, plans: Plans) -> None:
    kept, plans.plan = plans.plan, None
    try:
        with opened(browser, PHONE) as (page, complaints):
            page.goto(address)
            photograph(page, "publik-no-plan-320")
            assert page.get_by_text("make demo").is_visible()
            assert Axe().run(page).violations_count == 0
            assert not complaints
    finally:
        plans.plan = kept


def test_everything_works_with_scripts_switched_off(browser: Browser, address: str) -> None:
    with opened(browser, PHONE, java_script_enabled=False) as (page, complaints):
        page.goto(address)
        page.get_by_role("link", name=re.compile(r"15 Des\W+Unit 1\W+49 orang")).click()
        assert page.url.endswith("#hari-2026-12-15")
        card = page.get_by_role("article", name="Selasa, 15 Desember 2026")
        assert card.get_by_role("heading", name="Unit 1").is_visible()
        card.get_by_role("link", name="Peta hari ini").click()
        assert "hari=2026-12-15" in page.url
        page.get_by_role("link", name="16 Des →").click()
        assert page.get_by_text("Rabu, 16 Desember 2026:").is_visible()
        page.get_by_role("link", name="Seluruh rencana").click()
        assert page.get_by_role("img", name="Peta rencana").first.is_visible()
        assert not complaints


def test_the_keyboard_reaches_the_content_first_and_then_the_sections(browser: Browser, address: str) -> None:
    with opened(browser, DESK) as (page, _):
        page.goto(address)
        names = []
        for _step in range(5):
            page.keyboard.press("Tab")
            names.append(page.evaluate("document.activeElement.textContent"))
        assert names == ["Langsung ke isi", "Peta", "Kalender", "Belum terjadwal", "Jadwal harian"]


def test_letters_can_be_doubled_without_losing_anything(browser: Browser, address: str) -> None:
    with opened(browser, {"width": 640, "height": 900}) as (page, _):
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640
        assert page.get_by_role("table").is_visible()


@pytest.mark.parametrize(("viewport", "drawing"), [(PHONE, ".sempit svg.peta"), (DESK, ".lebar svg.peta")])
def test_one_map_is_shown_and_its_letters_are_large_enough(
    browser: Browser, address: str, viewport: dict[str, int], drawing: str
) -> None:
    with opened(browser, viewport) as (page, _):
        page.goto(f"{address}/?hari=2026-12-02")
        assert [svg.is_visible() for svg in page.locator("svg.peta").all()].count(True) == 1
        heights = page.locator(f"{drawing} text").evaluate_all("all => all.map(t => t.getBoundingClientRect().height)")
        assert min(heights) >= 9


def test_the_day_that_a_link_leads_to_is_marked(browser: Browser, address: str) -> None:
    with opened(browser, DESK) as (page, _):
        page.goto(f"{address}/#hari-2026-12-15")
        shadow = "id => getComputedStyle(document.getElementById(id)).boxShadow"
        assert page.evaluate(shadow, "hari-2026-12-15") != "none"
        assert page.evaluate(shadow, "hari-2026-12-16") == "none"


def test_in_print_there_are_no_links_to_press_and_every_day(browser: Browser, address: str) -> None:
    with opened(browser, DESK) as (page, _):
        page.goto(address)
        page.emulate_media(media="print")
        assert not page.get_by_role("navigation", name="Bagian halaman").is_visible()
        assert not any(link.is_visible() for link in page.get_by_text("Peta hari ini").all())
        assert page.get_by_role("heading", name="Kamis, 14 Januari 2027").is_visible()


def test_the_map_alone_opens_without_a_complaint(browser: Browser, address: str) -> None:
    with opened(browser, DESK) as (page, complaints):
        page.goto(f"{address}/peta.svg?hari=2026-12-02")
        assert page.locator("svg").first.is_visible()
        assert not complaints
