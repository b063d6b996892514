"""Telephones of a field team in a real browser, against a real server."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Playwright

from api.cookies import cookie_name
from mobile_passport.domain.access import Caller, Role
from mobile_passport.services.world import World
from tests.accounts import account, browser
from tests.apps import app_at
from tests.e2e.conftest import ARGUMENTS, chromium, serving
from tests.field_team import Trip, first_trip
from tests.offices import published
from tests.postgres import turn_clock

__all__ = ["published"]

PATIENCE_MS = 20_000
NARROW, PHONE, DESK = {"width": 320, "height": 640}, {"width": 390, "height": 844}, {"width": 1280, "height": 900}


class FieldPhone:
    """One telephone: a browser with a folder of its own, which outlives being killed."""

    def __init__(
        self, playwright: Playwright, folder: Path, address: str, caller: Caller, world: World, trip: Trip
    ) -> None:
        self._playwright = playwright
        self._folder = folder
        self._world = world
        self._trip = trip
        self.address = address
        self.caller = caller
        self.complaints: list[str] = []
        self.context = self._start()
        self.sign_in()

    def sign_in(self) -> None:
        """Sign in, as the page of the office would."""
        _, _, token = browser(self._world, self.caller)["Cookie"].partition("=")
        name, expires = cookie_name(self._world.public_url), time.time() + 3600
        cookie = {"name": name, "value": token, "url": self.address, "expires": expires}
        self.context.add_cookies([cookie])  # type: ignore[list-item]

    def open(self, path: str = "") -> Page:
        """Open the screen in a new tab."""
        page = self.context.new_page()
        page.goto(f"{self.address}/lapangan{path}")
        return page

    def morning(self) -> Page:
        """Open the screen, and wait until the day and the screen itself are on the phone."""
        page = self.open()
        page.get_by_role("heading", name="Hari ini,").wait_for()
        page.evaluate("navigator.serviceWorker.ready")
        return page

    def lose_signal(self) -> None:
        """Go where there is none."""
        self.context.set_offline(True)

    def find_signal(self) -> None:
        """Come back."""
        self.context.set_offline(False)

    def kill(self) -> None:
        """End the browser at once, and start it again without signal, on the same folder."""
        self.context.close()
        self.context = self._start()

    def _start(self) -> BrowserContext:
        context = self._playwright.chromium.launch_persistent_context(
            self._folder,
            executable_path=chromium(),
            args=list(ARGUMENTS),
            viewport=PHONE,
            locale="id-ID",  # type: ignore[arg-type]
        )
        context.set_default_timeout(PATIENCE_MS)
        context.clock.set_fixed_time(self._trip.morning)
        context.on("console", self._note)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        return context

    def _note(self, message: ConsoleMessage) -> None:
        if "ERR_INTERNET_DISCONNECTED" not in message.text:  # what the browser itself says without signal
            self.complaints.append(message.text)


@pytest.fixture
def office(published: World) -> World:
    """An office whose teams have a plan."""
    return published


@pytest.fixture
def trip(office: World) -> Trip:
    """Where the team goes, on that morning."""
    trip = first_trip(office)
    turn_clock(office.database, trip.morning)
    return trip


@pytest.fixture
def address(office: World, trip: Trip) -> Iterator[str]:
    """Address of a running server."""
    app = app_at(office, lambda: trip.morning)
    with serving(app) as url:
        yield url


@pytest.fixture
def phones(
    playwright_driver: Playwright, tmp_path: Path, address: str, office: World, trip: Trip
) -> Iterator[Callable[[], FieldPhone]]:
    """Makes telephones of the team, each with an account of its own."""
    made: list[FieldPhone] = []

    def make() -> FieldPhone:
        caller = account(office, Role.FIELD, team=trip.team)
        folder = tmp_path / f"phone-{len(made)}"
        made.append(FieldPhone(playwright_driver, folder, address, caller, office, trip))
        return made[-1]

    with ExitStack() as stack:
        yield make
        for phone in made:
            stack.callback(phone.context.close)
    assert [phone.complaints for phone in made] == [[] for _ in made]


@pytest.fixture
def phone(phones: Callable[[], FieldPhone]) -> FieldPhone:
    """One telephone."""
    return phones()
