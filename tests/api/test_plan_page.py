"""The page of the plan, as text: complete, strict, and without anything about persons."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from mobile_passport.documents.indonesian import clock_span
from mobile_passport.documents.words import LIGHTS
from mobile_passport.domain.plan_view import PlanView, StopView, UnservedView
from mobile_passport.domain.reasons import reason_text
from mobile_passport.domain.request import VisitKind
from optimizer.punctuality import Light
from tests.api.conftest import Plans
from tests.mobile_passport.documents.sample_plan import sample_plan
from tests.mobile_passport.documents.test_maps import HOSTILE, hostile_plan


class Page(HTMLParser):
    """Tags, attributes, ids, links and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(html)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect."""
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name in {"href", "src"}:
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        """Collect."""
        self.words += data


def page_of(client: TestClient, address: str = "/") -> Page:
    """Read a page."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def test_the_summary_says_who_is_served_and_who_is_not(client: TestClient) -> None:
    words = page_of(client).words
    for sentence in (
        "Kantor Imigrasi Kelas II Non TPI Blitar",
        "1 Desember 2026 – 14 Januari 2027",
        "3.225 orang mendapat jadwal",
        "30 hari layanan",
        "perjalanan (perkiraan)",
        "122 orang belum mendapat jadwal",
        "4 orang menunggu",
        "7 orang perlu datang ke Kantor Imigrasi",
        "Rencana versi 3, diterbitkan Selasa, 24 November 2026, 19.05 WIB.",
        "paling banyak 1,2% lebih baik",
        "Petugas tidak menerima uang tunai.",
    ):
        assert sentence in words


def test_every_day_route_and_stop_is_on_it_and_the_calendar_leads_there(client: TestClient) -> None:
    page = page_of(client)
    for day in sample_plan().days:
        assert f"hari-{day.date}" in page.ids
        assert page.links.count(f"#hari-{day.date}") == len(day.routes)
        for route in day.routes:
            for stop in route.stops:
                assert stop.kind is VisitKind.HOME or f"{stop.place}, {stop.people} orang" in page.words


def test_everybody_left_out_reads_why_and_what_would_help(client: TestClient) -> None:
    words = page_of(client).words
    for item in sample_plan().unserved:
        text = reason_text(item.code)
        assert text.sentence in words
        assert f"Yang membantu: {text.help}" in words
        assert item.requests[0] in words
        assert item.detail not in words


def test_ids_are_unique_and_links_within_the_page_lead_somewhere(client: TestClient) -> None:
    for address in ("/", "/?hari=2026-12-02"):
        page = page_of(client, address)
        assert len(page.ids) == len(set(page.ids))
        for link in page.links:
            if link.startswith("#"):
                assert link[1:] in page.ids


def test_nothing_comes_from_elsewhere_and_nothing_is_inline(client: TestClient) -> None:
    for address in ("/", "/?hari=2026-12-02"):
        page = page_of(client, address)
        assert all(link.startswith(("/", "#", "tel:")) and not link.startswith("//") for link in page.links)
        assert not page.tags & {"script", "style", "iframe", "object", "embed", "form"}
        assert not {name for name in page.attributes if name == "style" or name.startswith("on")}


def test_hostile_names_stay_text(client: TestClient, plans: Plans) -> None:
    plans.plan = hostile_plan()
    for address in ("/", "/?hari=2026-12-01"):
        page = page_of(client, address)
        assert "script" not in page.tags
        assert "https://x.example" not in page.links
        assert " ".join(HOSTILE.strip("\x00").split()) in page.words


@pytest.mark.parametrize("address", ["/", "/?hari=2026-12-03", "/peta.svg", "/rencana.ics", "/api/v1/plans/current"])
def test_nobody_learns_in_which_village_somebody_is_visited_at_home(
    client: TestClient, plans: Plans, address: str
) -> None:
    plan = sample_plan()
    visits: list[StopView | UnservedView] = [*(s for d in plan.days for r in d.routes for s in r.stops), *plan.unserved]
    open_places = {visit.position for visit in visits if visit.kind is VisitKind.COLLECTIVE}
    homes = [v for v in visits if v.kind is VisitKind.HOME and v.position not in open_places]
    shown = client.get(address).text.replace("\r\n ", "")
    assert len(homes) > 5
    for home in homes:
        assert ", ".join(home.place.split(", ")[:2]) not in shown
        assert f"{home.position.lat}"[:9] not in shown


def test_a_day_can_be_chosen_and_has_neighbours(client: TestClient) -> None:
    page = page_of(client, "/?hari=2026-12-02")
    assert "Rabu, 2 Desember 2026: 153 orang." in page.words
    for link in ("/?hari=2026-12-01#peta", "/?hari=2026-12-03#peta", "/#peta", "/peta.svg?hari=2026-12-02"):
        assert link in page.links


def test_the_first_and_the_last_day_have_one_neighbour(client: TestClient) -> None:
    first = client.get("/?hari=2026-12-01").text
    last = client.get("/?hari=2027-01-14").text
    assert ('rel="prev"' in first, 'rel="next"' in first) == (False, True)
    assert ('rel="prev"' in last, 'rel="next"' in last) == (True, False)


@pytest.mark.parametrize("written", ["2026-12-25", "besok", "", "2026-13-40", "<script>", "9" * 5000])
def test_a_day_without_service_shows_the_whole_plan_and_says_so(client: TestClient, written: str) -> None:
    words = page_of(client, f"/?hari={written}").words
    assert "Tidak ada layanan pada hari itu." in words
    assert "Seluruh rencana." in words


def test_a_page_that_is_kept_for_everybody_holds_nothing_of_what_one_reader_asked_for(client: TestClient) -> None:
    assert "titipan" not in client.get("/", params={"dari": "titipan"}).text


def test_a_measured_way_is_not_called_an_estimate(client: TestClient, plans: Plans) -> None:
    plans.plan = _measured(sample_plan())
    words = page_of(client).words
    assert "perkiraan" not in words
    assert "±" not in words


def test_a_plan_that_serves_everybody_has_no_empty_sections(client: TestClient, plans: Plans) -> None:
    plans.plan = replace(sample_plan(), unserved=(), to_review=0, office=0, gap=None, published_at=None)
    page = page_of(client)
    assert "belum" not in page.ids
    assert "#belum" not in page.links
    for words in ("menunggu", "perlu datang", "lebih baik", "diterbitkan"):
        assert words not in page.words


def test_a_plan_without_days_says_so(client: TestClient, plans: Plans) -> None:
    plans.plan = replace(sample_plan(), days=())
    assert "Rencana ini belum memuat hari layanan." in page_of(client).words


def test_without_a_plan_the_page_says_what_to_type(client: TestClient, plans: Plans) -> None:
    plans.plan = None
    words = page_of(client).words
    assert "Belum ada rencana" in words
    assert "make demo" in words


def test_saturday_work_gets_a_column(client: TestClient, plans: Plans) -> None:
    day = sample_plan().days[0]
    saturday = replace(day, date=day.date.replace(day=5))
    plans.plan = replace(sample_plan(), days=(day, saturday))
    assert ">Sab</abbr>" in client.get("/").text
    plans.plan = replace(sample_plan(), version=4)
    assert ">Sab</abbr>" not in client.get("/").text


def test_the_map_alone_is_an_svg(client: TestClient) -> None:
    for address in ("/peta.svg", "/peta.svg?hari=2026-12-02"):
        answer = client.get(address)
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert answer.text.startswith("<svg ")
    assert client.get("/peta.svg").text != client.get("/peta.svg?hari=2026-12-02").text


def test_the_calendar_is_a_calendar(client: TestClient) -> None:
    answer = client.get("/rencana.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.text.count("BEGIN:VEVENT") == len(re.findall(r"<li>\s*<strong>\d\d\.\d\d", client.get("/").text))


def test_a_watcher_may_ask_for_the_head_only(client: TestClient) -> None:
    answer = client.head("/")
    assert answer.status_code == 200
    assert answer.content == b""


def _measured(plan: PlanView) -> PlanView:
    days = tuple(
        replace(day, routes=tuple(replace(route, travel_is_estimate=False) for route in day.routes))
        for day in plan.days
    )
    return replace(plan, days=days)


def test_punctuality_stands_at_every_stop_in_words_and_is_called_a_simulation(client: TestClient) -> None:
    page = client.get("/").text
    stops = [s for d in sample_plan().days for r in d.routes for s in r.stops if s.punctuality]
    for light in Light:
        count = sum(stop.punctuality.light is light for stop in stops if stop.punctuality)
        assert count > 0
        assert page.count(f'<span class="lampu lampu-{light.value}">{LIGHTS[light]}</span>') == count
    assert "cadangan 10 menit disarankan" in page
    assert "Ketepatan waktu adalah taksiran dari simulasi, bukan janji." in page


def test_a_household_sees_its_window(client: TestClient) -> None:
    homes = [s for d in sample_plan().days for r in d.routes for s in r.stops if s.window_closes_at]
    words = page_of(client).words
    assert homes
    for stop in homes:
        assert clock_span(stop.first_slot_at, stop.last_expected_at) in words


def test_lines_are_called_roads_where_they_are(client: TestClient, plans: Plans) -> None:
    assert "Garis lurus menunjukkan urutan kunjungan" in page_of(client).words
    plan = sample_plan()
    on_roads = (
        replace(day, routes=tuple(replace(route, way=(plan.depot, route.stops[0].position)) for route in day.routes))
        for day in plan.days
    )
    plans.plan = replace(plan, version=4, days=tuple(on_roads))
    assert "Garis berkelok mengikuti jalan." in page_of(client).words
