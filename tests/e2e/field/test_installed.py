"""The screen as an app on a telephone: installed, opened without signal, renewed, and back after a week."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from json import loads

import pytest
from fastapi import FastAPI

from mobile_passport.clock import utc_now
from mobile_passport.services.world import World
from tests.apps import app_at
from tests.e2e.conftest import serving
from tests.e2e.field.conftest import FieldPhone
from tests.e2e.field.test_offline import open_hall, operations, outcomes, press, queued
from tests.field_team import Trip
from tests.postgres import turn_clock

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]


@pytest.fixture
def app(office: World, trip: Trip) -> FastAPI:
    """The service on the morning of the trip, until a test says otherwise."""
    return app_at(office, lambda: trip.morning)


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """Address of a running server."""
    with serving(app) as url:
        yield url


def test_a_browser_finds_nothing_that_keeps_the_screen_from_being_installed(phone: FieldPhone) -> None:
    page = phone.morning()
    chrome = phone.context.new_cdp_session(page)
    found = chrome.send("Page.getAppManifest")
    assert found["errors"] == []
    assert chrome.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    manifest = loads(found["data"])
    assert manifest["display"] == "standalone"
    assert page.locator('meta[name="theme-color"]').get_attribute("content") == manifest["theme_color"]
    for icon in manifest["icons"]:
        picture = page.request.get(phone.address + icon["src"]).body()
        width, height = struct.unpack(">II", picture[16:24])  # in the first chunk of every PNG
        assert icon["sizes"] == f"{width}x{height}"
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        (size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")
    }


def test_the_app_starts_without_signal(phone: FieldPhone) -> None:
    page = phone.morning()
    manifest = page.request.get(f"{phone.address}/lapangan/manifest.webmanifest").json()
    phone.kill()
    phone.lose_signal()
    page = phone.context.new_page()
    page.goto(phone.address + manifest["start_url"])
    page.get_by_role("heading", name="Hari ini,").wait_for()
    page.locator("#sinyal", has_text="Tanpa sinyal").wait_for()
    assert page.locator("#peringatan").is_hidden()
    assert page.locator(".peta-hari svg").is_visible()


def test_tomorrow_is_on_the_phone_the_day_before_and_is_today_without_signal(
    app: FastAPI, phone: FieldPhone, office: World, trip: Trip
) -> None:
    day_before = trip.morning - timedelta(hours=14)
    app.dependency_overrides[utc_now] = lambda: day_before
    turn_clock(office.database, day_before)
    phone.context.clock.set_fixed_time(day_before)
    page = phone.open()
    page.get_by_role("heading", name="Besok,").wait_for()
    page.evaluate("navigator.serviceWorker.ready")
    phone.lose_signal()
    phone.context.clock.set_fixed_time(trip.morning)
    page.reload()
    page.get_by_role("heading", name="Hari ini,").wait_for()
    open_hall(page, trip)
    press(page, "Hadir")
    queued(page, "1 belum terkirim")
    assert operations(office) == 0


def test_a_new_version_of_the_screen_loses_nothing_that_was_not_sent(
    app: FastAPI, phone: FieldPhone, office: World, trip: Trip
) -> None:
    page = phone.morning()
    page.reload()  # the worker serves it now
    open_hall(page, trip)
    phone.context.route("**/api/v1/field/**", lambda route: route.abort("internetdisconnected"))
    press(page, "Hadir")
    renamed = replace(office.rulebook.office, brand="Versi berikutnya")
    app.state.world = replace(office, rulebook=replace(office.rulebook, office=renamed))
    page.evaluate(_RENEW)
    assert "Versi berikutnya" in page.evaluate("fetch('/lapangan').then((shell) => shell.text())")
    press(page, "Hadir")
    page.reload()
    queued(page, "2 belum terkirim")
    phone.context.unroute("**/api/v1/field/**")
    page.goto(f"{phone.address}/lapangan#/antrean")
    page.get_by_role("button", name="Kirim dan ambil data").click()
    queued(page, "Semua terkirim")
    assert operations(office) == 2


def test_a_week_without_signal_loses_nothing_but_the_people_on_the_phone(
    app: FastAPI, phone: FieldPhone, office: World, trip: Trip
) -> None:
    page = phone.morning()
    open_hall(page, trip)
    phone.lose_signal()
    press(page, "Hadir")
    press(page, "Selesai:")
    later = trip.morning + timedelta(days=7)
    phone.kill()
    phone.context.clock.set_fixed_time(later)
    phone.lose_signal()
    page = phone.open("#/antrean")
    queued(page, "2 belum terkirim")
    assert not page.get_by_text("Orang Contoh").count()
    app.dependency_overrides[utc_now] = lambda: later
    turn_clock(office.database, later)
    phone.find_signal()
    queued(page, "Semua terkirim")
    assert operations(office) == 2
    assert outcomes(office) == {"served": 1}


_RENEW = """
() => new Promise((renewed) => {
  navigator.serviceWorker.addEventListener("controllerchange", () => renewed(), { once: true });
  navigator.serviceWorker.ready.then((worker) => worker.update());
})
"""
