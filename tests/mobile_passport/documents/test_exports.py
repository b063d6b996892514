"""No cell of any file that leaves the house is a formula, and what is read back says what was written."""

import csv
import io
import json

import openpyxl
import pytest

from mobile_passport.documents.exports import (
    GUARD,
    Table,
    guarded,
    printable,
    write_csv,
    write_geojson,
    write_json,
    write_xlsx,
)

PAYLOADS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(A1)",
    "﹦1+1",
    "﹢1+1",
    "﹣1+1",
    "﹫SUM(A1)",
    " =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "'=1+1",
    "''",
    '=HYPERLINK("http://example.org";"x")',
    "=cmd|' /C calc'!A0",
    'DDE("cmd";"/C calc";"x")',
    '"=1+1"',
    "a;=1+1",
    'a,"=1+1',
    "+6281234567890",
    "081234567890",
    "http://example.org",
    "_x003D_1+1",
    "\x1b[31m=1",
    "Desa Karangsono, Kec. Kanigoro",
    "",
)
DANGEROUS = tuple("=+-@\t\r\0＝＋－＠﹦﹢﹣﹫")
TABLE = Table(title="Uji", columns=("text", "number"), rows=tuple((text, 7) for text in PAYLOADS))
PROPERTIES = {"title": "=1+1", "author": "uji", "comments": "-"}


def test_no_csv_cell_begins_like_a_formula_and_all_say_what_was_written() -> None:
    rows = list(csv.reader(io.StringIO(write_csv(TABLE).decode("utf-8-sig"), newline="")))
    assert rows[0] == ["text", "number"]
    for cells, text in zip(rows[1:], PAYLOADS, strict=True):
        assert not cells[0].strip().startswith(DANGEROUS)
        assert cells[0].removeprefix(GUARD) == printable(text)


def test_no_xlsx_cell_is_a_formula_and_all_say_what_was_written() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(TABLE, properties=PROPERTIES))).active
    assert sheet
    for (text, number), wanted in zip(sheet.iter_rows(min_row=2), PAYLOADS, strict=True):
        assert number.value == 7
        assert text.data_type == "s"
        assert text.hyperlink is None
        assert not str(text.value or "").strip().startswith(DANGEROUS)
        assert str(text.value or "").removeprefix(GUARD) == printable(wanted)


def test_json_says_what_was_written_as_it_was() -> None:
    rows = json.loads(write_json(TABLE, properties=PROPERTIES))["rows"]
    assert tuple(row["text"] for row in rows) == PAYLOADS
    features = json.loads(write_geojson([(-8.1, 112.2, {"text": PAYLOADS[0]})], properties=PROPERTIES))["features"]
    assert features[0]["geometry"]["coordinates"] == [112.2, -8.1]
    assert features[0]["properties"] == {"text": PAYLOADS[0]}


@pytest.mark.parametrize("text", PAYLOADS)
def test_the_guard_is_taken_off_without_loss(text: str) -> None:
    assert guarded(text).removeprefix(GUARD) == printable(text)


def test_a_telephone_number_stays_a_text() -> None:
    table = Table(title="Uji", columns=("phone",), rows=(("+6281234567890",), ("081234567890",)))
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(table, properties=PROPERTIES))).active
    assert sheet
    assert [cell.value for (cell,) in sheet.iter_rows(min_row=2)] == ["'+6281234567890", "081234567890"]
    assert {cell.data_type for (cell,) in sheet.iter_rows(min_row=2)} == {"s"}
