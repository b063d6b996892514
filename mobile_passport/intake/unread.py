"""What a list says and intake does not read: nothing of it goes by without being told."""

from collections.abc import Iterable, Iterator, Mapping

from mobile_passport.intake.cells import read_needs
from mobile_passport.intake.columns import LAYOUT, Column, column_of, is_for_remarks
from mobile_passport.intake.findings import Finding, FindingCode, finding
from mobile_passport.intake.grid import Cell, Grid, cell_address
from mobile_passport.intake.header import Header, is_blank
from mobile_passport.intake.showing import show_several
from mobile_passport.intake.words import NEED_WORDS, choices


def remarks_column(header: Header, indexes: Mapping[Column, int]) -> int | None:
    """Index of the column of remarks that may tell needs, where no column is for needs alone."""
    if Column.NEEDS in indexes:
        return None
    return next((index for index, label in enumerate(header.labels) if is_for_remarks(label)), None)


def tells_needs(cell: Cell) -> bool:
    """Whether a remark is about needs, and nothing else."""
    return isinstance(read_needs(cell), frozenset)


def unread_columns(grid: Grid, header: Header, remarks: int | None, rows: Iterable[int]) -> Iterator[Finding]:
    """Tell of every column that is not read, with what stands there in the rows of people, from 1.

    Parameters
    ----------
    remarks
        A column of which only needs are read.
    """
    numbers = tuple(rows)
    for index, label in enumerate(header.labels):
        if is_blank(label) or column_of(label) is not None:
            continue
        cells = [grid.rows[row - 1][index] for row in numbers if index < len(grid.rows[row - 1])]
        if index == remarks:
            cells = [cell for cell in cells if not tells_needs(cell)]
            if all(map(is_blank, cells)):
                continue
        name = str(label).strip()[:60]
        yield finding(
            FindingCode.REMARKS_NOT_READ if index == remarks else FindingCode.UNKNOWN_COLUMN,
            row=header.last + 1,
            column=name,
            cell=cell_address(header.last + 1, index),
            shown=show_several(sorted(cells, key=tells_needs, reverse=True)),  # what matters most comes first
            details={"label": name, "needs": LAYOUT[Column.NEEDS].label, "choices": choices(NEED_WORDS)},
        )


def unread_rows(grid: Grid, first: int, last: int) -> Finding:
    """Tell of the rows below the people, from 1 and both included."""
    cells = [cell for row in grid.rows[first - 1 : last] for cell in row]
    rows = f"{first}–{last}" if last > first else str(first)
    return finding(FindingCode.FOOT_NOT_READ, row=first, shown=show_several(cells), details={"rows": rows})
