"""An old .xls, written by a program that knows nothing of the reader, reads like the XLSX of the same list."""

from dataclasses import replace
from datetime import date, datetime

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.intake.biff import Kind, read_shared_texts
from mobile_passport.intake.columns import Column
from mobile_passport.intake.findings import FindingCode, RefusedFile
from mobile_passport.intake.grid import Broken
from mobile_passport.intake.old_workbook import read_old_workbook
from tests.mobile_passport.intake.hostile_old_workbooks import (
    cell_at,
    entry_of,
    in_short_sectors,
    linked,
    number_at,
    patched,
    retyped,
    small,
    table_of,
)
from tests.mobile_passport.intake.lists import RULES, Row, codes, findings, old_workbook, parse, saved, workbook

BORN = datetime(1958, 3, 5)  # noqa: DTZ001  # a spreadsheet's day has no zone


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {Column.NAME: "Nur Sa’adah", Column.NEEDS: "Kursi Roda", Column.PLACE: "Ds. Karangsono — Kanigoro"},
        {Column.BIRTH_DATE: BORN, Column.PHONE: 86000000017.0, Column.CARER: True, Column.PARTY: "A"},
        {Column.BIRTH_DATE: BORN.replace(hour=7)},
        {Column.BIRTH_DATE: 21249.0},
        {Column.PHONE: 8.6e10 + 17, Column.PARTY: 7.0},
    ],
)
def test_cells_of_every_kind_read_like_those_of_the_workbook_of_today(changes: Row) -> None:
    assert parse(old_workbook(changes), "a.xls").requests == parse(workbook(changes), "a.xlsx").requests


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({Column.NIK: 3505074503589901.0}, FindingCode.DAMAGED_NUMBER),
        ({Column.NIK: 350507450358990.0}, FindingCode.NIK_NOT_16_DIGITS),
        ({Column.NIK: '="3505074503589901"'}, FindingCode.FORMULA),
        ({Column.NAME: "=1/0"}, FindingCode.FORMULA),
        ({Column.NAME: BORN}, FindingCode.TURNED_INTO_DATE),
        ({Column.PHONE: 1e15}, FindingCode.DAMAGED_NUMBER),
        ({Column.PHONE: float("inf")}, FindingCode.EXCEL_ERROR),
        ({Column.BIRTH_DATE: 1958.0}, FindingCode.DATE_UNREADABLE),
        ({Column.BIRTH_DATE: datetime(2032, 3, 5)}, FindingCode.BIRTH_DATE_IN_FUTURE),  # noqa: DTZ001
    ],
)
def test_a_cell_that_cannot_be_trusted_is_named_by_row_and_column(cells: Row, code: FindingCode) -> None:
    (column,) = cells
    with pytest.raises(RefusedFile) as refused:
        parse(old_workbook({}, cells), "a.xls")
    at = [finding.cell for finding in refused.value.findings if finding.code is code]
    assert at == [f"{chr(ord('A') + list(Column).index(column))}3"]


def test_an_error_is_no_answer_and_neither_is_a_blank_cell() -> None:
    book = xlwt.Workbook()
    row = book.add_sheet("Daftar").row(0)
    row.set_cell_error(0, 0x2A)  # #N/A
    row.set_cell_boolean(1, False)
    row.set_cell_blank(2)
    (grid,) = read_old_workbook(saved(book), RULES.files)
    assert grid.rows == ((Broken.EXCEL_ERROR, False),)


def test_an_old_workbook_that_counts_from_1904_is_read_by_its_dates_but_not_by_bare_numbers() -> None:
    (request,) = parse(old_workbook({Column.BIRTH_DATE: BORN}, date_1904=True), "a.xls").requests
    assert request.people[0].birth_date == date(1958, 3, 5)
    assert codes(old_workbook({Column.BIRTH_DATE: 21249.0}, date_1904=True), "a.xls") == {FindingCode.DATE_UNREADABLE}


def test_sheets_are_told_apart_as_in_the_workbook_of_today() -> None:
    assert codes(old_workbook(sheets=("A", "B")), "a.xls") == {FindingCode.SEVERAL_TABLES}
    (ignored,) = findings(old_workbook(remarks="Jumlah: 1"), "a.xls")
    assert (ignored.code, "Rekap" in ignored.problem) == (FindingCode.IGNORED_SHEET, True)


def test_no_more_sheets_are_read_than_an_archive_may_have_members() -> None:
    few = replace(RULES, files=replace(RULES.files, maximum_members=3))
    assert codes(cell_at(0, 0, sheets=3), "a.xls", rules=few) == {FindingCode.NO_HEADER}
    assert codes(cell_at(0, 0, sheets=4), "a.xls", rules=few) == {FindingCode.TOO_MANY_MEMBERS}


def test_a_hidden_list_is_no_less_a_list_and_a_merged_title_stays_above_it() -> None:
    book = xlwt.Workbook()
    for name in ("Tampak", "Tersembunyi"):
        sheet = book.add_sheet(name)
        sheet.write_merge(0, 1, 0, 4, "DAFTAR JEMAAH")
        for index, label in enumerate(("Nama", "NIK", "Tgl Lahir", "L/P", "Jenis Paspor")):
            sheet.write(3, index, label)
    sheet.visibility = 1
    assert codes(saved(book), "a.xls") == {FindingCode.SEVERAL_TABLES}
    (grid, _) = read_old_workbook(saved(book), RULES.files)
    assert grid.rows == (("DAFTAR JEMAAH",), (), (), ("Nama", "NIK", "Tgl Lahir", "L/P", "Jenis Paspor"))


def test_texts_that_go_on_in_the_next_record_stay_whole() -> None:
    """Records hold 8,224 bytes: hundreds of texts, and single ones much longer than that, packed and wide."""
    texts = [*(f"Ny. Sri Wahyuni ke-{n} {'Ω' * (n % 3)}" for n in range(900)), "a" * 20_000, "Ω" * 20_000, "🕌" * 9_000]
    book = xlwt.Workbook()
    sheet = book.add_sheet("Daftar")
    for row, text in enumerate(texts):
        sheet.write(row, 0, text)
    sheet.write_rich_text(len(texts), 0, [("Siti ", xlwt.easyfont("bold on")), "Aminah", (" Ω", xlwt.Font())])
    sheet.write(len(texts) + 1, 0, "the text after")
    (grid,) = read_old_workbook(saved(book), RULES.files)
    assert [cell for (cell,) in grid.rows] == [*texts, "Siti Aminah Ω", "the text after"]


def test_phonetics_and_formatting_of_a_text_are_passed_over_across_records() -> None:
    """One text of 2 characters, 1 run of 4 bytes, 6 bytes of phonetics, all cut apart; then a plain one."""
    first = bytes.fromhex("02000000 02000000 0200 0c 0100 06000000 41")
    following = [bytes.fromhex("01 4203 00000000"), bytes.fromhex("000000000000"), bytes.fromhex("0100 00 43")]
    assert read_shared_texts([first, *following]) == ["A\u0342", "C"]


@pytest.mark.parametrize(
    ("number_format", "is_date"),
    [
        ("m/d/yy", True),
        ("[$-421]dd mmmm yyyy;@", True),
        ("General", False),
        ("0.00", False),
        ('#,##0 "hari"', False),
        (r"0 \d", False),
        ("[Red]0;[Red]-0", False),
        ("h:mm:ss", False),
    ],
)
def test_a_number_is_a_date_where_its_format_shows_one(number_format: str, is_date: bool) -> None:
    book = xlwt.Workbook()
    book.add_sheet("Daftar").write(0, 0, 21249, xlwt.easyxf(num_format_str=number_format))
    (grid,) = read_old_workbook(saved(book), RULES.files)
    assert grid.rows == ((date(1958, 3, 5) if is_date else 21249.0,),)


CELLS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=40)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.lists(CELLS, max_size=8), min_size=1, max_size=8))
def test_what_was_written_is_what_is_read(rows: list[list[object]]) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Daftar")
    for at, row in enumerate(rows):
        for index, value in enumerate(row):
            sheet.write(at, index, value)
    (grid,) = read_old_workbook(saved(book), RULES.files)
    infinite = (float("inf"), float("-inf"))
    for at, row in enumerate(rows):
        read = grid.rows[at] if at < len(grid.rows) else ()
        expected = [None if value == "" else Broken.EXCEL_ERROR if value in infinite else value for value in row]
        assert [*read, *[None] * (len(row) - len(read))] == expected


def test_a_small_stream_is_read_from_where_small_ones_are_kept() -> None:
    (grid,) = read_old_workbook(in_short_sectors(small()), RULES.files)
    assert grid.rows == (("Nama",),)


def test_a_reference_to_another_sheet_is_a_formula_and_no_link_to_elsewhere() -> None:
    _, grid = read_old_workbook(linked(), RULES.files)
    assert grid.rows == ((Broken.FORMULA,),)


def test_a_last_sector_that_is_not_filled_up_is_enough() -> None:
    """The stream's last sector is moved to the end of the file, and lacks there what its size leaves out."""
    whole = old_workbook(*[{}] * 60)
    table, size = table_of(whole), entry_of(whole, 1) + 120
    last, added = number_at(whole, size) // 512 - 1, len(whole) // 512 - 1
    data = patched(patched(whole, table + (last - 1) * 4, added), table + added * 4, 0xFFFFFFFE)
    data = patched(data, size, number_at(whole, size) - 40) + whole[(last + 1) * 512 : (last + 2) * 512 - 40]
    assert parse(data, "a.xls") == parse(whole, "a.xls")
    assert codes(data[:-1], "a.xls") == {FindingCode.BROKEN_FILE}


def test_a_chart_inside_a_sheet_is_passed_over() -> None:
    """Cells above and below a number are made the beginning and the end of the chart."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Daftar")
    for row, value in enumerate((True, 0.123456789, xlwt.Formula("1+1"), "below")):
        sheet.write(row, 0, value)
    data = retyped(retyped(saved(book), Kind.BOOL_ERR, Kind.BOF), Kind.FORMULA, Kind.EOF)
    (grid,) = read_old_workbook(data, RULES.files)
    assert grid.rows == ((), (), (), ("below",))


def test_how_many_sectors_the_header_states_is_not_believed() -> None:
    data = patched(patched(old_workbook({}), 44, 0xFFFFFFFF), 64, 0xFFFFFFFF, 0, 0xFFFFFFFF)
    assert parse(data, "a.xls").requests == parse(old_workbook({}), "a.xls").requests
