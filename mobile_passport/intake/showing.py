"""Cells shown to people: names as initials, long numbers by their end, needs and formulas not at all."""

import re
from collections.abc import Iterable
from datetime import date

from mobile_passport.domain.secret import mask_name
from mobile_passport.intake.columns import Column
from mobile_passport.intake.dates import write_date
from mobile_passport.intake.grid import Cell

_SHOWN_LENGTH = 40
_MOST_SHOWN = 6
_LONG_NUMBER = re.compile(r"[0-9]{5,}")
_NAMES = frozenset({Column.NAME, Column.CONTACT_NAME})
_HIDDEN = frozenset({Column.NEEDS, Column.PARTY})


def show(column: Column, cell: Cell) -> str:
    """Show a cell in a finding."""
    if column in _HIDDEN or not isinstance(cell, str | float):
        return ""
    text = _in_one_line(cell)
    return mask_name(text) if column in _NAMES else _masked(text, 4 if column is Column.NIK else 3)


def show_several(cells: Iterable[Cell]) -> str:
    """Show what stands in cells that were not read, each text once, the first few; long numbers by their end."""
    texts = dict.fromkeys(text for cell in cells if (text := _said(cell)))
    shown = [f"“{text}”" for text in texts][:_MOST_SHOWN]
    return ", ".join(shown) + (" …" if len(texts) > len(shown) else "")


def _said(cell: Cell) -> str:
    if isinstance(cell, date):
        return write_date(cell)
    if isinstance(cell, float) and cell.is_integer():
        cell = f"{cell:.0f}"
    return _masked(_in_one_line(cell), 3) if isinstance(cell, str | float) else ""


def _in_one_line(cell: str | float) -> str:
    return " ".join(str(cell).split())[:_SHOWN_LENGTH]


def _masked(text: str, kept: int) -> str:
    return _LONG_NUMBER.sub(lambda match: "*" * (len(match[0]) - kept) + match[0][-kept:], text)
