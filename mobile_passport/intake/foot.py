"""What stands below the last person of a list: totals, place and day, signatures."""

import re
from collections.abc import Mapping, Sequence

from mobile_passport.intake.columns import Column
from mobile_passport.intake.grid import Cell

_ABOUT_A_PERSON = frozenset({Column.BIRTH_DATE, Column.SEX, Column.PASSPORT_CASE})
_FEWEST_ABOUT_A_PERSON = 2
_WORDS_OF_A_FOOT = re.compile(
    r"(?:mengetahui|menyetujui|mengesahkan|hormat kami|kepala|ketua|pimpinan|direktur|camat|sekretaris|bendahara"
    r"|tanda tangan|ttd|nip|jumlah|total|catatan)\b"
)
_PLACE_AND_DAY = re.compile(r"[^\d,]+,\s*[0-9]{1,2}\s+[^\W\d_]+\s+[0-9]{4}")  # Blitar, 20 November 2026
_LONGEST = 25  # rows: more without a number or a NIK are rather a list that is to be filled in
_NIK_LENGTHS = range(13, 18)  # of digits, some lost or one too many: the NIP of a signature has 18


def foot_of(rows: Sequence[Mapping[Column, Cell]]) -> int:
    """Count the last rows of a list that are no people, and no half-filled ones either.

    A row belongs to somebody when it has a running number, something like a NIK, or two of birth date, sex and kind
    of passport. Below the last such row, the foot begins where a row names nobody or says what a foot says; so a name
    alone, right below the list, stays in it and is asked about.
    """
    start = len(rows)
    while start and not _is_about_somebody(rows[start - 1]):
        start -= 1
    while start < len(rows) and not _begins_a_foot(rows[start]):
        start += 1
    return len(rows) - start if len(rows) - start <= _LONGEST else 0


def _is_about_somebody(row: Mapping[Column, Cell]) -> bool:
    return (
        _text(row.get(Column.NUMBER)).rstrip(".").isdecimal()
        or sum(sign.isdecimal() for sign in _text(row.get(Column.NIK))) in _NIK_LENGTHS
        or len(_ABOUT_A_PERSON & row.keys()) >= _FEWEST_ABOUT_A_PERSON
    )


def _begins_a_foot(row: Mapping[Column, Cell]) -> bool:
    naming = [_text(row[column]) for column in (Column.NAME, Column.NIK) if column in row]
    return (
        not naming
        or any(_PLACE_AND_DAY.fullmatch(text) for text in naming)
        or any(_WORDS_OF_A_FOOT.match(_text(cell)) for cell in row.values())
    )


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return " ".join(cell.casefold().split()) if isinstance(cell, str) else ""
