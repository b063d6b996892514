"""One cell into one value, or the problem with it."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from mobile_passport.domain.nik import NikFault, NikParts, read_nik
from mobile_passport.domain.person import Need, age_on
from mobile_passport.domain.phone import PhoneFault, normalise_phone
from mobile_passport.domain.secret import Secret
from mobile_passport.intake.dates import WrittenDate, read_date_text, read_day_number
from mobile_passport.intake.findings import FindingCode
from mobile_passport.intake.grid import Broken, Cell
from mobile_passport.intake.rules import ListLimits
from mobile_passport.intake.words import (
    NEED_WORDS,
    NO_NEED_WORDS,
    NO_WORDS,
    YES_WORDS,
    choices,
    meanings,
    normalise_word,
)

TEXT_LIMIT = 200
NAME_LIMIT = 100
_EXACT_INTEGERS_BELOW = 10**15  # Excel keeps 15 significant digits: Microsoft, "Excel specifications and limits"
_FORMULA_SIGNS = frozenset("=+-@＝＋－＠﹢﹣﹦﹫")
_DASHES_ONLY = re.compile(r"[-–—_.\s]+")
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+|[0-9]+[.,]0+")
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .,'’`/()\-])*")
_NEED_SEPARATOR = re.compile(r"[,;/\n]+|\s+dan\s+|\s*\+\s*")
_DIGITS = frozenset("0123456789")
_DIGITS_OF_A_NIK = 10  # with fewer it is rather a remark
_NIK_FILLING = str.maketrans("", "", " .-\u00a0")
_UNUSABLE_CATEGORIES = frozenset({"Cc", "Cn", "Co", "Cs"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell gives no value; ``details`` fill the catalogue's sentences."""

    code: FindingCode
    details: dict[str, object] = field(default_factory=dict)


type CellReader[T] = Callable[[Cell], T | Problem | None]
"""Reads a cell: a value, a problem, or ``None`` for nothing said."""


def read_text(cell: Cell) -> str | Problem | None:
    """Any text of one line; never one that a spreadsheet would take for a formula."""
    text = _plain_text(cell)
    if not isinstance(text, str):
        return text
    if text[0] in _FORMULA_SIGNS:
        return Problem(FindingCode.FORMULA)
    return text if len(text) <= TEXT_LIMIT else Problem(FindingCode.TEXT_TOO_LONG, {"limit": TEXT_LIMIT})


def read_name(cell: Cell) -> Secret[str] | Problem | None:
    """A person's name: letters and the marks of titles and initials."""
    text = read_text(cell)
    if not isinstance(text, str):
        return text
    if len(text) > NAME_LIMIT:
        return Problem(FindingCode.TEXT_TOO_LONG, {"limit": NAME_LIMIT})
    return Secret(text) if _NAME.fullmatch(text) else Problem(FindingCode.NAME_UNLIKELY)


def read_nik_cell(cell: Cell) -> Secret[str] | Problem | None:
    """Sixteen digits kept as text; a number cell of that length has lost its last digit already."""
    text = _plain_text(cell)
    if not isinstance(text, str):
        return text
    if text[0] in _FORMULA_SIGNS:
        return Problem(FindingCode.FORMULA)
    if _SCIENTIFIC.fullmatch(text):
        return Problem(FindingCode.DAMAGED_NUMBER)
    digits = text.translate(_NIK_FILLING)
    match read_nik(digits):
        case NikParts():
            return Secret(digits)
        case NikFault.NOT_16_DIGITS:
            return _other_than_digits(digits) or Problem(FindingCode.NIK_NOT_16_DIGITS, {"length": len(digits)})
        case NikFault.BIRTH_DATE_IMPOSSIBLE:
            return Problem(FindingCode.NIK_DATE_IMPOSSIBLE)
        case NikFault.SERIAL_ZERO:
            return Problem(FindingCode.NIK_SERIAL_ZERO)


def _other_than_digits(nik: str) -> Problem | None:
    """Name the first letter of what is a NIK for the rest: usually the letter O for a zero."""
    others = [(at, sign) for at, sign in enumerate(nik, start=1) if sign not in _DIGITS]
    if not others or len(nik) - len(others) < _DIGITS_OF_A_NIK:
        return None
    position, character = others[0]
    return Problem(FindingCode.NIK_HAS_LETTER, {"position": position, "character": character})


_PHONE_PROBLEMS = {
    PhoneFault.NOT_A_NUMBER: FindingCode.PHONE_NOT_A_NUMBER,
    PhoneFault.FOREIGN: FindingCode.PHONE_FOREIGN,
    PhoneFault.LANDLINE: FindingCode.PHONE_LANDLINE,
    PhoneFault.INVALID: FindingCode.PHONE_INVALID,
}


def read_phone(cell: Cell) -> Secret[str] | Problem | None:
    """A mobile number; the zero that Excel drops is put back."""
    text = _plain_text(cell)
    if not isinstance(text, str):
        return text
    if text[0] in _FORMULA_SIGNS - {"+"}:
        return Problem(FindingCode.FORMULA)
    if _SCIENTIFIC.fullmatch(text):
        return Problem(FindingCode.DAMAGED_NUMBER)
    phone = normalise_phone(text)
    return Problem(_PHONE_PROBLEMS[phone]) if isinstance(phone, PhoneFault) else phone


def read_choice[T: StrEnum](words: dict[T, tuple[str, ...]]) -> CellReader[T]:
    """Make a reader for a column with a fixed list of words."""
    known = meanings(words)
    problem = Problem(FindingCode.UNKNOWN_WORD, {"choices": choices(words)})

    def read(cell: Cell) -> T | Problem | None:
        text = _plain_text(cell)
        if not isinstance(text, str):
            return text
        return known.get(normalise_word(text), problem)

    return read


_NEEDS = meanings(NEED_WORDS)


def read_needs(cell: Cell) -> frozenset[Need] | Problem | None:
    """Several needs in one cell, separated by comma, semicolon or slash; "tidak ada" is none."""
    text = _plain_text(cell)
    if not isinstance(text, str):
        return text
    words = [normalise_word(part) for part in _NEED_SEPARATOR.split(text.casefold())]
    words = [word for word in words if word and word not in NO_NEED_WORDS]
    if any(word not in _NEEDS for word in words):
        return Problem(FindingCode.UNKNOWN_WORD, {"choices": choices(NEED_WORDS)})
    return frozenset(_NEEDS[word] for word in words)


def read_yes_no(cell: Cell) -> bool | Problem | None:
    """Yes or no."""
    if isinstance(cell, bool):
        return cell
    text = _plain_text(cell)
    if not isinstance(text, str):
        return text
    word = normalise_word(text)
    if word in YES_WORDS or word in NO_WORDS:
        return word in YES_WORDS
    return Problem(FindingCode.UNKNOWN_WORD, {"choices": "Ya, Tidak"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DateContext:
    """What dates of a list are judged by.

    Attributes
    ----------
    on_date
        Day the request was received.
    counts_days_from_1904
        See :class:`~mobile_passport.intake.grid.Grid`.
    """

    on_date: date
    limits: ListLimits
    counts_days_from_1904: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthDate:
    """A birth date, and whether a person wrote its century or a program chose it."""

    day: date = field(repr=False)
    has_century: bool


def read_birth_date(cell: Cell, *, days: DateContext) -> BirthDate | Problem | None:
    """A birth date not in the future; two-digit years are taken only where one century is possible."""
    on_date, oldest = days.on_date, days.limits.maximum_age_years
    written = read_written_date(cell, counts_days_from_1904=days.counts_days_from_1904)
    if written is None or isinstance(written, Problem):
        return written
    if isinstance(written, date):
        day, has_century = written, False
    elif written.has_century:
        day, has_century = date(written.year, written.month, written.day), True
    else:
        possible = [
            day
            for day in (written.on(1900 + written.year), written.on(2000 + written.year))
            if day and day <= on_date and age_on(day, on_date) <= oldest
        ]
        if len(possible) != 1:
            return _century_problem(written.year) if possible else Problem(FindingCode.DATE_UNREADABLE)
        return BirthDate(day=possible[0], has_century=True)
    if day > on_date:
        return Problem(FindingCode.BIRTH_DATE_IN_FUTURE)
    if age_on(day, on_date) > oldest:
        return Problem(FindingCode.BIRTH_DATE_TOO_EARLY, {"limit": oldest})
    return BirthDate(day=day, has_century=has_century)


def read_written_date(cell: Cell, *, counts_days_from_1904: bool) -> date | WrittenDate | Problem | None:
    """A date cell or a bare day number as a date; text as it was written."""
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float):
        day = None if counts_days_from_1904 else read_day_number(cell)
        return day or Problem(FindingCode.DATE_UNREADABLE)
    text = _plain_text(cell)
    if not isinstance(text, str):
        return text
    if text[0] in _FORMULA_SIGNS:
        return Problem(FindingCode.FORMULA)
    return read_date_text(text) or Problem(FindingCode.DATE_UNREADABLE)


def _century_problem(year_of_century: int) -> Problem:
    return Problem(FindingCode.DATE_CENTURY, {"early": 1900 + year_of_century, "late": 2000 + year_of_century})


def _plain_text(cell: Cell) -> str | Problem | None:
    """One clean line of text; ``None`` for an empty cell or one that only holds dashes."""
    if isinstance(cell, str):
        return _clean(cell)
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if abs(cell) >= _EXACT_INTEGERS_BELOW:
            return Problem(FindingCode.DAMAGED_NUMBER)
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, date):
        return Problem(FindingCode.TURNED_INTO_DATE)
    return Problem(FindingCode.FORMULA if cell is Broken.FORMULA else FindingCode.EXCEL_ERROR)


def _clean(text: str) -> str | Problem | None:
    """Compose, drop invisible marks, join lines, and take off the apostrophe that marks text in Excel."""
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text)
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
        text = "".join(" " if c.isspace() else c for c in text)
        if "\ufffd" in text or any(unicodedata.category(c) in _UNUSABLE_CATEGORIES for c in text):
            return Problem(FindingCode.UNREADABLE_CHARACTER)
    text = " ".join(text.split())
    text = text.lstrip("' ")
    return None if not text or _DASHES_ONLY.fullmatch(text) else text
