"""Pages of the rules: who opens and changes them, that nothing typed is lost, and what everybody reads of a change."""

import re
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from markupsafe import escape

from api.app import create_app
from api.csrf import HEADER
from api.i18n import LANGUAGE_COOKIE
from mobile_passport.domain.access import Role
from mobile_passport.rules.editable import DOCUMENTS
from mobile_passport.rules.labels import labels
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.accounts import account, browser
from tests.apps import app_at
from tests.mobile_passport.services.seasons import NOW, rows
from tests.offices import surveyed

__all__ = ["surveyed"]
pytestmark = pytest.mark.database("sqlite")

PATHS = {name: {"teams": "/tim", "calendar": "/kalender"}.get(name, f"/aturan/{name}") for name in DOCUMENTS}
PAYLOAD = "<script>alert(1)</script>\"'>"


class _Fields(HTMLParser):
    """Reads what a browser would send of the form of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self._text: str | None = None
        self._select = ""
        self.feed(page.partition('class="isian aturan"')[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = dict(attrs)
        name, value = one.get("name") or "", one.get("value") or ""
        if tag == "input" and (one.get("type") != "checkbox" or "checked" in one):
            self.sent.append((name, value))
        elif tag == "textarea":
            self._text, self._select = "", name
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in one:
            self.sent.append((self._select, value))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.sent.append((self._select, self._text or ""))
            self._text = None


def _name(typed: str) -> str:
    """Name of an input as a Python name: ``_`` stands for a dot, and ``__`` for itself."""
    return typed.replace("__", " ").replace("_", ".").replace(" ", "_")


class Person:
    """Somebody at a browser without scripts."""

    def __init__(self, app: FastAPI, world: World, role: Role) -> None:
        headers = browser(world, account(world, role)) | {"Accept": "text/html"}
        headers.pop(HEADER)
        self.client = TestClient(app, headers=headers, follow_redirects=False)

    def get(self, path: str) -> str:
        """Open a page."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, path: str, page: str, status: int = 303, /, **typed: str) -> str:
        """Send the form of a page with something typed; return the page that answers, or where it leads."""
        fields: dict[str, list[str]] = {}
        for name, value in _Fields(page).sent:
            fields.setdefault(name, []).append(value)
        answer = self.client.post(path, data=fields | {_name(name): [text] for name, text in typed.items()})
        assert answer.status_code == status, answer.text
        return answer.headers.get("location", answer.text)


@pytest.fixture
def app(surveyed: World) -> FastAPI:
    """The app of an office, with its clock."""
    return app_at(surveyed, lambda: NOW)


@pytest.fixture
def planner(app: FastAPI, surveyed: World) -> Person:
    """Who edits teams and calendar."""
    return Person(app, surveyed, Role.PLANNER)


@pytest.fixture
def supervisor(app: FastAPI, surveyed: World) -> Person:
    """Who edits all other rules."""
    return Person(app, surveyed, Role.SUPERVISOR)


def test_the_whole_office_reads_and_nobody_else(app: FastAPI, surveyed: World) -> None:
    pages = ("/aturan", "/kalender", "/aturan/teams/riwayat")
    for role in Role:
        reader = Person(app, surveyed, role)
        expected = 403 if role is Role.COORDINATOR else 200
        assert {path: reader.client.get(path).status_code for path in pages} == dict.fromkeys(pages, expected), role
    assert Person(app, surveyed, Role.AUDITOR).client.get("/aturan/nothing").status_code == 404


def test_a_form_that_is_sent_back_as_it_came_changes_nothing(
    surveyed: World, planner: Person, supervisor: Person
) -> None:
    for name, path in PATHS.items():
        editor = planner if name in ("teams", "calendar") else supervisor
        assert editor.send(path, editor.get(path), reason="uji") == f"{path}?sama=1"
    assert rows(surveyed, "rule_edition") == []


def test_who_may_not_edit_sees_no_button_and_cannot_send(surveyed: World, planner: Person, supervisor: Person) -> None:
    for reader, path in ((planner, "/aturan/rank"), (supervisor, "/tim"), (supervisor, "/kalender")):
        page = reader.get(path)
        assert "Simpan sebagai edisi baru" not in page
        assert "<fieldset" in page
        assert "disabled" in page
        reader.send(path, page, 403)
    supervisor.send("/aturan/teams", supervisor.get("/tim"), 403)
    assert rows(surveyed, "rule_edition") == []


def test_a_change_holds_at_once_and_the_history_says_it_in_words(planner: Person) -> None:
    assert "Berlaku isi berkas" in planner.get("/tim")
    where = planner.send("/tim", planner.get("/tim"), teams_0_kits="3", reason="Kit baru datang")
    page = planner.get(where)
    assert "Edisi 1 tersimpan" in page
    assert 'name="teams.0.kits" value="3"' in page
    history = planner.get("/aturan/teams/riwayat")
    assert re.search(r"Tim unit-1: Alat perekam biometrik</th><td[^>]*>2 alat</td><td[^>]*>3 alat", history)
    assert "Kit baru datang" in history
    assert "Edisi 1" in planner.get("/aturan")


def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(surveyed: World, planner: Person) -> None:
    page = planner.send("/tim", planner.get("/tim"), 422, teams_0_kits="banyak", teams_1_label="Unit Dua")
    assert re.search(r'name="teams.0.kits" value="banyak"[^>]*aria-describedby="s-teams.0.kits [^>]*aria-invalid', page)
    assert '<p class="salah" id="s-teams.0.kits">Tulis angka bulat, misalnya 30.</p>' in page
    assert '<a href="#f-teams.0.kits">Tim 1: Alat perekam biometrik</a>' in page
    assert '<a href="#f-reason">Alasan perubahan</a>' in page
    assert 'value="Unit Dua"' in page
    assert rows(surveyed, "rule_edition") == []


def test_the_english_page_says_fields_faults_and_changes_in_english(supervisor: Person) -> None:
    supervisor.client.headers["Cookie"] += f"; {LANGUAGE_COOKIE}=en"
    listed, said = supervisor.get("/aturan"), labels("en").documents
    told = [text for document in said.values() for text in (document.title, document.purpose)]
    assert [text for text in told if str(escape(text)) not in listed] == []
    form = supervisor.get("/aturan/sending")
    assert [one.label for one in said["sending"].fields.values() if str(escape(one.label)) not in form] == []
    page = supervisor.send("/aturan/sending", form, 422, care_person__takes__over__s="lama", care_most__segments="9")
    assert "Goes to an officer before the SMS is of no use</a>: Write a whole number, such as 30." in page
    assert 'name="care.person_takes_over_s" value="lama"' in page
    page = supervisor.send("/aturan/sending", form, 422, care_silent__after__s="721")
    assert '<p class="salah" id="s-care.silent_after_s">At most 720.</p>' in page
    assert "Write the reason for this change, at most 500 letters." in page
    supervisor.send("/aturan/sending", form, care_silent__after__s="1,5", care_source="SK 9", reason="SK 9")
    history = supervisor.get("/aturan/sending/riwayat")
    assert re.search(r"Limits: Goes to the call list[^<]*</th><td[^>]*>72 hours</td><td[^>]*>1.5 hours", history)


def test_rows_come_and_go_without_scripts_and_without_saving(surveyed: World, planner: Person) -> None:
    page = planner.send("/kalender", planner.get("/kalender"), 200, add="closed_days", reason="sedang diisi")
    page = planner.send(
        "/kalender", page, 200, add="open_days", closed__days_1_date="2026-12-30", closed__days_1_reason="Rapat"
    )
    assert "sedang diisi" in page
    assert 'name="open_days.0.date"' in page
    page = planner.send("/kalender", page, 200, remove="open_days.0")
    assert 'name="open_days.0.date"' not in page
    assert planner.send("/kalender", page, 200, remove="nothing.7").count('name="closed_days.1.date"') == 1
    assert rows(surveyed, "rule_edition") == []


def test_a_second_editor_sees_both_versions_and_then_decides(app: FastAPI, surveyed: World, planner: Person) -> None:
    other = Person(app, surveyed, Role.PLANNER)
    page = other.get("/tim")
    planner.send("/tim", planner.get("/tim"), teams_0_kits="3", reason="Kit baru datang")
    page = other.send("/tim", page, 409, teams_1_label="Unit Dua", reason="Nama baru")
    theirs, _, mine = page.partition("Yang berubah bila isian Anda disimpan sekarang")
    assert "Kit baru datang" in theirs
    assert re.search(r"biometrik</th><td[^>]*>2 alat</td><td[^>]*>3 alat", theirs)
    assert re.search(r"biometrik</th><td[^>]*>3 alat</td><td[^>]*>2 alat", mine)
    assert "Unit Dua" in mine
    assert other.send("/tim", page, teams_0_kits="3") == "/tim?tersimpan=2"
    page = planner.get("/tim")
    assert 'name="teams.0.kits" value="3"' in page
    assert 'value="Unit Dua"' in page


def test_an_older_edition_is_used_again_as_a_new_one(planner: Person) -> None:
    planner.send("/tim", planner.get("/tim"), teams_0_kits="3", reason="Kit baru datang")
    assert '/tim?dari=0"' in planner.get("/aturan/teams/riwayat")
    page = planner.get("/tim?dari=0")
    assert 'name="teams.0.kits" value="2"' in page
    assert planner.send("/tim", page) == "/tim?tersimpan=2"
    assert 'name="teams.0.kits" value="2"' in planner.get("/tim")
    assert "Kembali ke edisi 0." in planner.get("/aturan/teams/riwayat")
    assert planner.client.get("/tim?dari=9").status_code == 404


def test_months_show_what_follows_from_the_calendar(planner: Person) -> None:
    page = planner.get("/kalender?bulan=2026-12-01")
    assert "31 Des: Tutup buku akhir tahun" in page
    assert "24 Des: Cuti Bersama" in page
    day = planner.get("/kalender?bulan=2026-12-01").partition("<strong>1</strong>")[2]
    assert "2 tim" in day[:60], "Tuesday: both units"
    planner.send("/kalender", planner.get("/kalender"), closed__days_0_reason="Rapat", reason="uji")
    assert "31 Des: Rapat" in planner.get("/kalender?bulan=2026-12-01")
    for far in ("9999-12-31", "0001-01-01"):
        assert "November 2026" in planner.get(f"/kalender?bulan={far}")


def test_anybody_reads_which_order_holds_and_since_when(surveyed: World, supervisor: Person) -> None:
    public = TestClient(create_app(surveyed, build_desk(surveyed, Settings())))
    assert "Berlaku sejak Selasa, 24 November 2026." in public.get("/urutan").text
    page = supervisor.get("/aturan/rank")
    supervisor.send(
        "/aturan/rank",
        page,
        points_hajj="11",
        points_source="Keputusan 12/2026",
        rule_version="2026-12",
        rule_source="Keputusan 12/2026",
        reason="Rapat",
    )
    other_process = TestClient(create_app(surveyed, build_desk(surveyed, Settings())))
    page = other_process.get("/urutan").text
    assert "Aturan versi 2026-12" in page
    assert "Edisi 1, berlaku sejak Selasa, 24 November 2026, 10.00 WIB." in page
    assert re.search(r"Jemaah haji</th><td>11<", page)
    page = supervisor.get("/aturan/standard")
    supervisor.send("/aturan/standard", page, time_text="Tiga hari.", time_source="SK 9", reason="Lebih cepat")
    page = public.get("/layanan").text  # the process that began before the change
    assert "Tiga hari." in page
    assert "berlaku sejak Selasa, 24 November 2026, 10.00 WIB" in page


def test_what_is_typed_is_text_wherever_it_is_shown(planner: Person) -> None:
    planner.send("/tim", planner.get("/tim"), teams_0_label=PAYLOAD, teams_0_source=PAYLOAD, reason=PAYLOAD + "\x00\n")
    planner.send("/kalender", planner.get("/kalender"), closed__days_0_reason=PAYLOAD, reason=PAYLOAD)
    for path in ("/tim", "/kalender?bulan=2026-12-01", "/aturan", "/aturan/teams/riwayat", "/aturan/calendar/riwayat"):
        page = planner.get(path)
        assert "<script>alert" not in page, path
        assert path == "/aturan" or "&lt;script&gt;alert" in page, path
