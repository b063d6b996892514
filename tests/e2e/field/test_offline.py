"""A day without signal: nothing that the screen called saved is ever lost, and everything arrives once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from mobile_passport.services.world import World
from tests.databases import Databases
from tests.e2e.field.conftest import FieldPhone
from tests.field_team import Team, Trip

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]


def open_hall(page: Page, trip: Trip) -> None:
    """Open the list of the hall."""
    page.goto(f"{page.url.partition('#')[0]}#/tempat/{trip.stop}")
    page.get_by_role("heading", name="Daftar orang").wait_for()


def press(page: Page, name: str, times: int = 1) -> None:
    """Press the first button of a name and wait until the phone says that it is saved."""
    for _ in range(times):
        page.locator("#kabar").evaluate("line => line.replaceChildren()")
        page.get_by_role("button", name=name).first.click()
        page.get_by_text("Tersimpan di ponsel ini").wait_for()


def queued(page: Page, words: str) -> None:
    """Wait until the bar says how much is not sent."""
    page.locator("#antre", has_text=words).wait_for()


def operations(world: World) -> int:
    """How many operations the office has."""
    with world.database.reading() as session:
        return session.execute(text("SELECT count(*) FROM field_operation")).scalar_one()


def outcomes(world: World) -> dict[str, int]:
    """How many people stand where, of those who were promised a time."""
    with world.database.reading() as session:
        found = session.execute(
            text("SELECT status, count(*) FROM applicant WHERE status <> 'waiting' GROUP BY status")
        )
        return {status: count for status, count in found if status != "scheduled"}


def test_a_list_is_worked_through_in_the_middle_of_a_dead_spot(phone: FieldPhone, office: World, trip: Trip) -> None:
    page = phone.morning()
    open_hall(page, trip)
    press(page, "Tiba")
    queued(page, "Semua terkirim")
    phone.lose_signal()
    press(page, "Hadir", times=2)
    press(page, "Selesai:")
    queued(page, "3 belum terkirim")
    page.reload()
    queued(page, "3 belum terkirim")
    assert page.get_by_text("selesai dilayani").count() == 1
    phone.kill()
    phone.lose_signal()
    page = phone.open(f"#/tempat/{trip.stop}")
    queued(page, "3 belum terkirim")
    assert page.get_by_text("selesai dilayani").count() == 1
    press(page, "Selesai:")
    assert operations(office) == 1
    phone.find_signal()
    queued(page, "Semua terkirim")
    assert operations(office) == 5
    assert outcomes(office) == {"served": 2}


def test_what_is_not_on_disk_is_never_called_saved(phone: FieldPhone, office: World, trip: Trip) -> None:
    page = phone.morning()
    open_hall(page, trip)
    phone.lose_signal()
    page.evaluate(
        "() => { IDBObjectStore.prototype.put = function () { throw new DOMException('full', 'QuotaExceededError'); } }"
    )
    page.get_by_role("button", name="Hadir").first.click()
    page.get_by_text("TIDAK tersimpan").wait_for()
    assert not page.get_by_text("Tersimpan di ponsel ini").is_visible()
    phone.complaints.clear()


def test_three_phones_of_a_team_agree_in_the_end_and_a_disagreement_is_shown(
    phones: Callable[[], FieldPhone], office: World
) -> None:
    first, second, third = (phones() for _ in range(3))
    pages = [phone.morning() for phone in (first, second, third)]
    person = Team(office).appointments()[0]
    for phone, page in zip((first, second, third), pages, strict=True):
        phone.lose_signal()
        page.goto(f"{page.url.partition('#')[0]}#/orang/{person}")
    press(pages[0], "Selesai dilayani")
    press(pages[1], "Tidak datang")
    press(pages[2], "Hadir")
    for phone, page in zip((third, second, first), reversed(pages), strict=True):
        phone.find_signal()
        queued(page, "Semua terkirim")
    assert pages[0].get_by_text("ponsel berbeda keterangan").is_visible()
    assert outcomes(office) == {}


def test_an_office_restored_from_yesterday_gets_everything_again(
    phone: FieldPhone, office: World, trip: Trip, databases: Databases
) -> None:
    url = office.database.engine.url.render_as_string(hide_password=False)
    office.database.close()
    yesterday = databases.copy(url)
    page = phone.morning()
    open_hall(page, trip)
    press(page, "Hadir", times=2)
    queued(page, "Semua terkirim")
    assert operations(office) == 2
    office.database.close()
    databases.restore(url, yesterday)
    assert operations(office) == 0
    press(page, "Selesai:")
    queued(page, "Semua terkirim")
    assert operations(office) == 3
    assert outcomes(office) == {"served": 1}
    phone.complaints.clear()  # the browser itself reports the 404 of a phone that is not known any more
    databases.drop(yesterday)


def test_two_tabs_write_one_log_and_leaving_in_one_closes_both_and_keeps_what_was_not_sent(
    phone: FieldPhone, office: World, trip: Trip
) -> None:
    one, other = phone.morning(), phone.morning()
    for page in (one, other):
        open_hall(page, trip)
    phone.lose_signal()
    press(one, "Hadir")
    queued(other, "1 belum terkirim")
    press(other, "Selesai:")
    queued(one, "2 belum terkirim")
    one.goto(f"{phone.address}/lapangan#/antrean")
    one.get_by_role("button", name="Keluar dan hapus").click()
    for page in (one, other):
        page.goto(f"{phone.address}/lapangan#/")
        page.get_by_role("heading", name="Masuk").wait_for()
        queued(page, "2 belum terkirim")
        assert not page.get_by_text("Orang Contoh").count()
    with phone.context.expect_event("requestfinished", lambda request: request.url.endswith("/keluar")):
        phone.find_signal()  # its answer takes the cookie away, so a new one may come only after it
    one.wait_for_function("async () => (await fetch('/api/v1/field/session')).status === 401")
    phone.complaints.clear()  # the browser itself reports the 401
    phone.sign_in()
    page = phone.morning()
    queued(page, "Semua terkirim")
    assert operations(office) == 2
    assert outcomes(office) == {"served": 1}


def test_people_are_encrypted_on_the_phone_and_gone_after_a_day(phone: FieldPhone, office: World, trip: Trip) -> None:
    page = phone.morning()
    open_hall(page, trip)
    phone.lose_signal()
    press(page, "Hadir")
    stored = page.evaluate(_READ_ALL)
    assert "kunci" in stored
    assert "Orang Contoh" not in stored
    assert "check_in" not in stored
    phone.context.clock.set_fixed_time(trip.morning + timedelta(hours=24, minutes=1))
    page.reload()
    page.get_by_role("heading", name="Data hari ini belum ada").wait_for()
    queued(page, "1 belum terkirim")
    assert '"day":[]' in page.evaluate(_READ_ALL)


_READ_ALL = """
async () => {
  const open = indexedDB.open("lapangan");
  const database = await new Promise((done) => (open.onsuccess = () => done(open.result)));
  const found = {};
  const text = (value) =>
    value instanceof ArrayBuffer || ArrayBuffer.isView(value)
      ? new TextDecoder("latin1").decode(value)
      : value instanceof CryptoKey
        ? `kunci ${value.extractable}`
        : value;
  for (const name of database.objectStoreNames) {
    const all = database.transaction(name).objectStore(name).getAll();
    found[name] = await new Promise((done) => (all.onsuccess = () => done(all.result)));
  }
  return JSON.stringify(found, (_, value) => text(value));
}
"""
