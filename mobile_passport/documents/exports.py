"""Tables that leave the house: CSV, XLSX and JSON, with no cell that a spreadsheet would take for a formula.

A cell that begins like a formula, or like the mark against one, gets an apostrophe in front; whoever reads the file as
data takes one apostrophe off. XLSX cells are strings or numbers by type besides, and telephone numbers are text.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

type Cell = str | int | float | bool | date | datetime | None

GUARD = "'"
_SIGNS = "=+-@\t\r\n\0＝＋－＠﹦﹢﹣﹫"
_BREAKS = re.compile(r"\r\n?|\u2028|\u2029")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST_XLSX_TEXT = 32_767  # Microsoft, "Excel specifications and limits"
_WIDEST_COLUMN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What is exported.

    Attributes
    ----------
    title
        Of the sheet, at most 31 characters.
    rows
        As long as ``columns``; moments carry their zone.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def guarded(text: str) -> str:
    """Return a text as it may stand in a spreadsheet: line breaks unified, what XML cannot hold replaced, guarded."""
    plain = printable(text)
    first = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Zs"))[:1]
    return GUARD + plain if first and first in _SIGNS + GUARD else plain


def printable(text: str) -> str:
    """Return a text with one kind of line break and without characters that no XML holds."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub("\n", text))


def write_csv(table: Table) -> bytes:
    """Write CSV: UTF-8 with the mark that Excel needs, every cell in quotes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(map(guarded, table.columns))
    writer.writerows([_text(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(table: Table, *, properties: dict[str, str]) -> bytes:
    """Write a workbook with one sheet.

    Parameters
    ----------
    properties
        Of the document: title, author, comments.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        workbook.set_properties({name: guarded(value) for name, value in properties.items()})
        sheet = workbook.add_worksheet(table.title)
        bold = workbook.add_format({"bold": True})
        for index, column in enumerate(table.columns):
            sheet.write_string(0, index, guarded(column), bold)
        for number, row in enumerate(table.rows, start=1):
            for index, cell in enumerate(row):
                _write_cell(sheet, number, index, cell)
        for index, width in enumerate(_widths(table)):
            sheet.set_column(index, index, width)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def write_json(table: Table, *, properties: dict[str, str]) -> bytes:
    """Write JSON: rows as objects under ``rows``, beside the properties. Programs read it, so nothing is guarded."""
    rows = [dict(zip(table.columns, map(_json_cell, row), strict=True)) for row in table.rows]
    return json.dumps({**properties, "rows": rows}, ensure_ascii=False).encode()


def write_geojson(features: Sequence[tuple[float, float, dict[str, Cell]]], *, properties: dict[str, str]) -> bytes:
    """Write GeoJSON (RFC 7946).

    Parameters
    ----------
    features
        Latitude and longitude, WGS84 degrees, with what stands there.
    """
    collection = {
        "type": "FeatureCollection",
        **properties,
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": {name: _json_cell(cell) for name, cell in about.items()},
            }
            for lat, lon, about in features
        ],
    }
    return json.dumps(collection, ensure_ascii=False).encode()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ya" if cell else "tidak"
    if isinstance(cell, int | float):
        return repr(cell)
    return guarded(cell) if isinstance(cell, str) else cell.isoformat()


def _write_cell(sheet: Any, row: int, index: int, cell: Cell) -> None:
    if cell is None:
        return
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        sheet.write_number(row, index, cell)
    else:
        sheet.write_string(row, index, _text(cell)[:_LONGEST_XLSX_TEXT])


def _json_cell(cell: Cell) -> str | int | float | bool | None:
    return cell.isoformat() if isinstance(cell, date) else cell


def _widths(table: Table) -> list[int]:
    return [
        min(_WIDEST_COLUMN, 2 + max(len(_text(cell)) for cell in (column, *(row[index] for row in table.rows))))
        for index, column in enumerate(table.columns)
    ]
