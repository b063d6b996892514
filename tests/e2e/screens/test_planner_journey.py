"""A planner at a real browser: from a run to a draft, a visit moved by hand and by mouse, and the plan published."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize
from pypdf import PdfReader
from sqlalchemy import select

from api.cookies import cookie_name
from mobile_passport.documents.formats import INDONESIAN
from mobile_passport.domain.access import Role
from mobile_passport.persistence.tables import RequestRow
from mobile_passport.services.plans.planning_runs import ask_for_plan, call_off_run
from mobile_passport.services.plans.run_planning import make_next_plan
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.accounts import account
from tests.accounts import browser as signed_in
from tests.apps import app_at
from tests.e2e.conftest import serving
from tests.e2e.inspection import Inspector
from tests.e2e.pictures import SCREENS
from tests.mobile_passport.services.plans.test_adjust_plan import empty_shift, free, promised, stop, visits
from tests.mobile_passport.services.seasons import DRAFT, NOW, letter, person, rows
from tests.offices import drafted

__all__ = ["drafted"]

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

BETWEEN_CLICKS_MS = 20
WHOLE_BOARD: ViewportSize = {"width": 1280, "height": 2_400}
"""Nothing scrolls during a drag: the mouse of these tests would take hold of what has come under it by then."""


@pytest.fixture
def office(drafted: World) -> World:
    """An office with a draft."""
    return drafted


@pytest.fixture
def address(office: World) -> Iterator[str]:
    """Address of a running server."""
    app = app_at(office, lambda: NOW)
    with serving(app) as url:
        yield url


@pytest.fixture
def complaints() -> list[str]:
    """What the browser finds wrong."""
    return []


@pytest.fixture
def page(browser: Browser, office: World, address: str, complaints: list[str]) -> Iterator[Page]:
    """A planner's browser, which must not complain."""
    _, _, token = signed_in(office, account(office, Role.PLANNER))["Cookie"].partition("=")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="id-ID", base_url=address)
    context.add_cookies([{"name": cookie_name(office.public_url), "value": token, "url": address}])
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def test_a_planner_runs_moves_locks_and_publishes_with_double_clicks_and_the_way_back(
    page: Page, office: World
) -> None:
    name, target = free(office).visit, empty_shift(office)
    page.goto("/rencana")
    page.get_by_label("Waktu paling lama").select_option("5")
    press_twice(page.get_by_role("button", name="Mulai menghitung"))
    page.get_by_text("menunggu giliran").wait_for()
    assert len(rows(office, "planning_run")) == 1
    make_next_plan(office, clock=lambda: NOW)
    page.get_by_role("link", name=f"Buka rancangan versi {DRAFT}").click()  # htmx brought it
    page.get_by_role("link", name=f"Ubah {name}").click()
    page.get_by_label("Tim dan hari", exact=True).select_option(target)
    press_twice(page.get_by_role("button", name="Lihat akibatnya"))
    page.get_by_role("heading", name="Akibat perubahan ini").wait_for()
    accept(page, DRAFT + 1)
    assert page.locator(f'td[data-shift="{target}"] #{name}').is_visible()
    page.go_back()
    page.get_by_role("heading", name="Akibat perubahan ini").wait_for()
    page.get_by_text(f"Versi {DRAFT + 1} dibuat dari versi ini").wait_for()
    Inspector(page).judge("rencana-akibat")
    page.go_forward()
    page.get_by_role("link", name=f"Ubah {name}").click()
    page.get_by_label("Kunci di tempatnya").check()
    page.get_by_role("button", name="Lihat akibatnya").click()
    accept(page, DRAFT + 2)
    assert "Dikunci" in page.locator(f"#{name}").inner_text()
    assert page.locator(f"#{name}").get_attribute("draggable") is None
    assert len(rows(office, "plan")) == DRAFT + 2
    page.get_by_role("link", name="Terbitkan …").click()
    press_twice(page.get_by_role("button", name="Terbitkan dan beri tahu"))
    page.get_by_role("heading", name="Rencana diterbitkan").wait_for()
    assert page.get_by_text(f"Versi {DRAFT + 2} berlaku").is_visible()
    page.get_by_role("link", name="Lihat rencana").click()
    page.get_by_role("heading", name=f"Rencana versi {DRAFT + 2}").wait_for()
    page.go_back()
    page.get_by_role("heading", name="Rencana diterbitkan").wait_for()


def press_twice(button: Locator) -> None:
    """Press a button, and again when the form is on its way: of two clicks at once a browser sends the later alone."""
    button.evaluate(f"(it) => {{ it.click(); setTimeout(() => it.click(), {BETWEEN_CLICKS_MS}); }}")


def accept(page: Page, version: int) -> None:
    """Accept a change whose effect shows."""
    press_twice(page.get_by_role("button", name="Terima, jadikan rancangan baru"))
    page.get_by_role("heading", name=f"Rencana versi {version}").wait_for()


def test_whatever_is_refused_is_a_page_to_which_the_way_back_leads(page: Page, office: World) -> None:
    planner = account(office, Role.PLANNER)
    run = ask_for_plan(office, time_limit_s=5, seed=1, caller=planner, now=NOW)
    page.goto("/rencana")
    page.locator("#proses").evaluate(
        "(it) => it.replaceWith(it.cloneNode(true))"
    )  # htmx asks no more what becomes of it
    call_off_run(office, run.id, caller=planner, now=NOW)
    page.get_by_role("button", name="Batalkan perhitungan").click()
    assert comes_back_to(page, office, "Perhitungan itu sudah berakhir")
    page.goto(f"/rencana/{DRAFT}/terbit")
    late = letter("9/2026", "Desa Pojok, Kec. Garum", [person(number) for number in range(900, 935)])
    import_requests((late,), office, actor="test", now=NOW)
    page.get_by_role("button", name="Terbitkan dan beri tahu").click()
    assert comes_back_to(page, office, "Ada orang baru")


def comes_back_to(page: Page, office: World, sentence: str) -> bool:
    """Go on from a page with a sentence, and back; returns whether the way back is the page with it again."""
    left = page.url
    page.get_by_text(sentence).wait_for()
    page.get_by_role("link", name=office.rulebook.office.brand).click()
    page.get_by_text(sentence).wait_for(state="detached")
    page.go_back()
    page.get_by_text(sentence).wait_for()
    return page.url == left


def test_a_visit_is_dragged_to_an_empty_day_and_its_effect_is_shown_first(page: Page, office: World) -> None:
    name, told, target = free(office).visit, promised(office).visit, empty_shift(office)
    page.set_viewport_size(WHOLE_BOARD)
    page.goto(f"/rencana/{DRAFT}")
    assert page.locator(f"#{told}").get_attribute("draggable") is None
    page.locator(f"#{name}").drag_to(page.locator(f'td[data-shift="{target}"]'))
    page.get_by_role("heading", name="Akibat perubahan ini").wait_for()
    day = INDONESIAN.long_date(date.fromisoformat(target[-10:]))
    assert f"→ {day}" in page.locator("#akibat").inner_text()
    assert len(rows(office, "plan")) == DRAFT


def test_a_visit_dragged_onto_a_full_day_is_refused_by_the_rules_it_breaks(page: Page, office: World) -> None:
    name = free(office).visit
    other = next(one for key, one in visits(office).items() if key != name and len(one.members) > 30)
    target = page.locator(f'td[data-shift="{stop(other).shift}"]')
    page.set_viewport_size(WHOLE_BOARD)
    page.goto(f"/rencana/{DRAFT}")
    page.locator(f"#{name}").drag_to(target)
    page.get_by_role("heading", name=f"{name} tidak dapat diubah seperti itu").wait_for()
    assert "Tim belum dapat tiba" in page.locator("#akibat li").first.inner_text()
    page.get_by_role("link", name="Semua versi").click()
    page.get_by_role("heading", name="Buat rancangan baru").wait_for()
    page.go_back()
    page.get_by_role("heading", name=f"{name} tidak dapat diubah seperti itu").wait_for()


def test_a_small_screen_shows_one_week_and_the_map_the_day_that_was_tapped(page: Page, office: World) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"/rencana/{DRAFT}")
    assert page.locator(".minggu:visible").count() == 1
    page.get_by_role("navigation", name="Minggu").get_by_role("link").nth(2).click()
    assert page.locator(".minggu:visible").get_attribute("id") == "minggu-2026-12-14"
    page.goto(f"/rencana/{DRAFT}#{free(office).visit}")
    page.locator(".minggu:visible tbody th a").first.click()
    page.locator(".urutan", has_text="1").first.wait_for()


def test_an_unclear_place_is_chosen_on_the_map(page: Page, office: World) -> None:
    letters = (letter("7/2026", "Desa Sumberjo", [person(n) for n in range(801, 833)]),)
    import_requests(letters, office, actor="test", now=NOW)
    page.goto("/periksa")
    page.locator(".leaflet-interactive").first.click()
    page.get_by_role("button", name="Pilih desa ini").click()
    page.get_by_text("Semua tempat sudah jelas.").wait_for()
    with office.database.reading() as session:
        (chosen,) = session.scalars(select(RequestRow.village_code).where(RequestRow.external_reference == "7/2026"))
    assert office.gazetteer.village(str(chosen)).name == "Sumberjo"


@pytest.mark.parametrize(
    ("name", "pages", "text"),
    [
        (f"rencana/{DRAFT}", 2, "Belum terjadwal"),
        ("antrean", 1, "Permohonan yang menunggu"),
        ("ikhtisar", 1, "kecamatan"),
    ],
)
def test_a_page_prints_whole_on_few_sheets(page: Page, office: World, name: str, pages: int, text: str) -> None:
    page.goto(f"/{name}", wait_until="networkidle")
    printed = page.pdf(prefer_css_page_size=True)
    SCREENS.mkdir(parents=True, exist_ok=True)
    (SCREENS / f"{name.replace('/', '-')}.pdf").write_bytes(printed)
    sheets = [sheet.extract_text() for sheet in PdfReader(BytesIO(printed)).pages]
    assert len(sheets) <= pages
    assert text in " ".join(" ".join(sheets).split())
    page.emulate_media(media="print")
    assert page.locator("nav:visible, form:visible, button:visible").count() == 0
