"""The structure of a NIK, the 16-digit number of every Indonesian resident.

Six digits of region (regency and kecamatan of first registration), six of birth date DDMMYY with 40 added to the day
for women, four of serial number from 0001 [1]_. A NIK never changes: not when the person moves, not when a wrong
birth date or sex is corrected. So only its form can be wrong; disagreement with the stated data is worth a look.

References
----------
.. [1] UU 23/2006 as amended by UU 24/2013, art. 13; form explained by dukcapil.klaten.go.id, read 2026-11-24.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mobile_passport.domain.person import Sex

_DAY_OFFSET_WOMEN = 40
_SIXTEEN_DIGITS = re.compile(r"[0-9]{16}")


class NikFault(StrEnum):
    """Why a text cannot be a NIK."""

    NOT_16_DIGITS = "not_16_digits"
    BIRTH_DATE_IMPOSSIBLE = "birth_date_impossible"
    SERIAL_ZERO = "serial_zero"


class NikMismatch(StrEnum):
    """What a well-formed NIK says differently from the stated data. Never a reason to refuse."""

    BIRTH_DATE = "birth_date"
    SEX = "sex"
    REGION = "region"


@dataclass(frozen=True, slots=True, kw_only=True)
class NikParts:
    """What a NIK says. The century of the year is not in it.

    Attributes
    ----------
    regency
        Four digits, Kemendagri code without dot: ``3505``.
    year_of_century
        0..99: 26 is 1926 or 2026.
    """

    regency: str
    day: int
    month: int
    year_of_century: int
    sex: Sex


def read_nik(text: str) -> NikParts | NikFault:
    """Take a NIK apart, or say what is impossible about it.

    Parameters
    ----------
    text
        Digits only; spaces and dots are the caller's to remove.
    """
    if not _SIXTEEN_DIGITS.fullmatch(text):
        return NikFault.NOT_16_DIGITS
    coded_day, month, year = int(text[6:8]), int(text[8:10]), int(text[10:12])
    sex = Sex.FEMALE if coded_day > _DAY_OFFSET_WOMEN else Sex.MALE
    day = coded_day - _DAY_OFFSET_WOMEN if sex is Sex.FEMALE else coded_day
    if not _exists_in_some_century(day, month, year):
        return NikFault.BIRTH_DATE_IMPOSSIBLE
    if text[12:] == "0000":
        return NikFault.SERIAL_ZERO
    return NikParts(regency=text[:4], day=day, month=month, year_of_century=year, sex=sex)


def mismatches(parts: NikParts, *, birth_date: date, sex: Sex, regencies: frozenset[str]) -> tuple[NikMismatch, ...]:
    """Compare a NIK with what the list says.

    Parameters
    ----------
    regencies
        Four-digit codes of the office's working area; an empty set compares no region.

    Returns
    -------
    tuple
        In the order of :class:`NikMismatch`; empty when all agree. A birth year agrees in either century.
    """
    found = []
    if (parts.day, parts.month, parts.year_of_century) != (birth_date.day, birth_date.month, birth_date.year % 100):
        found.append(NikMismatch.BIRTH_DATE)
    if parts.sex is not sex:
        found.append(NikMismatch.SEX)
    if regencies and parts.regency not in regencies:
        found.append(NikMismatch.REGION)
    return tuple(found)


def _exists_in_some_century(day: int, month: int, year_of_century: int) -> bool:
    for century in (1900, 2000):
        try:
            date(century + year_of_century, month, day)
        except ValueError:
            continue
        return True
    return False
