"""Lists of people as bytes of CSV, XLSX, XLS and ODS, and the parser set up.

Each row is valid unless a test changes cells.
"""

import csv
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt

from mobile_passport.domain.eligibility import EligibilityRules
from mobile_passport.intake.columns import LAYOUT, Column
from mobile_passport.intake.findings import Finding, FindingCode, RefusedFile
from mobile_passport.intake.parse import ParsedFile, parse_file
from mobile_passport.intake.rules import IntakeRules
from mobile_passport.rules.loading import load_rules

type Written = str | bool | float | datetime | None
type Row = Mapping[Column, Written]

RULES = load_rules(IntakeRules, "intake", office="blitar")
FEW_ROWS = replace(RULES, files=replace(RULES.files, maximum_rows=3))
ELIGIBILITY = load_rules(EligibilityRules, "eligibility", office="blitar")
RECEIVED = date(2026, 11, 24)
LETTER: Row = {
    Column.REFERENCE: "B-12/2026",
    Column.ASKER_KIND: "KBIHU",
    Column.ASKER_NAME: "KBIHU Cahaya Mina",
    Column.CONTACT_NAME: "Hasan Basri",
    Column.CONTACT_PHONE: "086000000034",
    Column.CATEGORY: "Haji",
    Column.VISIT_KIND: "Bersama",
    Column.PLACE: "Ds. Karangsono, Kanigoro",
}
PERSON: Row = {
    Column.NAME: "Siti Nur Aminah",
    Column.NIK: "3505074503589901",
    Column.BIRTH_DATE: "05-03-1958",
    Column.SEX: "P",
    Column.PHONE: "086000000017",
    Column.PASSPORT_CASE: "Baru",
}


def parse(
    data: bytes, filename: str = "daftar.csv", *, rules: IntakeRules = RULES, is_office_register: bool = False
) -> ParsedFile:
    """Parse with the shipped rules of Kanim Blitar, on 24 November 2026."""
    return parse_file(
        data,
        filename,
        rules=rules,
        eligibility_rules=ELIGIBILITY,
        regency_codes=frozenset({"3504", "3505", "3572"}),
        received_date=RECEIVED,
        is_office_register=is_office_register,
    )


def findings(data: bytes, filename: str = "daftar.csv", **settings: Any) -> tuple[Finding, ...]:
    """Everything said about a file, refused or not."""
    try:
        return parse(data, filename, **settings).warnings
    except RefusedFile as refused:
        return refused.findings


def codes(data: bytes, filename: str = "daftar.csv", **settings: Any) -> set[FindingCode]:
    """The codes of everything said about a file."""
    return {finding.code for finding in findings(data, filename, **settings)}


def run_python(program: str, *arguments: str) -> str:
    """Run a program in a fresh interpreter with the same import path, and return what it prints."""
    path = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


def listing(*changes: Row, without: Iterable[Column] = (), also: Iterable[str] = ()) -> bytes:
    """Write CSV with a valid person a row; each row's changes replace cells, ``None`` empties one."""
    columns = [column for column in Column if column not in set(without)]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([*(LAYOUT[column].label for column in columns), *also])
    writer.writerows([row.get(column) for column in columns] for row in _rows(changes))
    return buffer.getvalue().encode()


def workbook(
    *changes: Row, sheets: tuple[str, ...] = ("Permohonan",), remarks: str = "", date_1904: bool = False
) -> bytes:
    """Write XLSX of the same kind; texts starting with ``=`` are formulas, numbers and dates are typed cells."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": date_1904}) as book:
        as_date = book.add_format({"num_format": "dd/mm/yyyy"})
        if remarks:
            book.add_worksheet("Rekap").write_string(0, 0, remarks)
        for name in sheets:
            sheet = book.add_worksheet(name)
            for index, column in enumerate(Column):
                sheet.write_string(0, index, LAYOUT[column].label)
                for at, row in enumerate(_rows(changes), start=1):
                    _write(sheet, at, index, row.get(column), as_date)
    return buffer.getvalue()


def old_workbook(
    *changes: Row, sheets: tuple[str, ...] = ("Permohonan",), remarks: str = "", date_1904: bool = False
) -> bytes:
    """Write XLS of the same kind as `workbook` does."""
    book = xlwt.Workbook()
    book.dates_1904 = date_1904
    as_date = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    if remarks:
        book.add_sheet("Rekap").write(0, 0, remarks)
    for name in sheets:
        sheet = book.add_sheet(name)
        for index, column in enumerate(Column):
            sheet.write(0, index, LAYOUT[column].label)
            for at, row in enumerate(_rows(changes), start=1):
                value = row.get(column)
                if isinstance(value, datetime):
                    sheet.write(at, index, value, as_date)
                elif isinstance(value, str) and value.startswith("="):
                    sheet.write(at, index, xlwt.Formula(value[1:]))
                elif value is not None:
                    sheet.write(at, index, value)
    return saved(book)


def saved(book: xlwt.Workbook) -> bytes:
    """Save an old workbook in memory."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def opendocument(*changes: Row, rows: str = "") -> bytes:
    """Write ODS of the same kind as LibreOffice does, with its empty rows and cells up to the edge of the sheet.

    Parameters
    ----------
    rows
        XML of more rows.
    """
    cells = [
        [LAYOUT[column].label for column in Column],
        *([row.get(column) for column in Column] for row in _rows(changes)),
    ]
    written = "".join(f"<table:table-row>{''.join(map(_cell, row))}{_TO_THE_EDGE}</table:table-row>" for row in cells)
    empty = f'<table:table-row table:number-rows-repeated="1048000">{_TO_THE_EDGE}</table:table-row>'
    sheet = f'<table:table table:name="Daftar">{written}{rows}{empty}</table:table>'
    return opendocument_of(sheet)


def opendocument_of(sheets: str, body: str = "spreadsheet", *, parts: Mapping[str, bytes] | None = None) -> bytes:
    """Pack sheets as an ODS, with more parts."""
    named = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {named} {calc}><office:body>'
        f"<office:{body}>{sheets}</office:{body}></office:body></office:document-content>"
    )
    whole = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in (whole | dict(parts or {})).items():
            archive.writestr(name, part)
    return buffer.getvalue()


_TO_THE_EDGE = '<table:table-cell table:number-columns-repeated="16000"/>'


def _cell(value: Written) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case bool():
            kind, shown = f'boolean" office:boolean-value="{str(value).lower()}', ""
        case float():
            kind, shown = f'float" office:value="{value:.0f}', "shown"
        case datetime():
            kind, shown = f'date" office:date-value="{value:%Y-%m-%d}', "shown"
        case str():
            kind, shown = "string", escape(value)
    formula = ' table:formula="of:=[.B1]"' if shown.startswith("=") else ""
    return f'<table:table-cell{formula} office:value-type="{kind}"><text:p>{shown}</text:p></table:table-cell>'


def _rows(changes: tuple[Row, ...]) -> list[Row]:
    given = changes or ({},)
    serials = (f"350507450358{9901 + at}" for at in range(len(given)))
    return [{**LETTER, **PERSON, Column.NIK: nik, **change} for nik, change in zip(serials, given, strict=True)]


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Written, as_date: object) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value, as_date)
    elif isinstance(value, float):
        sheet.write_number(row, column, value)
    elif value is not None and value.startswith("="):
        sheet.write_formula(row, column, value, None, "3505074503589901")
    elif value is not None:
        sheet.write_string(row, column, value)
