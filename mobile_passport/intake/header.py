"""The header of a list: the row that names its columns, or two such rows with merged cells read as one."""

from dataclasses import dataclass

from mobile_passport.intake.columns import PERSON_COLUMNS, Column, column_of, count_known_labels
from mobile_passport.intake.grid import Cell, Grid

_ROWS_TO_SEARCH = 40
_LABELS_OF_A_HEADER = 4
_LONGEST_LABEL = 60  # characters
_TELLING = frozenset(PERSON_COLUMNS) - {Column.NUMBER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Where the columns of a list are named.

    Attributes
    ----------
    first, last
        Rows from 0; people follow below ``last``.
    labels
        What each column is called, by its index.
    """

    first: int
    last: int
    labels: tuple[Cell, ...]


def find_header(grid: Grid) -> Header | None:
    """Find what names most columns among the first rows of a grid; ``None`` when nothing looks like a header."""
    best, most = None, _LABELS_OF_A_HEADER - 1
    rows = grid.rows[:_ROWS_TO_SEARCH]
    for at, row in enumerate(rows):
        for labels, height in ((row, 1), (_joined(row, rows[at + 1]) if at + 1 < len(rows) else None, 2)):
            if labels is not None and (known := count_known_labels(labels)) > most:
                best, most = Header(first=at, last=at + height - 1, labels=labels), known
    return best


def _joined(above: tuple[Cell, ...], below: tuple[Cell, ...]) -> tuple[Cell, ...] | None:
    """Read two rows as one header; ``None`` where the upper one stands alone, or the lower one already is people.

    Two rows make one header when together they tell more about a person than each of them: so neither a title nor
    ``Lokasi | Kanigoro`` above a header, nor the first person below it, is taken for half of one.
    """
    if not (_holds_labels(above) and _holds_labels(below)):
        return None
    width = max(len(above), len(below))
    upper, lower = _widened(above, width), _widened(below, width)
    labels: list[Cell] = []
    group: Cell = None
    for up, low in zip(upper, lower, strict=True):
        group = group if is_blank(up) else up  # a merged cell stands in the first of its columns
        labels.append(up if is_blank(low) else _named(group, low))
    told = _told(labels)
    return tuple(labels) if told > _told(above) and told > _told(below) else None


def _named(group: Cell, label: Cell) -> Cell:
    """Name a column by its own label, or together with the group's: ``No`` above ``HP``."""
    whole = f"{group} {label}"
    return whole if column_of(label) is None and column_of(whole) else label


def _told(labels: tuple[Cell, ...] | list[Cell]) -> frozenset[Column]:
    return frozenset(column for label in labels if (column := column_of(label)) in _TELLING and column)


def _holds_labels(cells: tuple[Cell, ...]) -> bool:
    filled = [cell for cell in cells if not is_blank(cell)]
    return bool(filled) and all(isinstance(cell, str) and _may_be_label(cell.strip()) for cell in filled)


def _may_be_label(text: str) -> bool:
    return len(text) <= _LONGEST_LABEL and not text.endswith(":") and not any(sign.isdigit() for sign in text)


def _widened(cells: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    return cells + (None,) * (width - len(cells))


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())
