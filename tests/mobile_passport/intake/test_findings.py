"""Every code of the catalogue is provoked by a file, and says where, what and what to do; nobody is given away."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest

from mobile_passport.intake.columns import Column
from mobile_passport.intake.findings import FindingCode, RefusedFile, Severity
from tests.mobile_passport.intake.hostile_old_workbooks import HOSTILE_OLD
from tests.mobile_passport.intake.lists import PERSON, Row, codes, findings, listing, parse, workbook

C = FindingCode

CELL_CASES: list[tuple[FindingCode, Row, str]] = [
    (C.EMPTY, {Column.NAME: None}, "no name"),
    (C.EMPTY, {Column.NAME: "-"}, "a dash is nothing"),
    (C.EMPTY, {Column.PLACE: " "}, "no place"),
    (C.FORMULA, {Column.NAME: "=1+1"}, "formula"),
    (C.FORMULA, {Column.NAME: "'=1+1"}, "formula behind an apostrophe"),
    (C.FORMULA, {Column.PLACE: "@SUM(A1)"}, "formula with @"),
    (C.FORMULA, {Column.PARTY: "+A"}, "formula with +"),
    (C.FORMULA, {Column.ASKER_NAME: "＝1+1"}, "full-width sign"),
    (C.FORMULA, {Column.NIK: '="3505074503589901"'}, "the formula trick that keeps zeros"),
    (C.FORMULA, {Column.PHONE: "-086000000017"}, "formula with -"),
    (C.FORMULA, {Column.BIRTH_DATE: "=TODAY()"}, "formula in a date"),
    (C.DAMAGED_NUMBER, {Column.NIK: "3,50507E+15"}, "scientific, Indonesian comma"),
    (C.DAMAGED_NUMBER, {Column.NIK: "3.50507450358990e15"}, "scientific, point"),
    (C.DAMAGED_NUMBER, {Column.NIK: "3505074503589900.0"}, "a number's text"),
    (C.DAMAGED_NUMBER, {Column.PHONE: "8,6E+10"}, "scientific phone"),
    (C.NIK_NOT_16_DIGITS, {Column.NIK: "350507450358990"}, "15 digits"),
    (C.NIK_NOT_16_DIGITS, {Column.NIK: "belum ada"}, "words"),
    (C.NIK_NOT_16_DIGITS, {Column.NIK: "belum terbit 2026"}, "words and a year"),
    (C.NIK_HAS_LETTER, {Column.NIK: "35050745O3589901"}, "the letter O"),
    (C.NIK_DATE_IMPOSSIBLE, {Column.NIK: "3505074513589901"}, "month 13"),
    (C.NIK_SERIAL_ZERO, {Column.NIK: "3505074503580000"}, "rounded by Excel"),
    (C.DATE_UNREADABLE, {Column.BIRTH_DATE: "03/25/1958"}, "American order"),
    (C.DATE_UNREADABLE, {Column.BIRTH_DATE: "1958"}, "a year only"),
    (C.DATE_UNREADABLE, {Column.DEADLINE: "segera"}, "words"),
    (C.DATE_CENTURY, {Column.BIRTH_DATE: "05-03-26"}, "1926 or 2026"),
    (C.BIRTH_DATE_IN_FUTURE, {Column.BIRTH_DATE: "05-03-2032"}, "what Excel makes of 32"),
    (C.BIRTH_DATE_TOO_EARLY, {Column.BIRTH_DATE: "05-03-1908"}, "118 years"),
    (C.PHONE_NOT_A_NUMBER, {Column.PHONE: "tidak punya"}, "words"),
    (C.PHONE_FOREIGN, {Column.PHONE: "+966500000000"}, "Saudi number"),
    (C.PHONE_LANDLINE, {Column.CONTACT_PHONE: "0342-000001"}, "contact without SMS"),
    (C.PHONE_INVALID, {Column.PHONE: "0812345"}, "too short"),
    (C.PHONE_INVALID, {Column.PHONE: "086000000017/086000000034"}, "two numbers"),
    (C.UNKNOWN_WORD, {Column.SEX: "X"}, "neither"),
    (C.UNKNOWN_WORD, {Column.PASSPORT_CASE: "Umrah"}, "wrong column"),
    (C.UNKNOWN_WORD, {Column.NEEDS: "stroke"}, "an illness is no need"),
    (C.UNKNOWN_WORD, {Column.CARER: "mungkin"}, "neither yes nor no"),
    (C.UNKNOWN_WORD, {Column.CATEGORY: "Liburan"}, "no category"),
    (C.NAME_UNLIKELY, {Column.NAME: "Siti 2"}, "a digit"),
    (C.NAME_UNLIKELY, {Column.CONTACT_NAME: "Hasan <b>"}, "markup"),
    (C.TEXT_TOO_LONG, {Column.PLACE: "x" * 201}, "longer than a place"),
    (C.TEXT_TOO_LONG, {Column.NAME: "Siti " * 30}, "longer than a name"),
    (C.UNREADABLE_CHARACTER, {Column.NAME: "Siti Am\ufffdnah"}, "lost in conversion"),
    (C.UNREADABLE_CHARACTER, {Column.PLACE: "Karang\x07sono"}, "control character"),
    (C.DATE_PAST, {Column.WISHED: "05-01-2026"}, "last year"),
    (C.DATE_TOO_FAR, {Column.DEADLINE: "05-01-2072"}, "slip of the keyboard"),
    (C.WISHES_UNREADABLE, {Column.WISHED: "minggu kedua desember"}, "words"),
    (C.RANGE_UNUSABLE, {Column.WISHED: "14 s.d. 12 Januari 2027"}, "backwards"),
    (C.NIK_OTHER_BIRTH_DATE, {Column.BIRTH_DATE: "06-03-1958"}, "a day apart"),
    (C.NIK_OTHER_SEX, {Column.SEX: "L"}, "man with a woman's NIK"),
    (C.NIK_OTHER_REGION, {Column.NIK: "3171074503589901"}, "born in Jakarta"),
    (C.ROUTED_TO_OFFICE, {Column.PASSPORT_CASE: "Hilang"}, "lost passport"),
    (C.BEDRIDDEN_IN_COLLECTIVE, {Column.NEEDS: "Terbaring"}, "cannot come"),
    (C.CHILD_UNLIKELY, {Column.BIRTH_DATE: "05-03-2018", Column.NIK: "3505074503189901"}, "1918?"),
    (C.PERSON_LANDLINE, {Column.PHONE: "0342-000001"}, "no SMS, but not refused"),
    (C.CARER_WITHOUT_PARTY, {Column.CARER: "Ya"}, "whose carer?"),
]


@pytest.mark.parametrize(("code", "change", "reason"), CELL_CASES)
def test_a_bad_cell_is_named_by_its_code(code: FindingCode, change: Row, reason: str) -> None:
    assert code in codes(listing(change)), reason


def test_a_letter_in_a_nik_is_named_with_its_place() -> None:
    (found,) = findings(listing({Column.NIK: "3505 0745 O358 9901"}))
    assert found.problem == "Karakter ke-9 dalam NIK ini “O”, bukan angka."


def test_the_untouched_row_has_nothing_to_remark() -> None:
    assert codes(listing({})) == set()


FILE_CASES: dict[FindingCode, Callable[[], tuple[bytes, str]]] = {
    C.FILE_TOO_LARGE: lambda: (listing() + b"x" * 5_300_000, "daftar.csv"),
    C.FILE_EMPTY: lambda: (b" \r\n", "daftar.csv"),
    C.UNSUPPORTED_TYPE: lambda: (listing(), "daftar.pdf"),
    C.BROKEN_FILE: lambda: (workbook()[:-500], "daftar.xlsx"),
    C.ENCRYPTED: lambda: (HOSTILE_OLD["XLSX with a password"][0](), "daftar.xlsx"),
    C.UNPACKS_TOO_LARGE: lambda: (_with_member(workbook(), "xl/media/image1.png", bytes(3_000_000)), "a.xlsx"),
    C.TOO_MANY_MEMBERS: lambda: (_with_members(workbook(), 2_001), "a.xlsx"),
    C.ACTIVE_CONTENT: lambda: (_with_member(workbook(), "xl/vbaProject.bin", b"x"), "a.xlsx"),
    C.XML_DOCTYPE: lambda: (
        _with_member(workbook(), "xl/extra.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        "a.xlsx",
    ),
    C.UNREADABLE_TEXT: lambda: (b"Nama;NIK;\x81\x8d\x00", "a.csv"),
    C.BROKEN_QUOTES: lambda: (listing() + b'"abc"x\r\n', "a.csv"),
    C.GUESSED_ENCODING: lambda: (listing({Column.NAME: "Sa’adah"}).decode().encode("cp1252"), "a.csv"),
    C.WEB_PAGE: lambda: (b"<html><table><tr><td>Nama</td><td>NIK</td></tr></table></html>", "daftar.xls"),
    C.TOO_WIDE: lambda: (listing(also=["x"] * 60), "a.csv"),
    C.NO_HEADER: lambda: (b"satu,dua\r\ntiga,empat\r\n", "a.csv"),
    C.MISSING_COLUMN: lambda: (listing(without=[Column.NIK]), "a.csv"),
    C.DUPLICATE_COLUMN: lambda: (listing(also=["No KTP"]), "a.csv"),
    C.UNKNOWN_COLUMN: lambda: (listing(also=["Keterangan"]), "a.csv"),
    C.TOO_MANY_ROWS: lambda: (listing() + b"B-12/2026,,x\r\n" * 5_000, "a.csv"),
    C.NO_PEOPLE: lambda: (listing().splitlines()[0], "a.csv"),
    C.SEVERAL_TABLES: lambda: (workbook(sheets=("A", "B")), "a.xlsx"),
    C.IGNORED_SHEET: lambda: (workbook(remarks="Jumlah: 1"), "a.xlsx"),
    C.NOT_A_PERSON_ROW: lambda: (listing() + b",,,,,,,,,,,,,Siti Aminah\r\n", "a.csv"),
    C.FOOT_NOT_READ: lambda: (listing() + b",,,,,,,,,,,,,Jumlah: 1\r\n", "a.csv"),
    C.REMARKS_NOT_READ: lambda: (
        listing(without=[Column.NEEDS], also=["Ket."]).rstrip() + b",lunas\r\n",
        "a.csv",
    ),
    C.RECEIVED_DATE_IGNORED: lambda: (listing({Column.RECEIVED: "01-10-2026"}), "a.csv"),
    C.NIK_DUPLICATE: lambda: (listing({}, {Column.NIK: PERSON[Column.NIK]}), "a.csv"),
    C.NIK_ALL_ROUNDED: lambda: (listing(*({Column.NIK: f"35050745035899{n}0"} for n in range(5))), "a.csv"),
    C.EXCEL_ERROR: lambda: (_with_error_cell(workbook()), "a.xlsx"),
    C.TURNED_INTO_DATE: lambda: (workbook({Column.REFERENCE: datetime(2026, 10, 1)}), "a.xlsx"),  # noqa: DTZ001
    C.NO_REFERENCE: lambda: (listing({Column.REFERENCE: None}), "a.csv"),
    C.CONFLICT: lambda: (listing({}, {Column.PLACE: "Ds. Jatinom"}), "a.csv"),
    C.RECEIVED_IN_FUTURE: lambda: (listing({Column.RECEIVED: "01-12-2026"}), "a.csv"),
}


@pytest.mark.parametrize("code", FILE_CASES)
def test_a_bad_file_is_named_by_its_code(code: FindingCode) -> None:
    data, filename = FILE_CASES[code]()
    assert code in codes(data, filename, is_office_register=code is C.RECEIVED_IN_FUTURE)


def test_every_code_of_the_catalogue_is_provoked_above() -> None:
    in_test_apart = {FindingCode.TOO_HARD_TO_READ}
    assert {code for code, _, _ in CELL_CASES} | set(FILE_CASES) | in_test_apart == set(FindingCode)


def test_warnings_do_not_refuse_and_errors_do() -> None:
    assert len(parse(listing({Column.PASSPORT_CASE: "Hilang"})).warnings) == 1
    with pytest.raises(RefusedFile) as refused:
        parse(listing({Column.PASSPORT_CASE: "Hilang"}, {Column.SEX: "X"}))
    assert {finding.severity for finding in refused.value.findings} == {Severity.ERROR, Severity.WARNING}


def test_all_problems_come_at_once_in_reading_order_each_with_its_cell() -> None:
    data = listing(
        {Column.SEX: "X", Column.CATEGORY: "Liburan"},
        {Column.CATEGORY: None, Column.NAME: None, Column.NIK: "12"},
        {Column.CATEGORY: None, Column.BIRTH_DATE: "kemarin"},
    )
    found = findings(data)
    assert [(f.code, f.row, f.cell, f.column) for f in found] == [
        (C.UNKNOWN_WORD, 2, "G2", "Keperluan"),
        (C.UNKNOWN_WORD, 2, "Q2", "Jenis Kelamin"),
        (C.EMPTY, 3, "N3", "Nama"),
        (C.NIK_NOT_16_DIGITS, 3, "O3", "NIK"),
        (C.DATE_UNREADABLE, 4, "P4", "Tanggal Lahir"),
    ]
    assert all(f.problem and f.action and f.severity is Severity.ERROR for f in found)


@pytest.mark.parametrize(("code", "change", "reason"), CELL_CASES)
def test_findings_give_nobody_away(code: FindingCode, change: Row, reason: str) -> None:
    found = findings(listing(change))
    text = repr(found) + str(RefusedFile(found))
    assert not re.search(r"[0-9]{6,}", text), reason
    for personal in ("Aminah", "Hasan", "stroke"):
        assert personal not in text


def _with_member(data: bytes, name: str, content: bytes) -> bytes:
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def _with_members(data: bytes, count: int) -> bytes:
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(count):
            archive.writestr(f"xl/media/{number}.png", b"")
    return buffer.getvalue()


def _with_error_cell(data: bytes) -> bytes:
    """Turn the name of the first person into ``#N/A``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content, count = re.subn(rb'(<c r="N2" t=)"s"><v>[0-9]+', rb'\1"e"><v>#N/A', content)
                assert count == 1
            target.writestr(name, content)
    return buffer.getvalue()
