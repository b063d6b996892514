"""A coordinator's screens, driven as a browser without scripts drives them: pages, forms, and what they answer."""

import re
from datetime import date, timedelta
from html import unescape
from itertools import count, islice
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import event

from api.body import LARGEST_BODY_BYTES
from api.routes.screens.groups import PEOPLE_ON_A_PAGE
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Caller, Role
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.booking.list_bookings import list_bookings
from mobile_passport.services.booking.set_capacity import set_capacity
from mobile_passport.services.booking.show_days import show_days
from mobile_passport.services.requests.read_requests import find_request
from mobile_passport.services.requests.work_on_draft import forget_unfinished
from mobile_passport.services.world import World
from tests.accounts import account, browser

HEADINGS = "Nama;NIK;Tanggal Lahir;Jenis Kelamin;No HP;Jenis Paspor"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
XSS = "<script>alert(1)</script>"


class Clerk:
    """A coordinator with a browser: sends forms, and keeps the last page."""

    def __init__(self, client: TestClient, world: World) -> None:
        self.client = client
        self.caller: Caller = account(world, Role.COORDINATOR)
        self.headers = browser(world, self.caller) | {"Accept": "text/html"}
        self.page = ""

    def get(self, path: str) -> Response:
        return self._keep(self.client.get(path, headers=self.headers, follow_redirects=False))

    def send(self, path: str, **fields: object) -> Response:
        """Send a form."""
        return self._keep(self.client.post(path, headers=self.headers, data=fields, follow_redirects=False))

    def step(self, **fields: object) -> Response:
        """Send the form of the draft's page that shows, and follow where it leads."""
        return self._follow(self.send(self.form(), **(self.hidden() | fields)))

    def form(self) -> str:
        """Return where the draft's page sends its form."""
        return str(re.findall(r'action="(/kelompok/baru/[^"]*)"', self.page)[-1])

    def hidden(self) -> dict[str, str]:
        """Return on which state of the draft the page builds."""
        return {"versi": re.findall(r'name="versi" value="([^"]*)"', self.page)[-1]}

    def upload(self, text: str, name: str = "daftar.csv") -> Response:
        files = {"berkas": (name, text.encode())}
        sent = self.client.post("/kelompok/baru/berkas", headers=self.headers, files=files, follow_redirects=False)
        return self._follow(self._keep(sent))

    def type_list(self) -> Response:
        return self._follow(self.send("/kelompok/baru/ketik"))

    def problems(self) -> list[str]:
        """Sentences that stand beside fields."""
        return [unescape(found).strip() for found in re.findall(r'class="salah"[^>]*>([^<]*)', self.page)]

    def to_place(self, people: int = 3, **head: str) -> Response:
        """Hand over a good list."""
        self.upload(listed(people))
        return self.step(ke="periksa", **(letter() | head))

    def to_days(self, people: int = 3, **head: str) -> Response:
        """Point the place out as well."""
        self.to_place(people, **head)
        place = {"h-place": "Karangsono, Kanigoro", "gedung": "cari"}
        self.step(ke="cari", **place)
        return self.step(ke="hari", desa="3505102007", **place)

    def hand_in(self, people: int = 3, *, day: str = "", **head: str) -> str:
        """Hand a group in on a day, the best one by default; returns its address."""
        self.to_days(people, **head)
        self.step(hari=day or self.first_offer())
        return self.finish().partition("?")[0]

    def finish(self) -> str:
        """Hand in what the last page of a draft shows; returns where that leads."""
        answer = self.send(self.form(), ke="serahkan", **self.hidden())
        assert answer.status_code == 303
        return answer.headers["location"]

    def first_offer(self) -> str:
        found = re.search(r'<button[^>]*name="hari" value="([^"]*)"', self.page)
        assert found
        return found[1]

    def _follow(self, answer: Response) -> Response:
        while answer.status_code == 303:
            answer = self.get(answer.headers["location"])
        return answer

    def _keep(self, answer: Response) -> Response:
        self.page = answer.text
        return answer


@pytest.fixture
def clerk(client: TestClient, world: World) -> Clerk:
    """A coordinator of a new organisation."""
    return Clerk(client, world)


_SERIALS = count(1001)
"""Of NIKs: nobody is booked twice, because no two lists hold the same person."""


def listed(people: int, start: int | None = None) -> str:
    """A list of people who are in no other test."""
    serials = range(start + 1, start + 1 + people) if start else islice(_SERIALS, people)
    rows = [
        f"Orang {LETTERS[i % 26]}o;350501010160{serial:04};01-01-1960;L;0812345678{i:02};Baru"
        for i, serial in enumerate(serials)
    ]
    return "\n".join([HEADINGS, *rows])


def letter() -> dict[str, str]:
    """What is said about a request, as typed into the page."""
    return {
        "h-reference": f"B-{uuid4().hex[:6]}/2026",
        "h-contact_name": "Budi Contoh",
        "h-contact_phone": "081234567890",
        "h-category": "Umrah",
        "h-visit_kind": "Bersama",
    }


def test_a_coordinator_begins_at_an_empty_list_of_groups(clerk: Clerk) -> None:
    assert "Belum ada permohonan" in clerk.get("/kelompok").text
    assert clerk.get("/kelompok/baru").status_code == 200
    template = clerk.client.get("/kelompok/baru/templat.xlsx", headers=clerk.headers)
    assert template.content.startswith(b"PK")
    assert "daftar-pemohon.xlsx" in template.headers["content-disposition"]


def test_a_group_goes_from_the_list_to_a_booked_day(clerk: Clerk, world: World) -> None:
    group = clerk.hand_in()
    assert "dipesan, menunggu rencana" in clerk.get(group).text
    assert clerk.page.count("0 dari") == 3
    booked = list_bookings(world, caller=clerk.caller, now=utc_now())
    assert [(one.places, one.request, one.state.value) for one in booked] == [(3, group.rpartition("/")[2], "booked")]
    assert group in clerk.get("/kelompok").text


def test_problems_stand_in_the_rows_that_have_them_and_nothing_typed_is_lost(clerk: Clerk) -> None:
    good = listed(3, start=77).replace("01-01-1960;L;081234567801", "31-02-1960;Q;081234567801")
    clerk.upload(good)
    assert "Baris 3: Orang Bo" in clerk.page
    assert "Baris 2: Orang Ao" not in clerk.page
    clerk.step(ke="periksa", **(letter() | {"s-3-birth_date": "32-01-1960", "s-3-sex": "L"}))
    assert clerk.problems() == [
        "Bukan tanggal yang dapat dibaca. Tulis tanggal-bulan-tahun, misalnya 05-03-1958 atau 5 Maret 1958."
    ]
    assert 'value="32-01-1960"' in clerk.page
    clerk.step(ke="periksa", **{"s-3-birth_date": "02-01-1960"})
    assert "Di mana kelompok ini dilayani?" in clerk.page


def test_a_rounded_nik_has_to_be_typed_anew(clerk: Clerk) -> None:
    clerk.upload(listed(2, start=90).replace("3505010101600091", "3,50501E+15"))
    clerk.step(ke="periksa", **letter())
    assert any("Excel sudah mengubah digit" in problem for problem in clerk.problems())
    clerk.step(ke="periksa", **{"s-2-nik": "3505010101609091"})
    assert "Di mana kelompok ini dilayani?" in clerk.page


def test_a_row_can_be_taken_out_and_a_column_filled_for_everybody(clerk: Clerk) -> None:
    without_case = "\n".join(line.rpartition(";")[0] for line in listed(2).splitlines())
    clerk.upload(without_case + "\nMengetahui;;;;")
    assert "Kolom “Jenis Paspor” tidak ada di daftar" in clerk.page
    fields = letter() | {"isi-passport_case": "Baru", "hapus": "4"}
    clerk.step(ke="periksa", **fields)
    assert "Di mana kelompok ini dilayani?" in clerk.page


def test_people_can_be_typed_into_a_table_that_grows(clerk: Clerk) -> None:
    clerk.type_list()
    cells = {"name": "Siti Contoh", "nik": "3505014101600001", "birth_date": "01-01-1960", "sex": "P"}
    typed = {f"s-1-{name}": text for name, text in cells.items()}
    clerk.step(ke="tambah", **typed)
    assert 'name="s-12-name"' not in clerk.page
    assert 'name="s-11-name"' in clerk.page
    assert 'value="Siti Contoh"' in clerk.page
    clerk.step(ke="periksa", **(letter() | {"s-1-passport_case": "Baru"}))
    assert "Di mana kelompok ini dilayani?" in clerk.page


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        pytest.param("", "a.csv", "Berkas kosong.", id="empty"),
        pytest.param("%PDF-1.4", "a.pdf", "Jenis berkas ini tidak dapat dibaca.", id="another kind"),
        pytest.param("Halo\nDunia", "a.csv", "Baris judul kolom tidak ditemukan.", id="no list"),
        pytest.param(
            "\n".join([f"Nomor Surat;{HEADINGS}", *(f"B-{i};A;1;1;L;0;Baru" for i in range(2))]),
            "a.csv",
            "berisi 2 surat",
            id="two letters",
        ),
        pytest.param("\n".join([HEADINGS, *["A;1;1;L;0;Baru"] * 6_000]), "a.csv", "lebih dari", id="too many rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_way_out(clerk: Clerk, text: str, name: str, said: str) -> None:
    answer = clerk.upload(text, name)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert "Pilih berkas, atau seret ke sini" in answer.text


def test_a_file_that_is_too_large_is_refused_in_the_language_of_the_reader(clerk: Clerk) -> None:
    too_large = "x" * (LARGEST_BODY_BYTES + 1)
    assert "Paling besar 5 MiB." in clerk.upload(too_large).text
    clerk.headers["Cookie"] += "; bahasa=en"
    assert "At most 5 MiB." in clerk.upload(too_large).text


def test_without_a_file_the_page_asks_for_one(clerk: Clerk) -> None:
    assert "Pilih berkas dulu" in clerk.send("/kelompok/baru/berkas").text


def test_an_ambiguous_place_is_asked(clerk: Clerk) -> None:
    clerk.to_place()
    clerk.step(ke="cari", gedung="cari", **{"h-place": "Desa Sumberejo"})
    assert "Yang mana yang dimaksud?" in clerk.page
    assert clerk.page.count('type="radio" name="desa"') > 1
    clerk.step(ke="hari", gedung="cari", **{"h-place": "Desa Sumberejo"})
    assert "Pilih tempatnya pada daftar atau peta" in clerk.page


@pytest.mark.parametrize(
    ("lat", "lon", "said"),
    [
        pytest.param("-8.9", "112.2", "Pin berada di laut", id="in the sea"),
        pytest.param("-8.0983", "112.1681", "di luar kabupaten", id="in the city, where this clerk hands nothing in"),
        pytest.param("-8.128", "112.202", "orang perlu tempat", id="near the village"),
    ],
)
def test_a_pin_has_to_lie_on_the_clerks_own_land(clerk: Clerk, lat: str, lon: str, said: str) -> None:
    clerk.to_place()
    place = {"h-place": "Karangsono, Kanigoro", "gedung": "cari"}
    clerk.step(ke="cari", **place)
    clerk.step(ke="hari", desa="3505102007", lat=lat, lon=lon, **place)
    assert said in clerk.page


def test_the_office_can_be_left_to_find_the_place(clerk: Clerk) -> None:
    clerk.to_place()
    place = {"h-place": "rumah pak lurah", "gedung": "cari"}
    clerk.step(ke="cari", **place)
    clerk.step(ke="kantor", **place)
    clerk.step(ke="tanpa")
    assert "tempatnya sedang diperiksa kantor" in clerk.get(clerk.finish()).text


def test_another_choice_of_days_gives_the_first_one_back(clerk: Clerk, world: World) -> None:
    clerk.to_days(umrah := 3)
    first = clerk.first_offer()
    for _ in range(2):
        clerk.step(hari=first)
        clerk.step(ke="hari")
    held = list_bookings(world, caller=clerk.caller, now=utc_now())
    assert [(one.date.isoformat(), one.places) for one in held] == [(first, umrah)]


def test_without_a_day_the_page_asks_for_one_or_lets_the_office_choose(clerk: Clerk) -> None:
    clerk.to_days()
    assert "Pilih sedikitnya satu hari" in clerk.step(ke="ringkasan").text
    assert "Dipilih kantor dalam rencana berikutnya" in clerk.step(ke="tanpa").text


def test_a_hold_that_ended_loses_the_day_and_not_the_request(clerk: Clerk, world: World) -> None:
    clerk.to_days()
    clerk.step(hari=clerk.first_offer())
    with world.database.transaction() as session:
        bookings = Bookings(session, world.kanim)
        for one in bookings.live(clerk.caller.scope.organisation_id, today_of(world, utc_now())):
            bookings.settle(one, type(one.state).EXPIRED)
    assert "keburu penuh" in clerk.get(clerk.finish()).text


def test_handing_in_twice_makes_one_request(clerk: Clerk) -> None:
    clerk.to_days()
    clerk.step(ke="tanpa")
    form, hidden = clerk.form(), clerk.hidden()
    first = clerk.finish()
    again = clerk.send(form, ke="serahkan", **hidden)
    assert first.endswith("kabar=diterima")
    assert again.headers["location"] == first.partition("?")[0]
    assert clerk.get(form).headers["location"] == first.partition("?")[0]  # so does the way back
    assert clerk.get("/kelompok").text.count("<article") == 1


def test_the_same_letter_with_the_same_people_is_told_to_be_there_already(clerk: Clerk) -> None:
    head, people = letter(), listed(2)
    for said in ("kabar=diterima", "/kelompok?sudah=1"):
        clerk.upload(people)
        clerk.step(ke="periksa", **head)
        clerk.step(ke="cari", gedung="cari", **{"h-place": "rumah pak lurah"})
        clerk.step(ke="kantor", gedung="cari", **{"h-place": "rumah pak lurah"})
        clerk.step(ke="tanpa")
        assert clerk.finish().endswith(said)
    assert "sudah pernah diserahkan" in clerk.get("/kelompok?sudah=1").text


def test_what_is_typed_is_shown_as_text_and_never_as_markup(clerk: Clerk) -> None:
    clerk.upload(listed(2).replace("Orang Ao", XSS))
    clerk.step(ke="periksa", **(letter() | {"h-contact_name": XSS, "h-reference": XSS}))
    assert XSS not in clerk.page
    assert "&lt;script&gt;" in clerk.page


def test_a_person_is_added_corrected_and_withdrawn(clerk: Clerk) -> None:
    group = clerk.hand_in()
    new = {"name": "Sari Contoh", "nik": "3505014101550009", "birth_date": "1955-01-01", "sex": "female"}
    assert clerk.send(f"{group}/orang", **new).status_code == 422
    assert 'value="Sari Contoh"' in clerk.page
    assert clerk.send(f"{group}/orang", passport_case="new", **new).headers["location"].endswith("kabar=berubah")
    clerk.get(group)
    person = re.findall(r'href="(/kelompok/[^"]*/orang/[^"]+)"', clerk.page)[-1]
    clerk.get(person)
    version = re.search(r'name="versi" value="([^"]*)"', clerk.page)
    assert version
    assert "3505014101550009" not in clerk.page
    amended = new | {"name": "Sari Rahayu", "passport_case": "new", "versi": version[1]}
    assert clerk.send(person, **amended).status_code == 303
    assert "baru saja diubah orang lain" in clerk.send(person, **amended).text
    assert "Sari Rahayu" in clerk.get(group).text
    clerk.get(person)
    version = re.search(r'name="versi" value="([^"]*)"', clerk.page)
    assert version
    assert clerk.send(f"{person}/tarik", versi=version[1]).headers["location"].endswith("kabar=ditarik")
    assert clerk.send(f"{person}/tarik", versi=version[1]).headers["location"].endswith("kabar=gagal")


def test_a_request_is_withdrawn_only_by_who_means_it(clerk: Clerk) -> None:
    group = clerk.hand_in()
    clerk.get(group)
    version = re.search(r'/tarik">.*?name="versi" value="([^"]*)"', clerk.page, re.DOTALL)
    assert version
    assert clerk.send(f"{group}/tarik", versi=version[1]).headers["location"].endswith("kabar=gagal")
    assert clerk.send(f"{group}/tarik", versi=version[1], yakin="1").headers["location"].endswith("kabar=ditarik")
    assert ">ditarik</span>" in clerk.get(group).text


def test_the_printed_list_has_everybody_with_a_masked_nik(clerk: Clerk) -> None:
    group = clerk.hand_in()
    printed = clerk.get(f"{group}/cetak").text
    assert printed.count('scope="row"') == 3
    assert re.search(r"\*{12}\d{4}", printed)
    assert not re.search(r"\b\d{16}\b", printed)


def test_confirming_without_an_appointment_changes_nothing(clerk: Clerk) -> None:
    group = clerk.hand_in()
    assert clerk.send(f"{group}/konfirmasi").status_code == 303


def test_held_places_are_given_back_or_used_for_a_group(clerk: Clerk, world: World) -> None:
    clerk.to_days()
    day = clerk.first_offer()
    clerk.step(ke="tanpa")
    group = clerk.finish().partition("?")[0]
    for _ in range(2):
        clerk.to_days()
        clerk.step(hari=day)
    clerk.get("/kelompok")
    release = re.findall(r'action="(/kelompok/pesanan/[^"]*/lepas)"', clerk.page)
    assert len(release) == 2
    assert clerk.send(release[0]).status_code == 303
    assert clerk.send(release[0]).status_code == 303
    assert clerk.send(f"{group}/pesan").headers["location"].endswith("kabar=gagal")
    kept = re.findall(r'name="tempat" value="([^"]*)"', clerk.get(group).text)
    assert len(kept) == 1
    assert clerk.send(f"{group}/pesan", tempat=kept[0]).headers["location"].endswith("kabar=hari-dipesan")


READS = ("", "/cetak", "/orang", "/keinginan", "/hari")
WRITES = ("/tarik", "/pesan", "/konfirmasi", "/orang", "/keinginan", "/hari")


def test_a_foreign_coordinator_finds_and_changes_no_such_group(clerk: Clerk, client: TestClient, world: World) -> None:
    group = clerk.hand_in()
    foreign = Clerk(client, world)
    assert {clerk.get(group + path).status_code for path in READS} == {200}
    assert {foreign.get(group + path).status_code for path in READS} == {404}
    answers = [foreign.send(group + path, yakin="1", tempat=str(uuid4())) for path in WRITES]
    assert {answer.status_code for answer in answers} == {404}


def test_a_person_of_another_group_is_not_found_in_this_one(clerk: Clerk) -> None:
    first, second = clerk.hand_in(), clerk.hand_in()
    clerk.get(first)
    person = re.findall(r'/orang/([^"]+)"', clerk.page)[0]
    assert clerk.get(f"{first}/orang/{person}").status_code == 200
    assert clerk.get(f"{second}/orang/{person}").status_code == 404


def test_every_form_needs_its_token_and_every_page_a_coordinator(client: TestClient, world: World) -> None:
    caller = account(world, Role.COORDINATOR)
    steps = ("daftar", "tempat", "hari", "ringkasan", "buang")
    forms = ["/kelompok/baru/" + step for step in ("berkas", "ketik", *(f"{uuid4()}/{step}" for step in steps))]
    forms += [f"/kelompok/BLI-2026-0001{path}" for path in WRITES] + [f"/kelompok/pesanan/{uuid4()}/lepas"]
    bare = browser(world, caller, csrf=False)
    assert {client.post(path, headers=bare).status_code for path in forms} == {403}
    driver = browser(world, account(world, Role.FIELD))
    assert {client.get(path, headers=driver).status_code for path in ("/kelompok", "/kelompok/baru")} == {403}
    assert client.get("/kelompok").status_code == 401


def test_no_template_of_these_screens_carries_style_or_script_of_its_own() -> None:
    folder = Path(__file__).parents[2] / "api" / "templates" / "groups"
    assert not [
        path for path in folder.glob("*.html") if re.search(r"\sstyle=|\son\w+=|<style|<script>", path.read_text())
    ]


def test_work_that_was_begun_is_found_again_and_by_nobody_else(clerk: Clerk, client: TestClient, world: World) -> None:
    clerk.to_place()
    address = clerk.form().rpartition("/")[0]
    assert f'href="{address}/daftar"' in clerk.get("/kelompok").text
    assert "3 orang terbaca, tidak ada yang salah." in clerk.get(f"{address}/daftar").text
    foreign = Clerk(client, world)
    assert {foreign.get(f"{address}/{step}").status_code for step in ("daftar", "tempat", "hari", "ringkasan")} == {404}
    assert foreign.send(f"{address}/buang").status_code == 404
    assert clerk.send(f"{address}/buang").status_code == 303
    assert clerk.get(f"{address}/daftar").status_code == 404
    assert "Belum diserahkan" not in clerk.get("/kelompok").text


def test_two_windows_that_write_different_things_make_two_drafts(clerk: Clerk) -> None:
    clerk.upload(listed(2))
    form, seen = clerk.form(), clerk.hidden()
    for contact in ("Budi", "Sari", "Sari"):
        clerk.step(**seen | {"h-contact_name": contact, "ke": "tabel"})
        assert f'value="{contact}"' in clerk.page
        assert ("disimpan sendiri sebagai salinan" in clerk.page) == (contact == "Sari" and clerk.form() != form)
        clerk.get(form)
        assert 'value="Budi"' in clerk.page  # what the first window wrote stays
    assert clerk.get("/kelompok").text.count("/buang") > 1


def test_clicking_twice_on_a_day_holds_its_places_once(clerk: Clerk, world: World) -> None:
    clerk.to_days()
    form, fields = clerk.form(), clerk.hidden() | {"hari": clerk.first_offer()}
    for _ in range(2):
        assert clerk.send(form, **fields).headers["location"].endswith("/ringkasan")
    assert len(list_bookings(world, caller=clerk.caller, now=utc_now())) == 1


def test_a_draft_and_what_it_holds_end_after_some_days(clerk: Clerk, world: World) -> None:
    clerk.to_place()
    form = clerk.form()
    days = world.intake_rules.drafts.draft_days
    forget_unfinished(world, now=utc_now() + timedelta(days=days) - timedelta(minutes=5))
    assert clerk.get(form).status_code == 200
    with world.database.reading() as session:
        stored = session.connection().exec_driver_sql("SELECT content_sealed FROM group_draft").scalars().all()
    assert not any(b"Orang" in bytes(one) for one in stored)
    assert forget_unfinished(world, now=utc_now() + timedelta(days=days, minutes=5))
    assert clerk.get(form).status_code == 404


def test_wishes_are_changed_and_the_arrival_stays(clerk: Clerk, world: World) -> None:
    group = clerk.hand_in()
    reference = group.rpartition("/")[2]
    before = find_request(world, reference, clerk.caller.scope)
    year = utc_now().year + 1
    clerk.get(f"{group}/keinginan")
    assert "masa tunggu tidak mulai dari awal" in clerk.page
    seen = clerk.hidden()
    wishes = {"wished": f"12 s.d. 14 Juni {year}; 20-06-{year}", "deadline": f"1 Juli {year}"}
    refused = clerk.send(f"{group}/keinginan", **seen | wishes | {"wished": "kapan saja", "deadline": "1-7-2020"})
    assert refused.status_code == 422
    assert len(clerk.problems()) == 2
    assert 'value="kapan saja"' in clerk.page
    assert clerk.send(f"{group}/keinginan", **seen | wishes).headers["location"].endswith("kabar=keinginan")
    after = find_request(world, reference, clerk.caller.scope)
    assert [day.isoformat() for day in after.wished_dates] == [f"{year}-06-{day}" for day in (12, 13, 14, 20)]
    assert (after.deadline_date, after.received_date) == (date(year, 7, 1), before.received_date)
    stale = clerk.send(f"{group}/keinginan", **seen | wishes | {"wished": f"21-06-{year}"})
    assert stale.status_code == 422
    assert "baru saja diubah di tempat lain" in clerk.page
    assert f'value="21-06-{year}"' in clerk.page
    assert find_request(world, reference, clerk.caller.scope) == after


def test_a_day_is_booked_later_and_another_one_chosen(clerk: Clerk, world: World) -> None:
    clerk.to_days()
    clerk.step(ke="tanpa")
    group = clerk.finish().partition("?")[0]
    assert "Pesan hari</a>" in clerk.get(group).text
    days = []
    for _ in range(2):
        clerk.get(f"{group}/hari")
        offers = re.findall(r'<button[^>]*name="hari" value="([^"]*)"', clerk.page)
        days.append(next(day for day in offers if day not in days))
        seen = clerk.hidden()
        assert clerk.send(f"{group}/hari", hari=days[-1], **seen).headers["location"].endswith("kabar=hari-dipesan")
    assert clerk.send(f"{group}/hari", hari=days[0], **seen).headers["location"].endswith("soal=changed")
    assert clerk.send(f"{group}/hari", **seen).headers["location"].endswith("soal=no_day")
    booked = list_bookings(world, caller=clerk.caller, now=utc_now())
    assert [(one.date.isoformat(), one.places, one.state.value) for one in booked] == [(days[1], 3, "booked")]


def test_a_group_waits_for_a_full_day_in_its_place_of_the_line(clerk: Clerk, client: TestClient, world: World) -> None:
    clerk.to_days()
    day = re.findall(r'type="checkbox" name="hari" value="([^"]*)"', clerk.page)[-1]  # of which no other test knows
    set_places(world, clerk.caller, day, 3)
    clerk.step(hari=day)
    first = clerk.finish().partition("?")[0]
    other = Clerk(client, world)
    groups = [other.hand_in(2, day=day) for _ in range(4)]
    line = sorted(groups, key=lambda group: place_in_line(other, group))
    assert [place_in_line(other, group) for group in line] == [("1", "4"), ("2", "4"), ("3", "4"), ("4", "4")]
    assert other.get("/kelompok").text.count("menunggu tempat tanggal") == 4
    withdraw_group(other, line[3])
    assert place_in_line(other, line[0]) == ("1", "3")
    release = re.findall(r'action="(/kelompok/pesanan/[^"]*/lepas)"', other.get(line[2]).text)
    assert other.send(release[0]).headers["location"].endswith("kabar=dilepas")
    assert place_in_line(other, line[0]) == ("1", "2")
    withdraw_group(clerk, first)
    hold = re.findall(r'name="tempat" value="([^"]*)"', other.get(line[0]).text)
    assert "ada tempat tanggal" in other.page
    assert other.send(f"{line[0]}/pesan", tempat=hold[0]).headers["location"].endswith("kabar=hari-dipesan")
    other.to_days()
    other.step(hari=other.first_offer())
    hold = re.findall(r'name="tempat" value="([^"]*)"', other.get(line[1]).text)
    assert other.send(f"{line[1]}/pesan", tempat=hold[0]).headers["location"].endswith("kabar=hari-dipesan")
    assert "menunggu tempat tanggal" not in other.get("/kelompok").text  # who has a day waits for no other


def place_in_line(clerk: Clerk, group: str) -> tuple[str, ...]:
    """Return what the page of a group says of its place on a waiting list."""
    found = re.search(r"urutan (\d) dari (\d)", clerk.get(group).text)
    assert found
    return found.groups()


def withdraw_group(clerk: Clerk, group: str) -> None:
    """Withdraw everybody of a group."""
    version = re.search(r'/tarik">.*?name="versi" value="([^"]*)"', clerk.get(group).text, re.DOTALL)
    assert version
    assert clerk.send(f"{group}/tarik", versi=version[1], yakin="1").headers["location"].endswith("kabar=ditarik")


def set_places(world: World, caller: Caller, day: str, places: int) -> None:
    """Give a day as many places."""
    known = next(one for one in show_days(world, date.fromisoformat(day), date.fromisoformat(day), now=utc_now()))
    set_capacity(world, known.date, places, expected=str(known.capacity), caller=caller, now=utc_now())


def test_many_people_come_some_at_a_time_and_are_found_by_name(clerk: Clerk, world: World) -> None:
    group = clerk.hand_in(PEOPLE_ON_A_PAGE + 2)
    rows = [clerk.get(f"{group}?hal={page}").text.count('<tr><td class="angka"') for page in (1, 2, 3)]
    assert rows == [PEOPLE_ON_A_PAGE, 2, 2]
    assert clerk.get(f"{group}?cari=orang+bo").text.count('<tr><td class="angka"') == 2  # A to Z, twice


def test_the_readiness_of_a_group_takes_as_many_queries_for_few_as_for_many(clerk: Clerk, world: World) -> None:
    asked = []
    for people in (2, 20):
        group = clerk.hand_in(people)
        counted: list[str] = []

        def count(*args: object, counted: list[str] = counted) -> None:
            counted.append(str(args[2]))

        event.listen(world.database.engine, "before_cursor_execute", count)
        clerk.get(group)
        event.remove(world.database.engine, "before_cursor_execute", count)
        asked.append(len(counted))
    assert asked[0] == asked[1]


INDONESIAN = re.compile(
    r"\b(yang|tidak|dan|atau|sudah|belum|untuk|dengan|pada|dari|ini|itu|akan|orang|hari|lalu|isi)\b", re.IGNORECASE
)
"""Words without which hardly a sentence is made, and that no name or place of these tests has."""


def test_with_english_chosen_no_sentence_stays_indonesian(clerk: Clerk) -> None:
    clerk.headers["Cookie"] += "; bahasa=en"
    said = {}

    def look(name: str) -> None:
        main = clerk.page.partition('<main id="isi"')[2].partition("</main>")[0]
        shown = re.sub(r"<(script|style|option|datalist)\b.*?</\1>", " ", main, flags=re.DOTALL)
        text = unescape(re.sub(r"<[^>]+>", " ", shown)).replace("Orang ", "")
        said[name] = [text[max(0, found.start() - 40) : found.end() + 40] for found in INDONESIAN.finditer(text)]

    clerk.get("/kelompok/baru")
    look("start")
    clerk.upload("Halo\nDunia")
    look("no list")
    wrong = listed(4).replace("01-01-1960;L", "31-02-1960;Q", 1).replace(";Baru", ";Hilang", 1)
    clerk.upload(f"{wrong}\nMengetahui;;;;;")
    look("mistakes")
    clerk.step(ke="tabel", hapus="6", **{"s-2-birth_date": "01-01-1960", "s-2-sex": "L"})
    look("table")
    clerk.step(ke="periksa", **letter())
    clerk.step(ke="hari", gedung="cari", **{"h-place": "tempat mana pun"})
    clerk.step(ke="hari", gedung="cari", **{"h-place": "Karangsono, Kanigoro"})
    look("place")
    clerk.step(ke="hari", desa="3505102007", gedung="cari", **{"h-place": "Karangsono, Kanigoro"})
    clerk.step(ke="ringkasan")
    look("days")
    clerk.step(hari=clerk.first_offer())
    look("summary")
    group = clerk.finish()
    for name in (group, f"{group}/keinginan".replace("?kabar=diterima", ""), "/kelompok"):
        clerk.get(name)
        look(name)
    address = group.partition("?")[0]
    clerk.get(f"{address}/hari?soal=no_fit")
    look("other days")
    clerk.send(f"{address}/keinginan", wished="kapan pun", versi="x")
    look("wishes refused")
    clerk.send(f"{address}/orang", name="", nik="1")
    look("person refused")
    assert {name: found for name, found in said.items() if found} == {}
