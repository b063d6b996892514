"""Finding the list in a grid: header row, what is stated above it, and the rows of people below."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from mobile_passport.intake.columns import LAYOUT, REQUEST_COLUMNS, Column, column_of, count_known_labels
from mobile_passport.intake.findings import Finding, FindingCode, RefusedFile, finding, refuse
from mobile_passport.intake.grid import Cell, Grid, cell_address
from mobile_passport.intake.rules import FileLimits

_ROWS_TO_SEARCH = 40
_LABELS_OF_A_HEADER = 4
_COLUMN_NUMBER = re.compile(r"\(?([0-9]{1,2})\)?")
REQUIRED_COLUMNS = frozenset(column for column, layout in LAYOUT.items() if layout.is_required)
EXAMPLE_MARK = "contoh"
"""What the column "No" of the template's example row says; such a row is no person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A cell and where it stands.

    Attributes
    ----------
    row
        From 1, as the spreadsheet numbers it.
    index
        Column from 0.
    """

    row: int
    index: int
    cell: Cell

    @property
    def address(self) -> str:
        """Such as ``C7``."""
        return cell_address(self.row, self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row below the header, by column."""

    row: int
    cells: dict[Column, Located]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A list of people.

    Attributes
    ----------
    headers, indexes
        Header as written in the file, and column from 0, of every recognised column.
    stated
        What is said about the request above the header.
    """

    headers: dict[Column, str]
    indexes: dict[Column, int]
    stated: dict[Column, Located]
    rows: tuple[TableRow, ...]
    counts_days_from_1904: bool


def header_row(grid: Grid) -> int | None:
    """Index of the row that names most columns, among the first of the grid; ``None`` when none looks like a header."""
    counts = [count_known_labels(row) for row in grid.rows[:_ROWS_TO_SEARCH]]
    best = max(counts, default=0)
    return counts.index(best) if best >= _LABELS_OF_A_HEADER else None


def read_table(
    grid: Grid, limits: FileLimits, *, required: Container[Column] = REQUIRED_COLUMNS
) -> tuple[Table, tuple[Finding, ...]]:
    """Find the list in a grid.

    Parameters
    ----------
    required
        Columns without which the list is refused; fewer where somebody is there to be asked for the others.

    Returns
    -------
    tuple
        The table, and warnings about columns that are not read.

    Raises
    ------
    RefusedFile
        I201 to I203, I205 or I206; columns with all their problems at once.
    """
    at = header_row(grid)
    if at is None:
        raise refuse(FindingCode.NO_HEADER)
    stated = dict(_stated_above(grid, at))
    indexes, findings = _read_header(grid.rows[at], at + 1)
    for column, layout in LAYOUT.items():
        if column in required and column not in indexes and column not in stated:
            findings.append(
                finding(FindingCode.MISSING_COLUMN, row=at + 1, column=layout.label, details={"label": layout.label})
            )
    if any(each.code is not FindingCode.UNKNOWN_COLUMN for each in findings):
        raise RefusedFile(tuple(findings))
    rows = tuple(_rows_below(grid, at, indexes))
    if not rows:
        raise refuse(FindingCode.NO_PEOPLE)
    if len(rows) > limits.maximum_rows:
        raise refuse(FindingCode.TOO_MANY_ROWS, limit=limits.maximum_rows)
    table = Table(
        headers={column: str(grid.rows[at][index]).strip() for column, index in indexes.items()},
        indexes=indexes,
        stated=stated,
        rows=rows,
        counts_days_from_1904=grid.counts_days_from_1904,
    )
    return table, tuple(findings)


def _read_header(cells: tuple[Cell, ...], row: int) -> tuple[dict[Column, int], list[Finding]]:
    indexes: dict[Column, int] = {}
    findings = []
    for index, cell in enumerate(cells):
        if cell is None or not str(cell).strip():
            continue
        label = str(cell).strip()[:60]
        address = cell_address(row, index)
        column = column_of(cell)
        if column is None:
            findings.append(finding(FindingCode.UNKNOWN_COLUMN, row=row, column=label, cell=address))
        elif column in indexes:
            code = FindingCode.DUPLICATE_COLUMN
            findings.append(finding(code, row=row, column=label, cell=address, details={"label": LAYOUT[column].label}))
        else:
            indexes[column] = index
    return indexes, findings


def _stated_above(grid: Grid, header: int) -> Iterator[tuple[Column, Located]]:
    """Read lines such as ``Nomor Surat | : | B-12/2026`` or ``Nomor Surat: B-12/2026``."""
    for at, cells in enumerate(grid.rows[:header]):
        filled = [(index, cell) for index, cell in enumerate(cells) if cell is not None and cell != ":"]
        if not filled or not isinstance(filled[0][1], str):
            continue
        index, first = filled[0]
        label, _, inline = str(first).partition(":")
        column = column_of(label)
        if column not in REQUEST_COLUMNS:
            continue
        if inline.strip():
            yield column, Located(row=at + 1, index=index, cell=inline.strip())
        elif len(filled) > 1:
            yield column, Located(row=at + 1, index=filled[1][0], cell=filled[1][1])
        else:
            yield column, Located(row=at + 1, index=index + 1, cell=None)


def _rows_below(grid: Grid, header: int, indexes: dict[Column, int]) -> Iterator[TableRow]:
    for at, cells in enumerate(grid.rows[header + 1 :], start=header + 1):
        located = {
            column: Located(row=at + 1, index=index, cell=cells[index])
            for column, index in indexes.items()
            if index < len(cells) and not _is_blank(cells[index])
        }
        if not located or (at == header + 1 and _numbers_columns(cells)):
            continue
        number = located.get(Column.NUMBER)
        if number and isinstance(number.cell, str) and number.cell.strip().casefold() == EXAMPLE_MARK:
            continue
        yield TableRow(row=at + 1, cells=located)


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _numbers_columns(cells: tuple[Cell, ...]) -> bool:
    """Recognise the row ``(1) (2) (3)`` that official lists put below their header."""
    numbers = []
    for cell in cells:
        if cell is None:
            continue
        if isinstance(cell, str):
            match = _COLUMN_NUMBER.fullmatch(cell.strip())
            number = float(match[1]) if match else None
        else:
            number = cell if isinstance(cell, float) else None
        if number is None:
            return False
        numbers.append(number)
    return numbers == [float(n) for n in range(1, len(numbers) + 1)]
