"""A sheet as rows of cells, whatever file it came from."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto


class Broken(Enum):
    """A cell without a usable value."""

    FORMULA = auto()
    EXCEL_ERROR = auto()


type Cell = str | float | bool | date | Broken | None
"""Text, number, date; ``None`` when empty. A number keeps whatever precision the file had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet.

    Attributes
    ----------
    sheet
        Its name; ``None`` for CSV.
    rows
        ``rows[0]`` is row 1 of the spreadsheet; rows may differ in length.
    counts_days_from_1904
        The workbook numbers its days in the old Macintosh way, so bare day numbers cannot be trusted.
    """

    sheet: str | None
    rows: tuple[tuple[Cell, ...], ...]
    counts_days_from_1904: bool = False


def cell_address(row: int, index: int) -> str:
    """Name a cell as spreadsheets do: row 7, column 2 (from 0) is ``C7``."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"
