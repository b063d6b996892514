"""The sheets of a workbook into grids, once its XML has told how far they reach and which cells to distrust."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook

from mobile_passport.intake.findings import FindingCode, refuse
from mobile_passport.intake.grid import Broken, Cell, Grid
from mobile_passport.intake.rules import FileLimits

_ROWS_BESIDE_PEOPLE = 1_000  # letterhead, blank rows, signatures
_SHEETS_IN_FULL = 3  # cells in memory at once, as a multiple of the largest sheet allowed

type Position = tuple[int, int]
"""Row and column, both from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """What the reader does not tell: cells without a usable value, and the rectangle of the filled cells."""

    broken: dict[Position, Broken]
    height: int
    width: int


def check_extent(height: int, width: int, limits: FileLimits) -> None:
    """Refuse a sheet whose filled cells reach too far.

    The reader spreads a sheet out over the rectangle of its filled cells, so one cell in the far corner would cost
    gigabytes.
    """
    if height > limits.maximum_rows + _ROWS_BESIDE_PEOPLE:
        raise refuse(FindingCode.TOO_MANY_ROWS, limit=limits.maximum_rows)
    if width > limits.maximum_columns:
        raise refuse(FindingCode.TOO_WIDE, limit=limits.maximum_columns)


def check_spread(cells: int, limits: FileLimits) -> None:
    """Refuse a workbook whose sheets, each a rectangle of cells, are too large together."""
    if cells > _SHEETS_IN_FULL * (limits.maximum_rows + _ROWS_BESIDE_PEOPLE) * limits.maximum_columns:
        raise refuse(FindingCode.UNPACKS_TOO_LARGE)


def read_sheets(
    workbook: bytes, sheets: Sequence[tuple[str, SheetFacts | None]], limits: FileLimits, *, counts_from_1904: bool
) -> list[Grid]:
    """Read the sheets of a workbook that was checked.

    Parameters
    ----------
    sheets
        Name and facts of every sheet, in order; ``None`` for charts.

    Raises
    ------
    RefusedFile
        I104 or I106.
    """
    check_spread(sum(fact.height * fact.width for _, fact in sheets if fact), limits)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
        if book.sheet_names != [name for name, _ in sheets]:
            raise refuse(FindingCode.BROKEN_FILE)
        return [
            _grid(book, index, name, fact.broken, counts_from_1904=counts_from_1904)
            for index, (name, fact) in enumerate(sheets)
            if fact
        ]
    except (CalamineError, ValueError, OverflowError) as error:
        raise refuse(FindingCode.BROKEN_FILE) from error


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
