"""Every text of the pages has its English, and nobody gets a mixture of dates."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient

import api
import mobile_passport
from api.i18n import LANGUAGE_COOKIE, Language, english, texts
from api.rendering import page, render
from mobile_passport.documents.formats import ENGLISH, INDONESIAN
from mobile_passport.documents.words import CATEGORIES
from mobile_passport.intake.findings import catalogue
from mobile_passport.rules.rulebook import load_rulebook

_PLACES = re.compile(r"{\w+}")
_TEMPLATES = Path(api.__file__).parent / "templates"
_PACKAGES = (Path(api.__path__[0]), Path(mobile_passport.__path__[0]))
_SAYING = {"Sentence": None, "sentence": None, "gettext": None}


def _texts_of(template: str) -> set[str]:
    found = extract("jinja2.ext:babel_extract", BytesIO(template.encode()), options={"newstyle_gettext": "true"})
    return {text if isinstance(text, str) else text[0] for _, text, _, _ in found}


def test_every_text_of_every_template_has_its_english() -> None:
    used = {text for path in _TEMPLATES.rglob("*.html") for text in _texts_of(path.read_text())}
    assert used - set(english()) == set()


def _sentences_of(program: bytes) -> set[str]:
    return {str(text) for _, text, _, _ in extract("python", BytesIO(program), keywords=_SAYING)}


def test_every_sentence_of_the_program_has_its_english_with_the_same_places() -> None:
    programs = (path.read_bytes() for root in _PACKAGES for path in root.rglob("*.py"))
    said = set().union(*(_sentences_of(each) for each in programs if any(name.encode() in each for name in _SAYING)))
    assert said - set(english()) == set()
    assert [form for form in said if set(_PLACES.findall(form)) != set(_PLACES.findall(english()[form][0]))] == []


def test_every_sentence_of_the_rules_about_a_list_or_a_person_has_its_english() -> None:
    book = load_rulebook("blitar")
    rules, standard = book.eligibility, book.standard
    papers = rules.base_documents
    said = {form for form in catalogue() if form not in ("{sentence}", "{action}")}
    said |= {text for one in rules.office_cases for text in (one.sentence, one.action)}
    said |= {text for one in rules.categories for text in one.documents}
    said |= {*papers.everyone, *papers.replacement, *papers.minor, *papers.home_visit}
    said |= set(CATEGORIES.values())
    said |= {one.text for one in (*standard.procedure, standard.time, standard.product, standard.complaints)}
    said |= {fee.label for fee in book.service.fees} | {one.sentence for one in book.rank.overrides}
    assert said - set(english()) == set()
    assert {form: set(_PLACES.findall(form)) ^ set(_PLACES.findall(english()[form][0])) for form in said} == {
        form: set() for form in said
    }


def test_the_extraction_finds_texts() -> None:
    assert _sentences_of(b'a(Sentence("Satu"), sentence("{n}", n=2), other("Tiga"))') == {"Satu", "{n}"}
    assert _texts_of("{% trans %}Satu{% endtrans %} {{ _('Dua') }} {{ 'Tiga' }}") == {"Satu", "Dua"}


def test_a_text_without_translation_stays_indonesian() -> None:
    assert texts(Language.ENGLISH).gettext("Kalimat yang belum diterjemahkan") == "Kalimat yang belum diterjemahkan"
    assert texts(Language.ENGLISH).gettext("Ke halaman rencana") == "To the plan"


def test_the_reader_chooses_by_cookie_and_gets_the_language_named_in_the_page() -> None:
    app = FastAPI()

    @app.get("/")
    def index(request: Request) -> Response:
        return page(request, "problem.html", heading="1", sentence="2")

    assert '<html lang="id">' in TestClient(app).get("/").text
    answer = TestClient(app, cookies={LANGUAGE_COOKIE: "en"}).get("/")
    assert '<html lang="en">' in answer.text
    assert "To the plan" in answer.text
    assert '<html lang="id">' in TestClient(app, cookies={LANGUAGE_COOKIE: "<script>"}).get("/").text


def test_dates_and_numbers_follow_the_language() -> None:
    day = date(2026, 12, 1)
    assert (INDONESIAN.long_date(day), ENGLISH.long_date(day)) == (
        "Selasa, 1 Desember 2026",
        "Tuesday, 1 December 2026",
    )
    assert (INDONESIAN.whole_number(1142), ENGLISH.whole_number(1142)) == ("1.142", "1,142")
    assert "Ke halaman rencana" in render("problem.html", heading="1", sentence="2")


@pytest.mark.parametrize(
    ("asked", "back"),
    [("/layanan", "/layanan"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("https://evil.example", "/")],
)
def test_choosing_a_language_leads_back_and_never_elsewhere(client: TestClient, asked: str, back: str) -> None:
    answer = client.get("/bahasa/en", params={"ke": asked}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    assert answer.cookies[LANGUAGE_COOKIE] == "en"
