"""Collecting the findings of one file while it is read."""

from collections.abc import Mapping

from mobile_passport.intake.cells import CellReader, Problem
from mobile_passport.intake.columns import LAYOUT, Column
from mobile_passport.intake.findings import Finding, FindingCode, Severity, finding
from mobile_passport.intake.grid import cell_address
from mobile_passport.intake.showing import show
from mobile_passport.intake.table import Located, Table

_COLUMN_ORDER = {column: order for order, column in enumerate(Column)}


class Report:
    """Findings of one file, in the order of its rows and columns.

    Parameters
    ----------
    table
        Columns are called as the file calls them; those it does not have, by the layout's label.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._found: list[tuple[int, int, Finding]] = []

    def add(
        self,
        code: FindingCode,
        column: Column,
        *,
        row: int | None = None,
        at: Located | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Record a finding about a column, at a cell or in a row."""
        index = self._table.indexes.get(column)
        address = at.address if at else None
        if at is None and row is not None and index is not None:
            address = cell_address(row, index)
        made = finding(
            code,
            row=at.row if at else row,
            column=self._table.headers.get(column, LAYOUT[column].label),
            cell=address,
            shown=show(column, at.cell) if at else "",
            details=details,
        )
        self._found.append((made.row or 0, _COLUMN_ORDER[column], made))

    def add_row(self, code: FindingCode, row: int) -> None:
        """Record a finding about a whole row."""
        self._found.append((row, -1, finding(code, row=row)))

    def findings(self) -> tuple[Finding, ...]:
        """Everything found, by row, then by column in the order of the layout."""
        return tuple(made for _, _, made in sorted(self._found, key=lambda entry: entry[:2]))

    def has_errors(self) -> bool:
        """Whether the file is refused."""
        return any(made.severity is Severity.ERROR for _, _, made in self._found)


class RowReader:
    """Reads the cells of one row, or of what is said about one request, and reports what cannot be read.

    Parameters
    ----------
    row
        Where to report a missing cell.
    """

    def __init__(self, cells: Mapping[Column, Located], row: int, report: Report) -> None:
        self.cells = cells
        self.row = row
        self.report = report

    def optional[T](self, column: Column, read: CellReader[T]) -> T | None:
        """Read a cell that may be empty; ``None`` also when it cannot be read, which is then reported."""
        at = self.cells.get(column)
        if at is None:
            return None
        value = read(at.cell)
        if isinstance(value, Problem):
            self.report.add(value.code, column, at=at, details=value.details)
            return None
        return value

    def required[T](self, column: Column, read: CellReader[T]) -> T | None:
        """Read a cell that must be filled; ``None`` means that something was reported."""
        at = self.cells.get(column)
        value = read(at.cell) if at else None
        if isinstance(value, Problem):
            self.report.add(value.code, column, at=at, details=value.details)
            return None
        if value is None:
            self.report.add(FindingCode.EMPTY, column, row=self.row, at=at)
        return value
