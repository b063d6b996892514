"""XLSX into a grid: the one sheet that holds a list, with formulas and error cells marked as such."""

import io
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from posixpath import normpath
from typing import Any
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from mobile_passport.intake.archive import CheckedArchive, open_archive
from mobile_passport.intake.findings import Finding, FindingCode, finding, refuse
from mobile_passport.intake.grid import Broken, Cell, Grid
from mobile_passport.intake.header import find_header
from mobile_passport.intake.rules import FileLimits

_ROWS_BESIDE_PEOPLE = 1_000  # letterhead, blank rows, signatures
_SHEETS_IN_FULL = 3  # cells in memory at once, as a multiple of the largest sheet allowed
_FILLINGS = frozenset({"v", "is", "f"})
_OWN_SHEETS = frozenset({"petunjuk", "pilihan"})
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_NAMESPACE_END = "}"
_ODF_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF_RELATION_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"

type Position = tuple[int, int]
"""Row and column, both from 0."""


def read_workbook(data: bytes, limits: FileLimits) -> tuple[Grid, tuple[Finding, ...]]:
    """Read the sheet of a workbook that holds a list of people.

    Returns
    -------
    tuple
        The grid, and a warning for every other sheet with content.

    Raises
    ------
    RefusedFile
        I103 to I109, I113, I201, I205 or I207.
    """
    archive = open_archive(data, limits)
    names, counts_from_1904 = _sheets(archive)
    facts = [_scan(archive.parts[part], limits) if part else None for _, part in names]
    if sum(fact.height * fact.width for fact in facts if fact) > _SHEETS_IN_FULL * _largest_sheet(limits):
        raise refuse(FindingCode.UNPACKS_TOO_LARGE)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(archive.repacked()))
        if workbook.sheet_names != [name for name, _ in names]:
            raise refuse(FindingCode.BROKEN_FILE)
        grids = [
            _grid(workbook, index, name, fact.broken, counts_from_1904=counts_from_1904)
            for index, ((name, _), fact) in enumerate(zip(names, facts, strict=True))
            if fact
        ]
    except (CalamineError, ValueError, OverflowError) as error:
        raise refuse(FindingCode.BROKEN_FILE) from error
    return _one_list(grids)


def _largest_sheet(limits: FileLimits) -> int:
    return (limits.maximum_rows + _ROWS_BESIDE_PEOPLE) * limits.maximum_columns


def _one_list(grids: list[Grid]) -> tuple[Grid, tuple[Finding, ...]]:
    lists = [grid for grid in grids if find_header(grid) is not None]
    if not lists:
        raise refuse(FindingCode.NO_HEADER)
    if len(lists) > 1:
        raise refuse(FindingCode.SEVERAL_TABLES, sheets=", ".join(str(grid.sheet)[:31] for grid in lists))
    others = tuple(
        finding(FindingCode.IGNORED_SHEET, details={"sheet": str(grid.sheet)[:31]})
        for grid in grids
        if grid is not lists[0] and str(grid.sheet).casefold() not in _OWN_SHEETS and any(map(any, grid.rows))
    )
    return lists[0], others


def _grid(
    workbook: CalamineWorkbook, index: int, name: str, broken: dict[Position, Broken], *, counts_from_1904: bool
) -> Grid:
    values = workbook.get_sheet_by_index(index).to_python(skip_empty_area=False)
    height = max([len(values), *(row + 1 for row, _ in broken)])
    rows: list[list[Cell]] = [
        [_cell(value) for value in values[at]] if at < len(values) else [] for at in range(height)
    ]
    for (row, column), mark in broken.items():
        cells = rows[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = mark
    return Grid(sheet=name, rows=tuple(map(tuple, rows)), counts_days_from_1904=counts_from_1904)


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value or None
    if isinstance(value, float):
        return value if math.isfinite(value) else Broken.EXCEL_ERROR
    if isinstance(value, int):  # bool
        return bool(value)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else str(value)


def _sheets(archive: CheckedArchive) -> tuple[list[tuple[str, str | None]], bool]:
    """Name the sheets in order, each with its part (``None`` for charts), and tell the date system."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str | None]] = []
    counts_from_1904 = False

    def on_relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")
            targets[attributes.get("Id", "")] = path

    def on_workbook(tag: str, attributes: dict[str, str]) -> None:
        nonlocal counts_from_1904
        if tag == "workbookPr":
            counts_from_1904 = attributes.get("date1904", "0") in {"1", "true"}
        elif tag == "sheet":
            relation = attributes.get(f"{_ODF_RELATION}}}id") or attributes.get(f"{_ODF_RELATION_STRICT}}}id", "")
            sheets.append((attributes.get("name", ""), targets.get(relation)))

    _each_element(archive.parts.get("xl/_rels/workbook.xml.rels", b"<none/>"), on_relation)
    _each_element(archive.parts["xl/workbook.xml"], on_workbook)
    if any(part is not None and part not in archive.parts for _, part in sheets):
        raise refuse(FindingCode.BROKEN_FILE)
    return sheets, counts_from_1904


@dataclass(frozen=True, slots=True, kw_only=True)
class _SheetFacts:
    """What the reader does not tell: cells without a usable value, and the rectangle of the filled cells."""

    broken: dict[Position, Broken]
    height: int
    width: int


def _scan(content: bytes, limits: FileLimits) -> _SheetFacts:
    """Find formulas and error cells in a sheet, and refuse one whose filled cells lie too far out.

    The reader spreads a sheet out over the rectangle of its filled cells, so one cell in the far corner would cost
    gigabytes; and it gives a formula's last result as if somebody had typed it.
    """
    broken: dict[Position, Broken] = {}
    row, column, is_error = -1, -1, False
    height, width = 0, 0

    def on_element(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, is_error, height, width
        if tag == "c":
            row, column = _position(attributes.get("r"), row, column)
            is_error = attributes.get("t") == "e"
        elif tag == "row":
            row, column = int(attributes.get("r", row + 2)) - 1, -1
        elif tag in _FILLINGS:
            height, width = max(height, row + 1), max(width, column + 1)
            _check_extent(height, width, limits)
            if tag == "f":
                broken[row, column] = Broken.FORMULA
            elif is_error:
                broken.setdefault((row, column), Broken.EXCEL_ERROR)

    try:
        _each_element(content, on_element)
    except ValueError as error:
        raise refuse(FindingCode.BROKEN_FILE) from error
    return _SheetFacts(broken=broken, height=height, width=width)


def _check_extent(height: int, width: int, limits: FileLimits) -> None:
    if height > limits.maximum_rows + _ROWS_BESIDE_PEOPLE:
        raise refuse(FindingCode.TOO_MANY_ROWS, limit=limits.maximum_rows)
    if width > limits.maximum_columns:
        raise refuse(FindingCode.TOO_WIDE, limit=limits.maximum_columns)


def _position(address: str | None, row: int, column: int) -> Position:
    if address is None:
        return row, column + 1
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise refuse(FindingCode.BROKEN_FILE)
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, number - 1


def _each_element(content: bytes, handle: Callable[[str, dict[str, str]], None]) -> None:
    """Call back for every start tag, without its namespace."""

    def on_start(name: str, attributes: Any) -> None:
        handle(name.rpartition(_NAMESPACE_END)[2], attributes)

    parser = expat.ParserCreate("utf-8", namespace_separator=_NAMESPACE_END)
    parser.StartElementHandler = on_start
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise refuse(FindingCode.BROKEN_FILE) from error
