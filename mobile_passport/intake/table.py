"""The list in a grid: its columns, what is stated above them, and the rows of people below."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from mobile_passport.intake.columns import LAYOUT, REQUEST_COLUMNS, Column, column_of
from mobile_passport.intake.findings import Finding, FindingCode, RefusedFile, finding, refuse
from mobile_passport.intake.foot import foot_of
from mobile_passport.intake.grid import Cell, Grid, cell_address
from mobile_passport.intake.header import Header, find_header, is_blank
from mobile_passport.intake.rules import FileLimits
from mobile_passport.intake.unread import remarks_column, tells_needs, unread_columns, unread_rows

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
        The table, and warnings about columns and rows that are not read, each showing what stands there.

    Raises
    ------
    RefusedFile
        I201 to I203, I205 or I206; columns with all their problems at once.
    """
    header = find_header(grid)
    if header is None:
        raise refuse(FindingCode.NO_HEADER)
    stated = dict(_stated_above(grid, header.first))
    indexes, problems = _read_header(header)
    for column, layout in LAYOUT.items():
        if column in required and column not in indexes and column not in stated:
            at, label = header.last + 1, layout.label
            problems.append(finding(FindingCode.MISSING_COLUMN, row=at, column=label, details={"label": label}))
    remarks = remarks_column(header, indexes)
    rows = tuple(_rows_below(grid, header.last, indexes, remarks))
    people = rows[: len(rows) - foot_of([{column: at.cell for column, at in row.cells.items()} for row in rows])]
    found = list(unread_columns(grid, header, remarks, (row.row for row in people)))
    if problems:
        raise RefusedFile((*problems, *found))
    if not people:
        raise refuse(FindingCode.NO_PEOPLE)
    if len(people) > limits.maximum_rows:
        raise refuse(FindingCode.TOO_MANY_ROWS, limit=limits.maximum_rows)
    if len(people) < len(rows):
        found.append(unread_rows(grid, rows[len(people)].row, rows[-1].row))
    if remarks is not None:
        indexes[Column.NEEDS] = remarks
    table = Table(
        headers={column: str(header.labels[index]).strip() for column, index in indexes.items()},
        indexes=indexes,
        stated=stated,
        rows=people,
        counts_days_from_1904=grid.counts_days_from_1904,
    )
    return table, tuple(found)


def _read_header(header: Header) -> tuple[dict[Column, int], list[Finding]]:
    indexes: dict[Column, int] = {}
    problems = []
    row = header.last + 1
    for index, label in enumerate(header.labels):
        column = column_of(label)
        if column is None:
            continue
        if column in indexes:
            problems.append(
                finding(
                    FindingCode.DUPLICATE_COLUMN,
                    row=row,
                    column=str(label).strip()[:60],
                    cell=cell_address(row, index),
                    details={"label": LAYOUT[column].label},
                )
            )
        else:
            indexes[column] = index
    return indexes, problems


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


def _rows_below(grid: Grid, header: int, indexes: dict[Column, int], remarks: int | None) -> Iterator[TableRow]:
    for at, cells in enumerate(grid.rows[header + 1 :], start=header + 1):
        located = {
            column: Located(row=at + 1, index=index, cell=cells[index])
            for column, index in indexes.items()
            if index < len(cells) and not is_blank(cells[index])
        }
        if (
            remarks is not None
            and remarks < len(cells)
            and not is_blank(cells[remarks])
            and tells_needs(cells[remarks])
        ):
            located[Column.NEEDS] = Located(row=at + 1, index=remarks, cell=cells[remarks])
        if not located or (at == header + 1 and _numbers_columns(cells)):
            continue
        number = located.get(Column.NUMBER)
        if number and isinstance(number.cell, str) and number.cell.strip().casefold() == EXAMPLE_MARK:
            continue
        yield TableRow(row=at + 1, cells=located)


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
