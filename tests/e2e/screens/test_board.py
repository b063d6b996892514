"""The board of a plan on a normal desk and on a phone: a visit goes to a day that is out of sight."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from api.cookies import cookie_name
from mobile_passport.domain.access import Role
from mobile_passport.services.world import World
from tests.accounts import account
from tests.accounts import browser as signed_in
from tests.apps import app_at
from tests.e2e.conftest import serving
from tests.e2e.inspection import DESK, Inspector
from tests.mobile_passport.services.plans.test_adjust_plan import free
from tests.mobile_passport.services.seasons import DRAFT, NOW, rows
from tests.offices import drafted

__all__ = ["drafted"]

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser"), pytest.mark.database("sqlite")]

PHONE = {"width": 390, "height": 740}
CELLS = ".papan td[data-shift]"
IN_SIGHT = "cell => { const at = cell.getBoundingClientRect(); return at.top > 0 && at.bottom < innerHeight; }"
AT_ITS_END = "() => scrollY + innerHeight >= document.documentElement.scrollHeight - 1"
IS_UNCOVERED = """() => {
  const at = document.activeElement.getBoundingClientRect();
  return [at.top + 2, at.bottom - 2].every((y) => document.elementFromPoint(at.left + 9, y) === document.activeElement);
}"""

type Opener = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, drafted: World) -> Iterator[Opener]:
    """Open the draft at a planner's browser of some kind, which must not complain."""
    complaints: list[str] = []
    with ExitStack() as stack:
        address = stack.enter_context(serving(app_at(drafted, lambda: NOW)))
        _, _, token = signed_in(drafted, account(drafted, Role.PLANNER))["Cookie"].partition("=")

        def open_draft(**options: Any) -> Page:
            context = browser.new_context(locale="id-ID", base_url=address, **options)
            stack.callback(context.close)
            context.add_cookies([{"name": cookie_name(drafted.public_url), "value": token, "url": address}])
            page = context.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(f"/rencana/{DRAFT}#{free(drafted).visit}")
            return page

        yield open_draft
    assert complaints == []


def see_where_it_would_go(page: Page, office: World, shift: str | None) -> None:
    """Find the page that shows what the move does, or why it cannot be; nothing has happened yet."""
    page.wait_for_url("**/ubah?**")
    asked = parse_qs(urlsplit(page.url).query)
    assert (asked["kind"], asked["visit"], asked["shift"]) == (["move"], [free(office).visit], [shift])
    assert page.locator("#akibat h2").is_visible()
    assert len(rows(office, "plan")) == DRAFT


def test_a_visit_is_dragged_across_the_fold(opened: Opener, drafted: World) -> None:
    page = opened(viewport=DESK)
    card, target = page.locator(f"#{free(drafted).visit}"), page.locator(CELLS).last
    assert not target.evaluate(IN_SIGHT)
    shift = target.get_attribute("data-shift")
    card.hover(position={"x": 30, "y": 10})
    page.mouse.down()
    page.mouse.move(640, DESK["height"] - 60, steps=4)
    page.wait_for_function(AT_ITS_END)  # where it scrolls no further, so that the cell stays where it is read to be
    assert target.evaluate(IN_SIGHT)
    box = target.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2, steps=3)
    page.mouse.up()
    see_where_it_would_go(page, drafted, shift)


def test_a_visit_is_tapped_and_then_the_day_it_goes_to(opened: Opener, drafted: World) -> None:
    page = opened(viewport=PHONE, has_touch=True, is_mobile=True)
    name = free(drafted).visit
    card, told = page.locator(f"#{name}"), page.locator("#dipegang").get_by_role("status")
    card.tap(position={"x": 30, "y": 10})
    expect(told).to_have_text(f"{name} dipegang. Pilih hari dan tim tujuan.")
    page.get_by_role("button", name="Lepas").tap()
    expect(told).to_have_text(f"{name} dilepas.")
    expect(page.get_by_role("button", name="Taruh di sini")).to_have_count(0)
    card.tap(position={"x": 30, "y": 10})
    page.get_by_role("navigation", name="Minggu").get_by_role("link").last.tap()  # it stays in sight
    target = page.locator(f"{CELLS}:visible").last
    shift = target.get_attribute("data-shift")
    target.get_by_role("button", name=f"({name})").tap()
    see_where_it_would_go(page, drafted, shift)


def test_a_visit_is_picked_up_and_put_down_with_keys(opened: Opener, drafted: World) -> None:
    page = opened(viewport=DESK)
    name = free(drafted).visit
    button = page.get_by_role("button", name=f"Pindahkan {name}")
    button.focus()
    page.keyboard.press("Enter")
    Inspector(page).judge("rencana-dipegang")
    page.set_viewport_size(DESK)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".tujuan:focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.keyboard.press("Space")
    for _ in range(page.locator(".papan tbody tr").count()):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(IS_UNCOVERED)
    shift = page.evaluate("document.activeElement.closest('td').dataset.shift")
    assert shift == page.locator(CELLS).last.get_attribute("data-shift")
    page.keyboard.press("Enter")
    see_where_it_would_go(page, drafted, shift)
