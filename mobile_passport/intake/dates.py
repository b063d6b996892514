"""Dates as people and spreadsheets write them: day before month, Indonesian month names, two-digit years."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "jan", "january"),
            ("februari", "pebruari", "feb", "peb", "february"),
            ("maret", "mar", "mrt", "march"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "jun", "june"),
            ("juli", "jul", "july"),
            ("agustus", "agust", "agus", "agt", "ags", "agu", "aug", "august"),
            ("september", "sept", "sep"),
            ("oktober", "okt", "oct", "october"),
            ("november", "nopember", "nov", "nop"),
            ("desember", "des", "dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_DAY_FIRST = re.compile(r"([0-9]{1,2})\s*[-/. ]\s*([0-9]{1,2}|[a-z]+)\.?\s*[-/., ]\s*([0-9]{4}|[0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_WEEKDAY = re.compile(r"^(senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad)\s*,?\s*")
_PLACE_OF_BIRTH = re.compile(r"^(?:[^\W\d][^\d,]*,\s*)+")
_MIDNIGHT = re.compile(r"[ t]0{1,2}[:.]00([:.]00(\.0+)?)?$")
_DAY_ZERO = date(
    1899, 12, 30
)  # day 0 of Excel's 1900 date system, right from 1 March 1900 on: ECMA-376 part 1, 18.17.4.1
_FIRST_DAY_NUMBER = 61  # 1 March 1900: earlier numbers are off by a day, and small ones are no dates at all
_LAST_DAY_NUMBER = 73_050  # 31 December 2099
_BARE_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDate:
    """A date as written.

    Attributes
    ----------
    year
        As written: 0..99 when two digits were.
    """

    day: int
    month: int
    year: int
    has_century: bool

    def on(self, year: int) -> date | None:
        """The date in a given year, ``None`` when that year has no such day."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None


def read_date_text(text: str) -> WrittenDate | None:
    """Read ``05-03-1958``, ``5/3/58``, ``5 Maret 1958``, ``Kamis, 5 Mar 1958`` or ``1958-03-05``; else ``None``.

    A place of birth before the date (``Blitar, 5 Maret 1958``) is passed over. The day always comes first; a month
    above 12 is not quietly swapped with the day.
    """
    plain = _PLACE_OF_BIRTH.sub("", " ".join(text.casefold().split()))
    plain = _WEEKDAY.sub("", plain)
    plain = _MIDNIGHT.sub("", plain)
    if match := _YEAR_FIRST.fullmatch(plain):
        year, month, day = (int(part) for part in match.groups())
        written = WrittenDate(day=day, month=month, year=year, has_century=True)
    elif match := _DAY_FIRST.fullmatch(plain):
        month_text = match[2]
        number = int(month_text) if month_text.isdigit() else _MONTHS.get(month_text, 0)
        written = WrittenDate(day=int(match[1]), month=number, year=int(match[3]), has_century=len(match[3]) == 4)
    else:
        return None
    years = (written.year,) if written.has_century else (1900 + written.year, 2000 + written.year)
    return written if any(written.on(year) for year in years) else None


def read_day_number(number: float) -> date | None:
    """Read a spreadsheet's bare day number (1900 date system); ``None`` when it is rather a year or no date."""
    if number != int(number) or int(number) in _BARE_YEARS or not _FIRST_DAY_NUMBER <= number <= _LAST_DAY_NUMBER:
        return None
    return _DAY_ZERO + timedelta(days=int(number))


def write_date(day: date) -> str:
    """Write ``05-03-1958``."""
    return f"{day:%d-%m-%Y}"
