import io

import openpyxl
import pytest

from mobile_passport.intake.columns import LAYOUT, PERSON_COLUMNS, REQUEST_COLUMNS, Column
from mobile_passport.intake.findings import FindingCode
from mobile_passport.intake.template import template_workbook
from tests.mobile_passport.intake.lists import LETTER, PERSON, codes, findings, parse


def filled(*, people: int = 1, letter: bool = True) -> bytes:
    """Type into the empty template as a clerk would, and save it with another program."""
    book = openpyxl.load_workbook(io.BytesIO(template_workbook()))
    sheet = book["Permohonan"]
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value}
    if letter:
        for column, value in LETTER.items():
            sheet.cell(rows[LAYOUT[column].label], 2, value)
    header = rows[LAYOUT[Column.NUMBER].label]
    for number in range(people):
        for index, column in enumerate(PERSON_COLUMNS, start=1):
            if column in PERSON:
                sheet.cell(header + 2 + number, index, PERSON[column])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_filled_template_is_read_without_remarks_and_without_its_example() -> None:
    parsed = parse(filled(), "templat.xlsx")
    assert parsed.warnings == ()
    (request,) = parsed.requests
    assert request.external_reference == "B-12/2026"
    assert len(request.people) == 1


def test_an_empty_template_asks_for_people() -> None:
    assert codes(template_workbook(), "templat.xlsx") == {FindingCode.NO_PEOPLE}


def test_a_template_without_its_letter_names_every_empty_field() -> None:
    found = findings(filled(letter=False), "templat.xlsx")
    assert {finding.code for finding in found} == {FindingCode.EMPTY}
    assert [finding.cell for finding in found] == [f"B{row}" for row in range(3, 11)]


@pytest.mark.parametrize("column", [Column.NIK, Column.PHONE, Column.BIRTH_DATE])
def test_numbers_that_excel_would_spoil_are_text_cells(column: Column) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template_workbook()))["Permohonan"]
    index = PERSON_COLUMNS.index(column) + 1
    header = next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == "No")
    assert all(sheet.cell(row, index).number_format == "@" for row in range(header + 1, header + 300))


def test_columns_of_fixed_words_offer_them_and_the_words_are_understood() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template_workbook()))["Permohonan"]
    offered = {str(rule.formula1).strip('"') for rule in sheet.data_validations.dataValidation}
    assert len(offered) == 6
    assert {"L,P", "Ya,Tidak", "Baru,Ganti,Hilang,Rusak,Ubah Data"} <= offered


def test_every_column_is_explained() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template_workbook(for_register=True)))["Petunjuk"]
    explained = {row[0].value: row[2].value for row in sheet.iter_rows(min_row=2)}
    assert set(explained) == {LAYOUT[column].label for column in (*REQUEST_COLUMNS, *PERSON_COLUMNS)}
    assert all(explained.values())


def test_only_the_registers_template_asks_for_the_day_of_receipt() -> None:
    for for_register in (False, True):
        sheet = openpyxl.load_workbook(io.BytesIO(template_workbook(for_register=for_register)))["Permohonan"]
        labels = {row[0].value for row in sheet.iter_rows(max_col=1)}
        assert ("Tanggal Diterima" in labels) is for_register


def test_equal_content_gives_equal_bytes() -> None:
    assert template_workbook() == template_workbook()
