import io
import re
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from mobile_passport.domain.secret import Secret
from mobile_passport.intake.columns import Column
from mobile_passport.intake.findings import FindingCode, RefusedFile
from tests.mobile_passport.intake.lists import (
    Row,
    Written,
    codes,
    listing,
    opendocument,
    opendocument_of,
    parse,
    workbook,
)

BORN = datetime(1958, 3, 5)  # noqa: DTZ001  # a spreadsheet's day has no zone


def test_text_cells_read_like_csv() -> None:
    assert parse(workbook({}, {}), "a.xlsx").requests == parse(listing({}, {})).requests


@pytest.mark.parametrize("written", [BORN, BORN.replace(hour=7), 21249.0, "05-03-1958"])
def test_dates_come_as_dates_day_numbers_or_text(written: Written) -> None:
    (request,) = parse(workbook({Column.BIRTH_DATE: written}), "a.xlsx").requests
    assert request.people[0].birth_date == date(1958, 3, 5)


def test_a_workbook_that_counts_from_1904_is_read_by_its_dates_but_not_by_bare_numbers() -> None:
    (request,) = parse(workbook({Column.BIRTH_DATE: BORN}, date_1904=True), "a.xlsx").requests
    assert request.people[0].birth_date == date(1958, 3, 5)
    bare = workbook({Column.BIRTH_DATE: 21249.0}, date_1904=True)
    assert codes(bare, "a.xlsx") == {FindingCode.DATE_UNREADABLE}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({Column.NIK: 3505074503589901.0}, FindingCode.DAMAGED_NUMBER),
        ({Column.NIK: 350507450358990.0}, FindingCode.NIK_NOT_16_DIGITS),
        ({Column.NIK: "=B1"}, FindingCode.FORMULA),
        ({Column.NAME: "=B1"}, FindingCode.FORMULA),
        ({Column.NAME: 7.0}, FindingCode.NAME_UNLIKELY),
        ({Column.NAME: BORN}, FindingCode.TURNED_INTO_DATE),
        ({Column.PHONE: 1e15}, FindingCode.DAMAGED_NUMBER),
        ({Column.BIRTH_DATE: 1958.0}, FindingCode.DATE_UNREADABLE),
        ({Column.BIRTH_DATE: datetime(2032, 3, 5)}, FindingCode.BIRTH_DATE_IN_FUTURE),  # noqa: DTZ001
        ({Column.BIRTH_DATE: datetime(2026, 3, 5)}, FindingCode.DATE_CENTURY),  # noqa: DTZ001
    ],
)
def test_typed_cells_that_cannot_be_trusted_are_refused(cells: Row, code: FindingCode) -> None:
    with pytest.raises(RefusedFile) as refused:
        parse(workbook(cells), "a.xlsx")
    assert code in {finding.code for finding in refused.value.findings}


def test_a_formula_is_refused_even_where_its_last_result_looks_right() -> None:
    with pytest.raises(RefusedFile) as refused:
        parse(workbook({Column.NIK: '="3505074503589901"'}), "a.xlsx")
    assert [(f.code, f.cell) for f in refused.value.findings] == [(FindingCode.FORMULA, "O2")]


def test_true_and_false_are_answers_but_no_names() -> None:
    carer: Row = {Column.PARTY: "A", Column.CARER: True}
    (request,) = parse(workbook(carer), "a.xlsx").requests
    assert request.people[0].is_carer
    assert codes(workbook({Column.CARER: "=TRUE()"}), "a.xlsx") == {FindingCode.FORMULA}
    (request,) = parse(workbook({Column.PARTY: True}), "a.xlsx").requests
    assert request.people[0].party == "TRUE"


def test_phones_that_became_numbers_are_mended() -> None:
    (request,) = parse(workbook({Column.PHONE: 86000000017.0}), "a.xlsx").requests
    assert request.people[0].phone == Secret("+6286000000017")


def test_rows_are_numbered_as_the_spreadsheet_numbers_them() -> None:
    """The list starts in C7: title, blank rows and a blank column stay counted."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Daftar")
        sheet.merge_range("C2:F2", "DAFTAR JEMAAH")
        for index, label in enumerate(("Nama", "NIK", "Tgl Lahir", "L/P", "Jenis Paspor")):
            sheet.write_string(6, 2 + index, label)
        sheet.write_string(7, 2, "Siti Aminah")
        sheet.write_string(7, 3, "123")
    with pytest.raises(RefusedFile) as refused:
        parse(buffer.getvalue(), "a.xlsx")
    assert {f.row for f in refused.value.findings} == {7}
    assert {f.code for f in refused.value.findings} == {FindingCode.MISSING_COLUMN}


def test_other_sheets_are_named_and_not_read() -> None:
    parsed = parse(workbook({}, remarks="Jumlah: 1"), "a.xlsx")
    assert parsed.requests == parse(workbook({}), "a.xlsx").requests
    assert [(w.code, "Rekap" in w.problem) for w in parsed.warnings] == [(FindingCode.IGNORED_SHEET, True)]


def test_an_opendocument_reads_like_the_workbook_it_is_saved_from() -> None:
    rows: list[Row] = [
        {Column.NEEDS: "Kursi Roda", Column.ASKER_NAME: "KUA & Co"},
        {
            Column.ASKER_NAME: "KUA & Co",
            Column.BIRTH_DATE: BORN,
            Column.PHONE: 86000000017.0,
            Column.CARER: True,
            Column.PARTY: "A",
        },
    ]
    assert parse(opendocument(*rows), "a.ods").requests == parse(workbook(*rows), "a.xlsx").requests


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('table:formula="of:=1" office:value-type="string"', FindingCode.FORMULA),
        ('calcext:value-type="error" office:value-type="string"', FindingCode.EXCEL_ERROR),
        ('office:value-type="float" office:value="NaN"', FindingCode.EXCEL_ERROR),
        ('office:value-type="float" office:value="3505074503589901"', FindingCode.DAMAGED_NUMBER),
    ],
)
def test_cells_of_an_opendocument_that_cannot_be_trusted_are_refused(cell: str, code: FindingCode) -> None:
    before = '<table:table-cell table:number-columns-repeated="14"/>'
    row = f"<table:table-row>{before}<table:table-cell {cell}><text:p>3505074503589901</text:p></table:table-cell>"
    with pytest.raises(RefusedFile) as refused:
        parse(opendocument(rows=f"{row}</table:table-row>"), "a.ods")
    assert [one.cell for one in refused.value.findings if one.code is code] == ["O3"]


def test_an_opendocument_that_counts_its_days_otherwise_is_not_believed() -> None:
    data = opendocument({Column.BIRTH_DATE: 21249.0})
    assert codes(data, "a.ods") == set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (sheet,) = re.findall("<table:table .*</table:table>", archive.read("content.xml").decode())
    settings = (
        '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    )
    assert codes(opendocument_of(settings + sheet), "a.ods") == {FindingCode.DATE_UNREADABLE}


def test_a_sheet_that_is_a_chart_is_passed_over() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        chart = book.add_chart({"type": "line"})
        book.add_worksheet("Rekap").write_column(0, 0, [1, 2, 3])
        chart.add_series({"values": "=Rekap!$A$1:$A$3"})
        book.add_chartsheet("Grafik").set_chart(chart)
    assert codes(buffer.getvalue(), "a.xlsx") == {FindingCode.NO_HEADER}
