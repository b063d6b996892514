from datetime import date

import pytest

from mobile_passport.domain.person import Need, PassportCase, Sex
from mobile_passport.domain.request import AskerKind, Category, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.intake.columns import Column
from mobile_passport.intake.findings import FindingCode
from tests.mobile_passport.intake.lists import FEW_ROWS, codes, listing, parse


def test_a_row_becomes_a_request_with_a_person() -> None:
    needs = {Column.NEEDS: "Kursi roda, tunanetra", Column.PARTY: "A", Column.CARER: "ya"}
    (request,) = parse(listing(needs)).requests
    assert (request.external_reference, request.asker_kind) == ("B-12/2026", AskerKind.KBIHU)
    assert (request.category, request.visit_kind) == (Category.HAJJ, VisitKind.COLLECTIVE)
    assert request.contact_phone == Secret("+6286000000034")
    assert request.received_date == date(2026, 11, 24)
    (person,) = request.people
    assert person.nik == Secret("3505074503589901")
    assert (person.birth_date, person.sex) == (date(1958, 3, 5), Sex.FEMALE)
    assert person.passport_case is PassportCase.NEW
    assert person.needs == {Need.WHEELCHAIR, Need.VISUAL}
    assert (person.party, person.is_carer) == ("A", True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_of_office_programs_read_alike(encoding: str, delimiter: str) -> None:
    plain = listing({Column.NAME: "Nur Sa’adah", Column.PLACE: "Karangsono"})
    text = plain.decode().replace(",", delimiter)
    (request,) = parse(text.encode(encoding)).requests
    assert request == parse(plain).requests[0]
    assert request.people[0].name == Secret("Nur Sa’adah")


def test_a_text_file_named_like_an_old_workbook_is_read_as_the_text_it_is() -> None:
    text = listing({Column.PLACE: "Karangsono"}).replace(b",", b"\t")
    assert parse(text, "siskohat.xls").requests == parse(text, "siskohat.txt").requests


@pytest.mark.parametrize(
    ("begin", "code"),
    [
        ("<table border=1><tr><td>", FindingCode.WEB_PAGE),
        ("\ufeff\r\n  <!DOCTYPE html>", FindingCode.WEB_PAGE),
        ('<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', FindingCode.WEB_PAGE),
        ("MIME-Version: 1.0\r\n", FindingCode.WEB_PAGE),
        (
            "\x09\x08\x08\x00\x00\x00\x10\x00\x00\x00\x00\x00",
            FindingCode.UNSUPPORTED_TYPE,
        ),  # records in no file of theirs
    ],
)
def test_what_systems_export_under_the_name_of_excel_is_refused_for_what_it_is(begin: str, code: FindingCode) -> None:
    assert codes(begin.encode() + listing({}), "daftar.xls") == {code}


def test_excels_own_delimiter_line_is_believed_and_counts_as_a_row() -> None:
    text = "sep=|\r\n" + listing({Column.PLACE: "Karangsono"}).decode().replace(",", "|")
    assert len(parse(text.encode()).requests) == 1


def test_headers_are_recognised_in_the_words_people_use() -> None:
    text = listing().decode()
    for label, written in {
        "NIK": "No. KTP *",
        "Tanggal Lahir": "TGL LAHIR (hh-bb-tttt)",
        "Jenis Kelamin": "L/P",
        "No HP": "No. HP/WA",
        "Jenis Paspor": "baru/ganti",
    }.items():
        assert f",{label}," in text
        text = text.replace(f",{label},", f",{written},", 1)
    assert parse(text.encode()).requests == parse(listing()).requests


def test_what_is_said_about_a_letter_may_stand_in_its_first_row_only() -> None:
    first_only = dict.fromkeys(column for column in Column if column.value in _ABOUT_LETTER)
    requests = parse(
        listing({}, first_only, {Column.REFERENCE: "B-13/2026"}, first_only | {Column.REFERENCE: "B-12/2026"})
    ).requests
    assert [(r.external_reference, len(r.people)) for r in requests] == [("B-12/2026", 3), ("B-13/2026", 1)]


_ABOUT_LETTER = {
    "reference",
    "asker_kind",
    "asker_name",
    "contact_name",
    "contact_phone",
    "category",
    "visit_kind",
    "place",
}


def test_a_letter_may_be_described_above_its_list() -> None:
    about = [column for column in Column if column.value in _ABOUT_LETTER]
    people_only = listing({}, {}, without=about).decode()
    above = (
        "DAFTAR CALON JEMAAH,,\r\n,,\r\n"
        "Nomor Surat,:,B-12/2026\r\nJenis Lembaga: KBIHU\r\nNama Lembaga,KBIHU Cahaya Mina\r\n"
        "Penanggung Jawab,Hasan Basri\r\nHP Penanggung Jawab,:,086000000034\r\n"
        'Keperluan,Haji\r\nJenis Kunjungan,Bersama\r\nLokasi,"Ds. Karangsono, Kanigoro"\r\n'
    )
    assert parse((above + people_only).encode()).requests == parse(listing({}, {})).requests


def test_blank_rows_column_numbers_and_the_example_are_no_people() -> None:
    header, person = listing().decode().splitlines()
    numbers = ",".join(f"({n})" for n in range(1, 23))
    example = person.replace("B-12/2026,", ",").replace(",Siti", "Contoh,Siti")
    text = "\r\n".join([header, numbers, example, "", ",,,,", person, "", ""])
    (request,) = parse(text.encode()).requests
    assert len(request.people) == 1


def test_only_the_offices_register_states_when_a_letter_came() -> None:
    data = listing({Column.RECEIVED: "01-10-2026"})
    assert parse(data, is_office_register=True).requests[0].received_date == date(2026, 10, 1)
    from_outside = parse(data)
    assert from_outside.requests[0].received_date == date(2026, 11, 24)
    assert [w.code for w in from_outside.warnings] == [FindingCode.RECEIVED_DATE_IGNORED]


@pytest.mark.parametrize("phone", ["86000000017", "6286000000017", "86000000017.0"[:-2], "'086000000017"])
def test_phones_that_lost_their_zero_are_mended(phone: str) -> None:
    (request,) = parse(listing({Column.PHONE: phone})).requests
    assert request.people[0].phone == Secret("+6286000000017")


def test_one_phone_may_serve_several_people_and_some_have_none() -> None:
    (request,) = parse(listing({}, {}, {Column.PHONE: "-"}, {Column.PHONE: None})).requests
    assert [person.phone is None for person in request.people] == [False, False, True, True]


def test_a_file_of_exactly_the_largest_number_of_rows_is_taken() -> None:
    assert FindingCode.TOO_MANY_ROWS not in codes(listing({}, {}, {}), rules=FEW_ROWS)
    assert FindingCode.TOO_MANY_ROWS in codes(listing({}, {}, {}, {}), rules=FEW_ROWS)


def test_a_94_year_old_born_32_is_94() -> None:
    (request,) = parse(listing({Column.BIRTH_DATE: "05/03/32", Column.NIK: "3505074503329901"})).requests
    assert request.people[0].age_on(date(2026, 11, 24)) == 94


def test_the_same_bytes_give_the_same_answer() -> None:
    data = listing({Column.PASSPORT_CASE: "Rusak"}, {})
    assert parse(data) == parse(data)
