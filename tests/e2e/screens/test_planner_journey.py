"""A planner at a real browser: from a run to a draft, a visit moved by hand and by mouse, and the plan published."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from api.app import create_app
from api.cookies import cookie_name
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.plans.run_planning import make_next_plan
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.accounts import account
from tests.accounts import browser as signed_in
from tests.e2e.conftest import serving
from tests.mobile_passport.services.plans.test_adjust_plan import empty_shift, free, promised
from tests.mobile_passport.services.seasons import DRAFT, NOW
from tests.offices import drafted

__all__ = ["drafted"]

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

SCREENS = Path(__file__).parents[3] / "out" / "screens"
HEAVIEST_BYTES = 200_000
PATHS = {
    "rencana": "/rencana",
    "rencana-versi": f"/rencana/{DRAFT}",
    "rencana-banding": f"/rencana/{DRAFT}/banding?dengan=1",
    "rencana-terbit": f"/rencana/{DRAFT}/terbit",
    "antrean": "/antrean",
    "periksa": "/periksa",
    "telepon": "/telepon",
    "pesan": "/pesan",
    "tempat": "/tempat",
    "ikhtisar": "/ikhtisar",
}


@pytest.fixture
def office(drafted: World) -> World:
    """An office with a draft."""
    return drafted


@pytest.fixture
def address(office: World) -> Iterator[str]:
    """Address of a running server."""
    app = create_app(office, build_desk(office, Settings()))
    app.dependency_overrides[utc_now] = lambda: NOW
    with serving(app) as url:
        yield url


@pytest.fixture
def page(browser: Browser, office: World, address: str) -> Iterator[Page]:
    """A planner's browser, which must not complain."""
    _, _, token = signed_in(office, account(office, Role.PLANNER))["Cookie"].partition("=")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="id-ID", base_url=address)
    context.add_cookies([{"name": cookie_name(office.public_url), "value": token, "url": address}])
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def test_a_planner_runs_moves_accepts_and_publishes(page: Page, office: World) -> None:
    name, target = free(office).visit, empty_shift(office)
    page.goto("/rencana")
    page.get_by_label("Waktu paling lama").select_option("5")
    page.get_by_role("button", name="Mulai menghitung").click()
    page.get_by_text("menunggu giliran").wait_for()
    make_next_plan(office, clock=lambda: NOW)
    page.get_by_role("link", name=f"Buka rancangan versi {DRAFT}").click()  # htmx brought it
    page.get_by_role("link", name=f"Ubah {name}").click()
    page.get_by_label("Tim dan hari", exact=True).select_option(target)
    page.get_by_role("button", name="Lihat akibatnya").click()
    page.get_by_role("heading", name="Akibat perubahan ini").wait_for()
    assert Axe().run(page).violations_count == 0
    page.get_by_role("button", name="Terima, jadikan rancangan baru").click()
    page.get_by_role("heading", name=f"Rencana versi {DRAFT + 1}").wait_for()
    assert page.locator(f'td[data-shift="{target}"] #{name}').is_visible()
    page.get_by_role("link", name="Terbitkan …").click()
    page.get_by_role("button", name="Terbitkan dan beri tahu").click()
    page.get_by_role("heading", name="Rencana diterbitkan").wait_for()
    assert page.get_by_text(f"Versi {DRAFT + 1} berlaku").is_visible()


def test_a_visit_is_dragged_and_a_promise_is_not(page: Page, office: World) -> None:
    page.goto(f"/rencana/{DRAFT}")
    name, told = free(office).visit, promised(office).visit
    cell = page.locator("td[data-shift]").filter(has_not=page.locator(f"#{name}")).first
    assert page.locator(f"#{told}").get_attribute("draggable") is None
    page.locator(f"#{name}").drag_to(cell)
    page.wait_for_url("**/ubah*")
    effect, broken = page.get_by_text("Akibat perubahan ini"), page.get_by_text("tidak dapat diubah seperti itu")
    assert effect.is_visible() or broken.is_visible()


def test_every_screen_is_accessible_whole_and_light(page: Page) -> None:
    received: list[int] = []
    page.on("requestfinished", lambda request: received.append(request.sizes()["responseBodySize"]))
    for name, path in PATHS.items():
        for width, height in ((360, 740), (1280, 900)):
            page.set_viewport_size({"width": width, "height": height})
            received.clear()
            page.goto(path, wait_until="networkidle")
            assert sum(received) < HEAVIEST_BYTES, name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            SCREENS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
