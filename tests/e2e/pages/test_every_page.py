"""Every page there is, at the size of phone and desk: light, quiet, whole, accessible, and photographed.

The list is compared with the app's own routes, so that a page that nobody looks at cannot be added.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from playwright.sync_api import Browser

from api.app import create_app
from api.i18n import LANGUAGE_COOKIE
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.settings import Settings
from tests.api.test_access import routes_of
from tests.databases import Databases
from tests.e2e.conftest import serving
from tests.e2e.inspection import DESK, Inspector
from tests.e2e.pages.english import indonesian_in
from tests.e2e.pages.office import BusyOffice, busy_office
from tests.mobile_passport.services.seasons import DRAFTED, NOW, office_on, shipped

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("pages")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One page in one state.

    Attributes
    ----------
    path
        With the names of `BusyOffice.names` in braces.
    who
        Whose session the browser has; nobody's by default.
    """

    path: str
    who: str | None = None
    status: int = 200
    days_later: int = 0


def _of(who: str, **paths: str) -> dict[str, Sight]:
    return {name.replace("_", "-"): Sight(path=path, who=who) for name, path in paths.items()}


PROBLEMS = (403, 404, 409, 422, 503)
SIGHTS = {
    "publik": Sight(path="/"),
    "publik-hari": Sight(path="/?hari=2026-12-04"),
    "publik-layanan": Sight(path="/layanan"),
    "publik-urutan": Sight(path="/urutan"),
    "masuk": Sight(path="/masuk"),
    "masuk-lanjut": Sight(path="/masuk?lanjut=/isian/{late}"),
    "masuk-kantor-diam": Sight(path="/masuk/kantor", status=503),
    "masuk-kantor-kembali": Sight(path="/masuk/kantor/kembali", status=401),
    "undangan": Sight(path="/undangan"),
    **_of("half", masuk_kode="/masuk/kode"),
    "link-ditanya": Sight(path="/j/{asked}"),
    "link-datang": Sight(path="/j/{coming}"),
    "link-minta-pindah": Sight(path="/j/{move}"),
    "link-hari-lain": Sight(path="/j/{other_day}"),
    "link-melepas": Sight(path="/j/{given_up}"),
    "link-tanpa-sms": Sight(path="/j/{silent}"),
    "link-batal": Sight(path="/j/{cancelled}"),
    "link-rumah": Sight(path="/j/{home}"),
    "link-berubah": Sight(path="/j/{asked}?kabar=berubah"),
    "link-lewat": Sight(path="/j/{asked}", days_later=18),
    "link-pindah": Sight(path="/j/{asked}/pindah"),
    "link-tidak-bisa": Sight(path="/j/{asked}/tidak-bisa"),
    "link-bukan-saya": Sight(path="/j/{asked}/bukan-saya"),
    "link-tidak-dikenal": Sight(path="/j/0000000000000000000000", status=404),
    **_of(
        "clerk",
        akun_petugas="/akun",
        kelompok="/kelompok",
        kelompok_terjadwal="/kelompok/{scheduled}",
        kelompok_menunggu="/kelompok/{waiting}",
        kelompok_cetak="/kelompok/{scheduled}/cetak",
        kelompok_orang="/kelompok/{scheduled}/orang/{person}",
        kelompok_orang_baru="/kelompok/{waiting}/orang",
        kelompok_keinginan="/kelompok/{waiting}/keinginan",
        kelompok_hari="/kelompok/{waiting}/hari",
        baru_mulai="/kelompok/baru",
        baru_daftar="/kelompok/baru/{form}/daftar",
        baru_tempat="/kelompok/baru/{form}/tempat",
        baru_hari="/kelompok/baru/{form}/hari",
        baru_ringkasan="/kelompok/baru/{form}/ringkasan",
        isian="/isian/{late}",
    ),
    **_of(
        "planner",
        rencana="/rencana",
        rencana_versi="/rencana/{draft}",
        rencana_berlaku="/rencana/1",
        rencana_banding="/rencana/{draft}/banding?dengan=1",
        rencana_ubah="/rencana/{draft}/ubah?kind=lock&visit={free}",
        rencana_terbit="/rencana/{draft}/terbit",
        rencana_diterbitkan="/rencana/1/diterbitkan",
        antrean="/antrean",
        periksa="/periksa",
        telepon="/telepon",
        telepon_tercatat="/telepon?kabar=tercatat",
        paspor_ditunggu="/paspor",
        paspor_siap="/paspor?keadaan=ready",
        paspor_diambil="/paspor?keadaan=collected",
        pesan="/pesan",
        tempat="/tempat",
        tempat_baru="/tempat-baru",
        tempat_satu="/tempat/{venue}",
        ikhtisar="/ikhtisar",
        tim="/tim",
        kalender="/kalender",
        aturan="/aturan",
        aturan_urutan="/aturan/rank",
        aturan_riwayat="/aturan/rank/riwayat",
    ),
    **_of(
        "supervisor",
        akun="/akun",
        akun_sandi="/akun/sandi",
        ikhtisar_skm="/ikhtisar/skm",
        tinjauan_lapangan_kosong="/tinjauan-lapangan",
    ),
    **_of("auditor", ikhtisar_audit="/ikhtisar", audit="/audit?permohonan={scheduled}"),
    **_of("field", lapangan_kosong="/lapangan"),
    **{f"masalah-{status}": Sight(path=f"/masalah/{status}", status=status) for status in PROBLEMS},
}
NO_PAGES = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/peta.svg",
    "/peta/dasar.svg",
    "/rencana.ics",
    "/favicon.ico",
    "/bahasa/{language}",
    "/j/{token}/jadwal.ics",
    "/lapangan/sw.js",
    "/lapangan/manifest.webmanifest",
    "/lapangan/lembar/{day}.pdf",
    "/kelompok/baru/templat.xlsx",
    "/rencana/{version}/peta.json",
    "/periksa/peta.json",
}
"""Files, figures for machines, and addresses that lead on."""
API = "/api/"


@pytest.fixture(scope="module")
def office(databases: Databases) -> Iterator[BusyOffice]:
    """An office with something on every page, and with a page for every problem."""
    with office_on(databases.copy_of(DRAFTED)) as world:
        office = busy_office(world)

        @office.app.get("/masalah/{status}")
        def problem(status: int) -> None:
            raise HTTPException(status)

        yield office


@pytest.fixture(scope="module")
def inspector_of(browser: Browser, office: BusyOffice) -> Iterator[Callable[[str | None], Inspector]]:
    """Gives the browser of somebody."""
    known: dict[str | None, Inspector] = {}
    with serving(office.app) as address:

        def give(who: str | None) -> Inspector:
            if who not in known:
                context = browser.new_context(viewport=DESK, locale="id-ID", base_url=address)
                if who:
                    name, _, value = office.cookies[who].partition("=")
                    context.add_cookies([{"name": name, "value": value, "url": address}])
                known[who] = Inspector(context.new_page())
            return known[who]

        yield give
        for inspector in known.values():
            inspector.page.context.close()


@pytest.mark.parametrize("name", SIGHTS)
def test_a_page_is_accessible_quiet_whole_and_light(
    inspector_of: Callable[[str | None], Inspector], office: BusyOffice, name: str
) -> None:
    sight = SIGHTS[name]
    office.now = NOW + timedelta(days=sight.days_later)
    inspector = inspector_of(sight.who)
    inspector.open(sight.path.format_map(office.names), name, status=sight.status)
    assert inspector.page.title()


def test_the_longest_menu_is_one_line_on_a_small_desk_that_is_enlarged_by_a_quarter(
    inspector_of: Callable[[str | None], Inspector],
) -> None:
    page = inspector_of("planner").page
    page.set_viewport_size({"width": 1366 * 4 // 5, "height": 768})
    page.goto("/akun")
    tops = page.locator(".bilah nav a").evaluate_all("all => all.map((one) => one.getBoundingClientRect().top)")
    assert len(tops) == 12
    assert len(set(tops)) == 1


def test_pages_of_citizens_and_coordinators_say_nothing_in_indonesian_to_who_reads_english(office: BusyOffice) -> None:
    browser = TestClient(office.app)
    found: dict[str, list[str]] = {}
    for name, sight in SIGHTS.items():
        if sight.who in (None, "clerk", "half"):
            office.now = NOW + timedelta(days=sight.days_later)
            cookies = "; ".join([f"{LANGUAGE_COOKIE}=en", *([office.cookies[sight.who]] if sight.who else [])])
            headers = {"Cookie": cookies, "Accept": "text/html"}
            page = browser.get(sight.path.format_map(office.names), headers=headers).text
            assert '<html lang="en">' in page, name
            found[name] = indonesian_in(page)
    assert {name: said for name, said in found.items() if said} == {}


def test_somebody_looks_at_every_page_that_there_is() -> None:
    app = create_app(shipped(), build_desk(shipped(), Settings()))
    pages = {route.path: route for route in routes_of(app.routes) if "GET" in route.methods}
    seen = {_route(app, sight.path) for sight in SIGHTS.values()} - {None}
    assert seen | NO_PAGES == {path for path in pages if not path.startswith(API)}
    assert not seen & NO_PAGES


def _route(app: FastAPI, path: str) -> str | None:
    """The first route that such a path leads to, as the app itself looks for it."""
    found = (route for route in routes_of(app.routes) if "GET" in route.methods)
    return next((route.path for route in found if route.path_regex.match(path.partition("?")[0])), None)
