"""Every screen of the field team: accessible, quiet, light, whole at 320 px, and nothing to touch is small."""

from collections import Counter

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from api.assets import STATIC
from mobile_passport.domain.access import Role
from mobile_passport.domain.field import OperationType
from mobile_passport.domain.secret import Secret
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.accounts import account
from tests.e2e.field.conftest import DESK, NARROW, PHONE, FieldPhone
from tests.e2e.pictures import photograph
from tests.field_team import Team, Trip
from tests.mobile_passport.services.seasons import NOW, letter, person

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("browser"),
]

SMALLEST_TARGET = 48
HEAVIEST_BYTES = 200_000
TEXTS = STATIC.parent / "field_app" / "texts.js"
IN_THE_SUN = {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}}
"""7 : 1, WCAG 1.4.6: the screens are read outdoors."""
TARGETS = "main a, main button, main input, main textarea, main summary, header a"


def test_every_screen_at_every_size(phone: FieldPhone, trip: Trip) -> None:
    page = phone.morning()
    page.evaluate("document.fonts.ready")
    page.goto(f"{phone.address}/lapangan#/tempat/{trip.stop}")
    page.get_by_role("button", name="Hadir").first.click()
    page.get_by_role("button", name="Selesai:").first.click()
    page.get_by_role("link", name="Orang Contoh").first.click()
    page.wait_for_url("**/lapangan#/orang/*")
    chosen = page.url.partition("#")[2]
    for name, path in {
        "hari": "/",
        "tempat": f"/tempat/{trip.stop}",
        "orang": chosen,
        "antrean": "/antrean",
    }.items():
        page.goto(f"{phone.address}/lapangan#{path}")
        page.locator("#kabar").evaluate("line => line.replaceChildren()")
        for viewport in (NARROW, PHONE, DESK):
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            photograph(page, f"lapangan-{name}-{viewport['width']}")
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            assert _small_targets(page) == []
        for options in (None, IN_THE_SUN):
            found = Axe().run(page, options=options)
            assert found.violations_count == 0, found.generate_report()
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        photograph(page, f"lapangan-{name}-besar")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.evaluate("document.documentElement.style.fontSize = ''")


def test_every_outcome_can_be_recorded_and_a_guest_gets_a_place_that_somebody_left(
    phone: FieldPhone, office: World, trip: Trip
) -> None:
    guest = person(9001, nik=Secret("3505010101609001"))
    import_requests((letter("9/2026", "Desa Gogodeso, Kec. Kanigoro", [guest]),), office, actor="test", now=NOW)
    page = phone.morning()
    hall = f"{phone.address}/lapangan#/tempat/{trip.stop}"
    outcomes = (
        ("Ditunda", "Perlu wawancara lanjutan", "ditunda: Perlu wawancara lanjutan"),
        ("Ditolak", "Tidak memenuhi syarat", "ditolak: Tidak memenuhi syarat"),
        ("Tidak datang", None, "tidak datang"),
    )
    for place, (outcome, reason, said) in enumerate(outcomes):
        page.goto(hall)
        page.get_by_role("link", name="Orang Contoh").nth(place).click()
        page.get_by_role("button", name=outcome).click()
        if reason:
            page.get_by_role("button", name=reason).click()
        page.locator(".keadaan-kini", has_text=said).wait_for()
    page.locator("#antre", has_text="Semua terkirim").wait_for()
    statuses = Counter(map(Team(office).status_of, Team(office).appointments()))
    assert statuses - Counter({"scheduled": 100}) == {"absent": 1, "deferred": 1, "refused": 1}
    page.goto(hall)
    for nik, said in {
        "123": "NIK terdiri atas 16 angka; yang ditulis 3.",
        "3505013002609001": "Tanggal lahir di dalam NIK (angka ke-7 sampai ke-12) tidak ada.",
        "3505010101600000": "Empat angka terakhir NIK tidak pernah 0000.",
        "3505010101609999": "Orang ini tidak menunggu di antrean.",
    }.items():
        _ask_for_a_place(page, nik)
        page.get_by_text(said).wait_for()
    phone.complaints.clear()  # the browser itself reports the office's refusal
    _ask_for_a_place(page)
    row = page.get_by_role("listitem").filter(has_text="Orang Contoh 9001")
    row.filter(has_text="sudah hadir").wait_for()  # once the office has it
    row.get_by_role("button", name="Selesai").click()
    row.filter(has_text="selesai dilayani").wait_for()
    phone.lose_signal()
    _ask_for_a_place(page)
    page.get_by_text("Perlu sinyal untuk memeriksa antrean.").wait_for()


def _ask_for_a_place(page: Page, nik: str = "3505 0101 0160 9001") -> None:
    """Type the NIK of somebody who came without appointment."""
    if not page.get_by_label("NIK, 16 angka").is_visible():
        page.get_by_text("Tamu tanpa janji").click()
    page.get_by_label("NIK, 16 angka").fill(nik)
    page.get_by_role("button", name="Periksa dan beri tempat").click()


def test_the_reason_is_asked_for_and_the_last_word_can_be_taken_back(phone: FieldPhone, trip: Trip) -> None:
    page = phone.morning()
    page.goto(f"{phone.address}/lapangan#/tempat/{trip.stop}")
    page.get_by_role("link", name="Orang Contoh").first.click()
    page.get_by_role("button", name="Berkas belum lengkap").click()
    assert page.get_by_role("heading", name="Apa yang kurang?").is_visible()
    assert Axe().run(page).violations_count == 0
    photograph(page, "lapangan-alasan-390")
    page.get_by_role("button", name="Dokumen kurang").click()
    page.get_by_text("berkas belum lengkap: Dokumen kurang").wait_for()
    page.get_by_role("button", name="Batalkan catatan terakhir").click()
    page.get_by_text("belum dicatat").wait_for()
    page.get_by_label("Catatan baru").fill("<img src=x onerror=alert(1)> datang siang")
    page.get_by_role("button", name="Simpan catatan").click()
    page.get_by_role("listitem").filter(has_text="<img src=x onerror=alert(1)> datang siang").wait_for()


def test_the_phone_takes_people_and_places_to_other_apps(phone: FieldPhone, trip: Trip) -> None:
    page = phone.morning()
    page.goto(f"{phone.address}/lapangan#/tempat/{trip.stop}")
    assert page.get_by_role("link", name="Telepon Bu Kontak").get_attribute("href") == "tel:+6281399990000"
    google = page.get_by_role("link", name="Navigasi").get_attribute("href") or ""
    assert google.startswith("https://www.google.com/maps/dir/?api=1&destination=-8.")
    assert (page.get_by_role("link", name="Peta lain").get_attribute("href") or "").startswith("geo:-8.")
    assert page.get_by_text("Orang datang").is_visible()
    page.get_by_role("link", name="Kembali").click()
    page.get_by_role("link", name="Kunjungan rumah").click()
    page.get_by_text("Keluarga menunggu tim").wait_for()
    assert page.get_by_text("Orang datang").count() == 0
    photograph(page, "lapangan-rumah-390")


def test_at_a_home_nobody_comes_and_nobody_else_is_given_a_place(phone: FieldPhone) -> None:
    page = phone.morning()
    page.get_by_role("link", name="Kunjungan rumah").click()
    page.get_by_role("heading", name="Daftar orang").wait_for()
    assert page.get_by_text("Tamu tanpa janji").count() == 0
    assert page.get_by_role("button", name="Hadir").count() == 0
    page.get_by_role("button", name="Ditemui:").first.click()
    page.get_by_text("sudah ditemui").wait_for()
    page.get_by_role("link", name="Orang Contoh").nth(1).click()
    page.get_by_role("heading", name="Dokumen yang disiapkan").wait_for()
    page.get_by_role("button", name="Tidak ada di rumah").click()
    page.locator(".keadaan-kini", has_text="tidak ada di rumah").wait_for()


def test_a_long_list_is_searched_left_and_found_again_where_it_was(phone: FieldPhone, trip: Trip) -> None:
    page = phone.morning()
    page.goto(f"{phone.address}/lapangan#/tempat/{trip.stop}")
    rows = page.locator(".baris")
    rows.last.wait_for()
    everybody = rows.count()
    page.get_by_role("link", name="Orang Contoh").last.click()
    page.get_by_role("link", name="Daftar orang").click()
    page.wait_for_function(
        "(last) => document.activeElement === document.querySelectorAll('.baris a')[last]", arg=everybody - 1
    )
    assert page.evaluate("document.activeElement.getBoundingClientRect().bottom < innerHeight")
    page.get_by_label("Cari nama").fill("orang contoh 20")
    page.get_by_text("9 orang ditemukan").wait_for()
    page.get_by_label("Cari nama").fill("orang contoh 202")
    page.get_by_text("1 orang ditemukan").wait_for()
    assert [rows.filter(visible=True).count(), page.locator("h3").filter(visible=True).count()] == [1, 1]
    page.get_by_label("Catatan baru").fill("kursi kurang")
    page.evaluate(_COUNT_WHAT_IS_READ_ALOUD)
    page.get_by_role("button", name="Hadir:").filter(visible=True).click()
    page.get_by_text("sudah hadir").wait_for()
    page.mouse.down(click_count=2)  # the second tap of a trembling thumb, on what the first one put there
    page.mouse.up(click_count=2)
    page.get_by_text("Tersimpan di ponsel ini").wait_for()
    assert page.get_by_text("selesai dilayani").count() == 0
    page.get_by_role("button", name="Selesai:").filter(visible=True).click()
    page.locator(".baris a:focus", has_text="Orang Contoh 202").wait_for()
    assert rows.filter(visible=True).count() == 1
    page.locator("#antre", has_text="Semua terkirim").wait_for()
    assert page.evaluate("read") == 0
    assert page.get_by_label("Catatan baru").input_value() == "kursi kurang"
    page.get_by_text("Langsung ke isi").press("Enter")
    page.locator("h1:focus", has_text="Balai Desa").wait_for()


_COUNT_WHAT_IS_READ_ALOUD = """
() => {
  globalThis.read = 0;
  const watch = new MutationObserver((all) => (globalThis.read += all.length));
  for (const id of ["sinyal", "peringatan"]) watch.observe(document.getElementById(id), { childList: true });
}
"""


def test_english_is_one_press_away(phone: FieldPhone, trip: Trip) -> None:
    page = phone.morning()
    page.goto(f"{phone.address}/lapangan#/antrean")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Records on this phone").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.goto(f"{phone.address}/lapangan#/")
    assert page.get_by_role("heading", name="Today,").is_visible()
    page.route("**/texts.js", lambda route: route.fulfill(path=TEXTS, content_type="text/javascript"))
    assert page.evaluate(_TEXTS_OF_ONE_LANGUAGE) == []


_TEXTS_OF_ONE_LANGUAGE = """
async () => {
  const names = (texts, path) =>
    Object.entries(texts).flatMap(([name, one]) =>
      typeof one === "object" ? names(one, `${path}${name}.`) : `${path}${name}`,
    );
  const { languages } = await import("/texts.js");
  const [one, other] = [names(languages.id, ""), names(languages.en, "")];
  return [...one.filter((name) => !other.includes(name)), ...other.filter((name) => !one.includes(name))];
}
"""


def test_the_whole_screen_is_light(phone: FieldPhone, trip: Trip) -> None:
    page = phone.context.new_page()
    client = phone.context.new_cdp_session(page)
    client.send("Network.enable")
    sizes: list[float] = []
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(f"{phone.address}/lapangan")
    page.get_by_role("heading", name="Hari ini,").wait_for()
    assert 10_000 < sum(sizes) < HEAVIEST_BYTES


def _small_targets(page: Page) -> list[str]:
    """Whatever can be touched and is smaller than a thumb."""
    return page.locator(TARGETS).evaluate_all(
        """(all, least) => all
            .filter((one) => one.offsetParent)
            .map((one) => [one.textContent, one.getBoundingClientRect()])
            .filter(([, box]) => box.height < least || box.width < least)
            .map(([text, box]) => `${text} ${box.width}x${box.height}`)""",
        SMALLEST_TARGET,
    )


def test_the_supervisors_page_is_accessible_and_whole(phone: FieldPhone, office: World, trip: Trip) -> None:
    page = phone.morning()
    page.goto(f"{phone.address}/lapangan#/tempat/{trip.stop}")
    page.get_by_role("button", name="Hadir").first.click()
    page.locator("#antre", has_text="Semua terkirim").wait_for()
    person = Team(office).appointments()[0]
    other = Team(office).phone()
    own = Team(office).phone()
    other.send(other.write(OperationType.ABSENT, person))
    own.send(own.write(OperationType.DONE, person))
    phone.caller = account(office, Role.SUPERVISOR)
    phone.sign_in()
    page.goto(f"{phone.address}/tinjauan-lapangan")
    page.get_by_role("heading", name="Ponsel berbeda keterangan").wait_for()
    phone.complaints.clear()  # the browser itself reports that a supervisor has no day of a team
    for viewport in (NARROW, PHONE, DESK):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        photograph(page, f"tinjauan-lapangan-{viewport['width']}")
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
