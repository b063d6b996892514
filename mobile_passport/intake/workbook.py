"""XLSX, ODS or old XLS into a grid: the one sheet that holds a list, with formulas and error cells marked as such."""

import re
from collections.abc import Callable
from posixpath import normpath
from typing import Any
from xml.parsers import expat

from mobile_passport.intake.archive import CheckedArchive, open_archive
from mobile_passport.intake.compound import COMPOUND_MAGIC
from mobile_passport.intake.findings import Finding, FindingCode, finding, refuse
from mobile_passport.intake.grid import Broken, Grid
from mobile_passport.intake.header import find_header
from mobile_passport.intake.old_workbook import read_old_workbook
from mobile_passport.intake.opendocument import read_opendocument
from mobile_passport.intake.rules import FileLimits
from mobile_passport.intake.sheets import Position, SheetFacts, check_extent, read_sheets

_FILLINGS = frozenset({"v", "is", "f"})
_OWN_SHEETS = frozenset({"petunjuk", "pilihan"})
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_NAMESPACE_END = "}"
_ODF_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF_RELATION_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


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
    return _one_list(read_old_workbook(data, limits) if data.startswith(COMPOUND_MAGIC) else _unpack(data, limits))


def _unpack(data: bytes, limits: FileLimits) -> list[Grid]:
    archive = open_archive(data, limits)
    return read_opendocument(archive, limits) if archive.is_opendocument else _read_xlsx(archive, limits)


def _read_xlsx(archive: CheckedArchive, limits: FileLimits) -> list[Grid]:
    names, counts_from_1904 = _sheets(archive)
    sheets = [(name, _scan(archive.parts[part], limits) if part else None) for name, part in names]
    return read_sheets(archive.repacked(), sheets, limits, counts_from_1904=counts_from_1904)


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


def _scan(content: bytes, limits: FileLimits) -> SheetFacts:
    """Find formulas and error cells in a sheet, and refuse one whose filled cells lie too far out.

    The reader gives a formula's last result as if somebody had typed it.
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
            check_extent(height, width, limits)
            if tag == "f":
                broken[row, column] = Broken.FORMULA
            elif is_error:
                broken.setdefault((row, column), Broken.EXCEL_ERROR)

    try:
        _each_element(content, on_element)
    except ValueError as error:
        raise refuse(FindingCode.BROKEN_FILE) from error
    return SheetFacts(broken=broken, height=height, width=width)


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
