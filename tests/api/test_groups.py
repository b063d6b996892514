"""Groups that were handed in, and whom the pages of a coordinator open for, in which language."""

import re
from datetime import date
from html import unescape
from pathlib import Path
from uuid import uuid4

from fastapi.testclient import TestClient

from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.services.requests.read_requests import find_request
from mobile_passport.services.world import World
from tests.accounts import account, browser
from tests.api.clerk import Clerk, clerk, letter, listed

__all__ = ["clerk"]


READS = ("", "/cetak", "/orang", "/keinginan", "/hari")
WRITES = ("/tarik", "/pesan", "/konfirmasi", "/orang", "/keinginan", "/hari")
INDONESIAN = re.compile(
    r"\b(yang|tidak|dan|atau|sudah|belum|untuk|dengan|pada|dari|ini|itu|akan|orang|hari|lalu|isi)\b", re.IGNORECASE
)
"""Words without which hardly a sentence is made, and that no name or place of these tests has."""


def test_a_coordinator_begins_at_an_empty_list_of_groups(clerk: Clerk) -> None:
    assert "Belum ada permohonan" in clerk.get("/kelompok").text
    assert clerk.get("/kelompok/baru").status_code == 200
    template = clerk.client.get("/kelompok/baru/templat.xlsx", headers=clerk.headers)
    assert template.content.startswith(b"PK")
    assert "daftar-pemohon.xlsx" in template.headers["content-disposition"]


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


def test_a_foreign_coordinator_finds_and_changes_no_such_group(clerk: Clerk, client: TestClient, world: World) -> None:
    group = clerk.hand_in()
    foreign = Clerk(client, world)
    assert {clerk.get(group + path).status_code for path in READS} == {200}
    assert {foreign.get(group + path).status_code for path in READS} == {404}
    answers = [foreign.send(group + path, yakin="1", tempat=str(uuid4())) for path in WRITES]
    assert {answer.status_code for answer in answers} == {404}


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
    clerk.step(saja=clerk.first_offer())
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
