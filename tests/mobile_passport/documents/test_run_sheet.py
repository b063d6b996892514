"""The run sheet: complete for the team, careful with people."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.directions import directions_url
from mobile_passport.documents.run_sheet import run_sheet_pdf, sheet_data
from mobile_passport.documents.words import LIGHTS
from mobile_passport.domain.plan_view import RunSheet
from tests.mobile_passport.documents.sample_plan import sample_run_sheet

HOSTILE = '#panic("x") *tebal* $x$ [a] <label> @ref \\ "kutip" `kode` //'


@pytest.fixture(scope="module")
def pages(basemap: Basemap) -> list[str]:
    """Text of the pages of the sample sheet."""
    return _pages(run_sheet_pdf(sample_run_sheet(), basemap))


def test_everybody_is_on_it_with_the_end_of_the_nik_age_and_needs(pages: list[str]) -> None:
    text = "\n".join(pages)
    for stop in sample_run_sheet().stops:
        for person in stop.people:
            assert person.name in text
            assert f"…{person.nik_tail}" in text
    for words in ("alat bantu jalan", "di tempat tidur", "baru", "ganti", "Keluarga 1", "Belum lengkap"):
        assert words in " ".join(text.split())
    assert "wheelchair" not in text


def test_people_stand_in_the_order_of_their_slots(pages: list[str]) -> None:
    text = "\n".join(pages[1:])
    places = [text.index(f"…{person.nik_tail}") for person in sample_run_sheet().stops[0].people]
    assert places == sorted(places)


def test_every_page_is_marked_secret_and_numbered(pages: list[str]) -> None:
    for number, page in enumerate(pages, start=1):
        assert "RAHASIA." in page
        assert f"{number} / {len(pages)}" in page
        assert "Selasa, 8 Desember 2026" in page


def test_the_first_page_tells_the_day_the_fees_and_that_no_cash_is_taken(pages: list[str]) -> None:
    first = " ".join(pages[0].split())
    for words in (
        "Lembar tugas Unit 1",
        "Petugas tidak menerima uang tunai.",
        "Paspor elektronik 5 tahun Rp650.000",
        "±83 km",
        "perkiraan",
        "0342-000000",
        "Pindai untuk",
    ):
        assert words in first
    assert not any(person.name in first for stop in sample_run_sheet().stops for person in stop.people)


@pytest.mark.parametrize("dots_an_inch", [72, 200], ids=["a bad copy", "a phone held near"])
def test_a_phone_that_scans_the_code_is_led_along_the_stops_in_their_order(basemap: Basemap, dots_an_inch: int) -> None:
    sheet = sample_run_sheet()
    first = pypdfium2.PdfDocument(run_sheet_pdf(sheet, basemap))[0]
    found = zxingcpp.read_barcodes(first.render(scale=dots_an_inch / 72).to_pil())
    assert [code.text for code in found] == [directions_url(sheet.depot, [one.stop.position for one in sheet.stops])]


def test_contacts_are_written_as_people_dial_them(pages: list[str]) -> None:
    assert "0812-3456-7890 Siti Rahmawati" in " ".join(" ".join(pages).split())


def test_the_document_declares_pdf_ua_title_and_language(basemap: Basemap) -> None:
    reader = PdfReader(BytesIO(run_sheet_pdf(sample_run_sheet(), basemap)))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "id"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Lembar tugas Unit 1, Selasa, 8 Desember 2026"


def test_equal_sheets_give_equal_bytes(basemap: Basemap) -> None:
    assert run_sheet_pdf(sample_run_sheet(), basemap) == run_sheet_pdf(sample_run_sheet(), basemap)


def test_markup_in_names_places_and_contacts_stays_text(basemap: Basemap) -> None:
    sheet = sample_run_sheet()
    item = sheet.stops[0]
    person = replace(item.people[0], name=HOSTILE, party=HOSTILE)
    stop = replace(item.stop, place=HOSTILE)
    hostile = replace(item, stop=stop, people=(person,), contacts=((HOSTILE, "+62812"),))
    text = "".join("".join(_pages(run_sheet_pdf(replace(sheet, stops=(hostile,)), basemap))).split())
    assert text.count("".join(HOSTILE.split())) >= 4


def test_the_head_of_the_table_is_repeated_on_every_page_of_a_long_list(basemap: Basemap) -> None:
    pages = _pages(run_sheet_pdf(_long_sheet(), basemap))
    assert len(pages) >= 5
    assert all("Nama" in page and "NIK" in page for page in pages[1:])


def test_a_household_is_told_a_window_and_a_single_slot_is_written_once(basemap: Basemap) -> None:
    sheet = sample_run_sheet()
    home = sheet_data(sheet, basemap)["stops"][-1]
    told = replace(sheet.stops[-1], stop=replace(sheet.stops[-1].stop, window_closes_at=None))
    assert sheet_data(replace(sheet, stops=(told,)), basemap)["stops"][0]["slots"] == "14.10"
    assert home["slots"] == "14.10–14.40"
    assert home["kind"] == "kunjungan rumah"
    assert home["waiver"] == ""
    assert home["people"][0]["slot"] == home["arrival"]


def test_a_home_is_found_by_its_address_and_nobody_comes_to_it(pages: list[str], basemap: Basemap) -> None:
    hall, *_, home = sheet_data(sample_run_sheet(), basemap)["stops"]
    assert ("Hadir" in hall["ticks"], "Hadir" in home["ticks"]) == (True, False)
    text = " ".join(" ".join(pages).split())
    assert "Alamat RT 02 RW 05, rumah pagar hijau Kontak" in text
    assert "Tidak ada di rumah" in text


def test_an_unknown_need_or_case_is_shown_as_it_is_rather_than_hidden(basemap: Basemap) -> None:
    sheet = sample_run_sheet()
    item = sheet.stops[0]
    person = replace(item.people[0], needs=("oxygen",), passport_case="emergency")
    data = sheet_data(replace(sheet, stops=(replace(item, people=(person,)),)), basemap)
    shown = data["stops"][0]["people"][0]
    assert (shown["needs"], shown["case"]) == ("oxygen", "emergency")


def _long_sheet() -> RunSheet:
    sheet = sample_run_sheet()
    item = sheet.stops[0]
    return replace(sheet, stops=(replace(item, people=item.people * 5),))


def _pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def test_punctuality_is_printed_in_words_as_what_it_is(pages: list[str]) -> None:
    text = " ".join(" ".join(pages).split())
    for stop in sample_run_sheet().stops:
        assert stop.stop.punctuality is not None
        assert LIGHTS[stop.stop.punctuality.light] in text
    assert "Ketepatan waktu adalah taksiran dari simulasi." in text
    assert "Garis lurus menunjukkan urutan kunjungan, bukan jalan yang dilalui." in text


def test_a_stop_that_was_not_simulated_says_nothing_of_punctuality(basemap: Basemap) -> None:
    sheet = sample_run_sheet()
    item = replace(sheet.stops[0], stop=replace(sheet.stops[0].stop, punctuality=None))
    unknown = replace(sheet, stops=(item,), route=replace(sheet.route, stops=(item.stop,)))
    text = " ".join(_pages(run_sheet_pdf(unknown, basemap)))
    assert "simulasi" not in text
