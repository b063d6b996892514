"""A list while somebody works on it: its cells as they were written, to be judged and corrected until nothing is wrong.

Cells keep their kind, as the file had them: a NIK that a spreadsheet has rounded stays a damaged number until somebody
types it anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from mobile_passport.intake.columns import PERSON_COLUMNS, REQUEST_COLUMNS, Column
from mobile_passport.intake.findings import Finding
from mobile_passport.intake.grid import Broken, Cell
from mobile_passport.intake.letters import gather_letters
from mobile_passport.intake.report import Report
from mobile_passport.intake.table import Located, Table, TableRow

HEAD_COLUMNS: tuple[Column, ...] = tuple(column for column in REQUEST_COLUMNS if column is not Column.RECEIVED)
LIST_COLUMNS: tuple[Column, ...] = tuple(column for column in PERSON_COLUMNS if column is not Column.NUMBER)
NEEDED_COLUMNS = frozenset({Column.NAME, Column.NIK})
"""A list without these is another list; whatever else it lacks can be asked for."""
_DATES = frozenset({Column.BIRTH_DATE, Column.WISHED, Column.DEADLINE})
_NAMES = {column: column.value for column in Column}
_LARGEST_EXACT = 10**15  # Excel keeps 15 significant digits: Microsoft, "Excel specifications and limits"


class SeveralLetters(Exception):
    """A file holds more than one letter; the message counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """One person's cells; ``number`` is the row as the file counts it, from 1."""

    number: int
    cells: Mapping[Column, Cell] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One letter and its list of people."""

    head: Mapping[Column, Cell] = field(repr=False)
    rows: tuple[DraftRow, ...]


def draft_of(table: Table) -> tuple[Draft, tuple[Finding, ...]]:
    """Take over a list for work on it, with what the file says in two ways.

    Raises
    ------
    SeveralLetters
    """
    report = Report(table)
    stated = Table(
        headers=table.headers,
        indexes=table.indexes,
        stated={Column.REFERENCE: Located(row=1, index=0, cell=None)} | table.stated,  # who works on it can be asked
        rows=table.rows,
        counts_days_from_1904=table.counts_days_from_1904,
    )
    letters = gather_letters(stated, report)
    numbered = [letter for letter in letters if letter.cells[Column.REFERENCE].cell is not None]
    if len(numbered) > 1:
        raise SeveralLetters(str(len(numbered)))
    about = {column: at for letter in letters for column, at in letter.cells.items()}
    rows = tuple(DraftRow(number=row.row, cells=_cells(row.cells, LIST_COLUMNS, table)) for row in table.rows)
    return Draft(head=_cells(about, HEAD_COLUMNS, table), rows=rows), report.findings()


def _cells(cells: Mapping[Column, Located], columns: tuple[Column, ...], table: Table) -> dict[Column, Cell]:
    taken = {column: cells[column].cell for column in columns if column in cells}
    if not table.counts_days_from_1904:
        return taken
    return {column: None if _is_day_number(column, cell) else cell for column, cell in taken.items()}


def _is_day_number(column: Column, cell: Cell) -> bool:
    """Whether a cell is a day that cannot be told, because the workbook may number its days in two ways."""
    return column in _DATES and isinstance(cell, float)


def table_of_draft(draft: Draft) -> Table:
    """Write a draft down for intake to judge; findings call the columns by their :class:`Column`."""
    first = draft.rows[0].number if draft.rows else 1
    stated: dict[Column, Located] = {
        column: Located(row=first, index=0, cell=cell)
        for column in HEAD_COLUMNS
        if (cell := draft.head.get(column)) is not None and cell != ""
    }
    stated.setdefault(Column.REFERENCE, Located(row=first, index=0, cell=None))
    return Table(
        headers=_NAMES,
        indexes={},
        stated=stated,
        rows=tuple(
            TableRow(
                row=row.number,
                cells={
                    column: Located(row=row.number, index=0, cell=cell)
                    for column, cell in row.cells.items()
                    if cell is not None and cell != ""
                },
            )
            for row in draft.rows
        ),
        counts_days_from_1904=False,
    )


def written(cell: Cell) -> str:
    """Write a cell as somebody would type it; empty where its value is lost and has to be typed anew."""
    match cell:
        case None | Broken():
            return ""
        case bool():
            return "Ya" if cell else "Tidak"
        case float() if abs(cell) >= _LARGEST_EXACT:
            return ""
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case date():
            return f"{cell.day:02}-{cell.month:02}-{cell.year:04}"
        case str():
            return cell
