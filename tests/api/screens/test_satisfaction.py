"""Results of surveys on the office's page and on their own: shown, recorded, corrected, and refused without loss."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from markupsafe import escape

import api
from api.i18n import english
from api.survey_form import Fault, field_of
from mobile_passport.domain.access import Role
from mobile_passport.rules.rulebook import Rulebook
from mobile_passport.services.satisfaction.survey_results import list_results
from mobile_passport.services.world import World
from tests.api.screens.test_rules import Person
from tests.apps import app_at
from tests.mobile_passport.services.seasons import NOW
from tests.offices import surveyed

__all__ = ["surveyed"]
pytestmark = pytest.mark.database("sqlite")

PATH = "/ikhtisar/skm"
PAYLOAD = "<script>alert(1)</script>\"'>"
FIRST = {
    "first_month": "2026-04",
    "last_month": "2026-06",
    "respondents": "98",
    "index": "76,6",
    "source": "Pengumuman IKM triwulan II",
}


@pytest.fixture
def app(surveyed: World) -> FastAPI:
    """The app of an office, with its clock."""
    return app_at(surveyed, lambda: NOW)


@pytest.fixture
def supervisor(app: FastAPI, surveyed: World) -> Person:
    """Who records."""
    return Person(app, surveyed, Role.SUPERVISOR)


def send(person: Person, page: str, status: int, **typed: str) -> str:
    """Send the form of a page with something typed into it."""
    hidden = dict(re.findall(r'type="hidden" name="(csrf|supersedes)" value="([^"]*)"', page.partition("isian")[2]))
    answer = person.client.post(PATH, data=hidden | typed)
    assert answer.status_code == status, answer.text
    return answer.headers.get("location", answer.text)


def means(surveyed: World, text: str) -> dict[str, str]:
    """Type the same mean for every element."""
    return {field_of(element.code): text for element in surveyed.rulebook.satisfaction.elements.each}


def skm(person: Person) -> str:
    """What the office's page says of the survey."""
    return person.get("/ikhtisar").partition('id="skm"')[2].partition("</section>")[0]


def test_the_overview_says_that_there_is_none_and_then_the_latest_with_its_grade(
    app: FastAPI, surveyed: World, supervisor: Person
) -> None:
    assert "Belum ada hasil" in skm(supervisor)
    page = supervisor.get(PATH)
    assert send(supervisor, page, 303, **FIRST) == f"{PATH}?tersimpan=1"
    latest = FIRST | {"first_month": "2026-07", "last_month": "2026-09", "index": "", "respondents": "1.120"}
    send(supervisor, page, 303, **latest | means(surveyed, "3,54"))
    shown = skm(supervisor)
    assert "Belum ada hasil" not in shown
    assert re.search(r"Juli – September 2026.*88,50</dd>.*A \(sangat baik\)</dd>.*1\.120</dd>", shown, re.DOTALL)
    assert re.findall(r'data-nama="Indeks">([^<]+).*?data-nama="Mutu">(\w)', shown) == [("88,50", "A"), ("76,60", "C")]
    assert '<progress class="bilah-batang" max="100" value="76.6"' in shown
    auditor = Person(app, surveyed, Role.AUDITOR)
    assert "Semua hasil" in skm(auditor)
    assert "<form" not in auditor.get(PATH).partition("<main")[2], "who audits does not record"


def test_a_correction_begins_with_what_was_recorded_and_who_comes_too_late_is_told(
    surveyed: World, supervisor: Person
) -> None:
    send(supervisor, supervisor.get(PATH), 303, **FIRST)
    page = supervisor.get(f"{PATH}?perbaiki={list_results(surveyed)[0].id}")
    assert 'name="index" aria-describedby="b-index" value="76,60"' in page
    assert '<option value="2026-04" selected>' in page
    assert send(supervisor, page, 303, **FIRST) == f"{PATH}?sama=1"
    send(supervisor, page, 303, **FIRST | {"index": "76,61"})
    listed = supervisor.get(PATH)
    assert re.search(r"76,61.*B \(baik\).*diperbaiki oleh nomor 2.*76,60.*C \(kurang baik\)", listed, re.DOTALL)
    assert ("76,61" in skm(supervisor), "76,60" in skm(supervisor)) == (True, False)
    told = send(supervisor, page, 409, **FIRST | {"index": "81"})
    assert "orang lain" in told
    assert 'value="81"' in told
    send(supervisor, told, 303, **FIRST | {"index": "81"})
    assert [one.superseded_by for one in list_results(surveyed)] == [None, 3, 2]


WRONG = (
    ("last_month", "2026-03", "Bulan terakhir ada sebelum"),
    ("last_month", "2026-12", "Bulan ini belum tiba"),
    ("first_month", "2026-06", "Sebagian bulan ini sudah ada di hasil lain"),
    ("respondents", PAYLOAD, "Tulis angka bulat"),
    ("index", "101", "Tulis angka dari 25,00"),
    ("mean_time", "4,5", "Tulis angka dari 1,00"),
    ("source", "", "Isi bagian ini."),
    ("source", PAYLOAD * 10, "Terlalu panjang"),
)


def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(surveyed: World, supervisor: Person) -> None:
    page = supervisor.get(PATH)
    send(supervisor, page, 303, **FIRST)
    before = list_results(surveyed)
    for name, typed, sentence in WRONG:
        told = send(supervisor, page, 422, **FIRST | {name: typed})
        assert re.search(rf'id="s-{name}">{re.escape(sentence)}', told), sentence
        assert re.search(rf'<a href="#f-{name}">[^<]+</a>: {re.escape(sentence)}', told), sentence
        assert re.search(rf'id="f-{name}"[^>]* aria-describedby="s-{name} [^>]*aria-invalid="true"', told), sentence
        for value in (FIRST | {name: typed}).values():
            assert f'value="{escape(value)}"' in told, sentence
        assert PAYLOAD not in told
    assert list_results(surveyed) == before


def test_a_correction_of_what_is_not_there_is_not_found(supervisor: Person) -> None:
    nothing = "00000000-0000-0000-0000-000000000000"
    assert supervisor.client.get(f"{PATH}?perbaiki={nothing}").status_code == 404
    page = supervisor.get(PATH).replace('name="supersedes" value=""', f'name="supersedes" value="{nothing}"')
    send(supervisor, page, 404, **FIRST)
    send(supervisor, page.replace(nothing, "x"), 404, **FIRST)


def test_the_page_has_a_sentence_for_every_fault() -> None:
    template = (Path(api.__file__).parent / "templates/planner/satisfaction.html").read_text(encoding="utf-8")
    assert set(re.findall(r'^"([a-z_]+)": _\(', template, re.MULTILINE)) == set(Fault)


def test_names_of_elements_and_grades_have_their_english(rulebook: Rulebook) -> None:
    rules = rulebook.satisfaction
    assert {one.name for one in (*rules.elements.each, *rules.grades.each)} - set(english()) == set()
