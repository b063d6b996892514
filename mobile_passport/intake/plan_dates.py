"""Wished dates and deadlines: days near the day of the letter, single, listed or as a range."""

import re
from datetime import date, timedelta

from mobile_passport.intake.cells import DateContext, Problem, read_written_date
from mobile_passport.intake.dates import WrittenDate
from mobile_passport.intake.findings import FindingCode
from mobile_passport.intake.grid import Cell
from mobile_passport.intake.rules import ListLimits

_CENTURY = 2000
_SEPARATOR = re.compile(r"[;\n&]|,(?!\s*[0-9]{4}\b)|\bdan\b")
_WEEKDAYS = re.compile(r"\b(senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad)\b\s*,?")
_RANGE = re.compile(r"\s*(?:\bs\.?\s?[/.]?\s?d\b\.?|\bsampai(?: dengan)?\b|\bhingga\b|–|—)\s*")
_DASHED = re.compile(r"([0-9]{1,2}(?: [a-z]+(?: [0-9]{4})?)?)\s*-\s*([0-9]{1,2} [a-z]+ [0-9]{4})")
_DAY_ONLY = re.compile(r"[0-9]{1,2}")
_DAY_AND_MONTH = re.compile(r"[0-9]{1,2} [a-z]+")


def read_plan_date(cell: Cell, *, days: DateContext) -> date | Problem | None:
    """One day not before the letter nor years after it; two-digit years are of this century."""
    day = read_day(cell, counts_days_from_1904=days.counts_days_from_1904)
    return _within_reach(day, days) if isinstance(day, date) else day


def read_day(cell: Cell, *, counts_days_from_1904: bool) -> date | Problem | None:
    """One day, whenever; two-digit years are of this century."""
    written = read_written_date(cell, counts_days_from_1904=counts_days_from_1904)
    if not isinstance(written, WrittenDate):
        return written
    year = written.year if written.has_century else _CENTURY + written.year
    return written.on(year) or Problem(FindingCode.DATE_UNREADABLE)


def read_wished_dates(cell: Cell, *, days: DateContext) -> tuple[date, ...] | Problem | None:
    """Days such as ``12-01-2027; 14-01-2027``, ``12 s.d. 14 Januari 2027`` or ``12-14 Januari 2027``, ascending."""
    if not isinstance(cell, str):
        day = read_plan_date(cell, days=days)
        return (day,) if isinstance(day, date) else day
    wished: set[date] = set()
    for part in _SEPARATOR.split(_WEEKDAYS.sub("", cell.casefold())):
        if not part.strip():
            continue
        found = _days_of(part.strip(), days.limits)
        if isinstance(found, Problem):
            return found
        wished.update(found)
    for day in sorted(wished):
        if isinstance(problem := _within_reach(day, days), Problem):
            return problem
    return tuple(sorted(wished)) or None


def _days_of(part: str, limits: ListLimits) -> tuple[date, ...] | Problem:
    """The days of one part: a single day, or a range with both ends."""
    dashed = _DASHED.fullmatch(part)
    ends = list(dashed.groups()) if dashed else [end for end in _RANGE.split(part) if end]
    if len(ends) == 2:
        ends[0] = _completed(ends[0], ends[1])
    days = [read_day(end, counts_days_from_1904=False) for end in ends]
    known = [day for day in days if isinstance(day, date)]
    if not known or len(known) < len(days):
        return Problem(FindingCode.WISHES_UNREADABLE)
    if len(known) == 1:
        return (known[0],)
    length = (known[1] - known[0]).days + 1
    if len(known) > 2 or not 1 <= length <= limits.maximum_wished_days:
        return Problem(FindingCode.RANGE_UNUSABLE, {"limit": limits.maximum_wished_days})
    return tuple(known[0] + timedelta(days=offset) for offset in range(length))


def _completed(start: str, end: str) -> str:
    """Give the start of a range the month and year it shares with the end: ``12 s.d. 14 Januari 2027``."""
    words = re.split(r"[ \-/.]+", end)
    if len(words) != 3:
        return start
    if _DAY_ONLY.fullmatch(start):
        return f"{start} {words[1]} {words[2]}"
    return f"{start} {words[2]}" if _DAY_AND_MONTH.fullmatch(start) else start


def _within_reach(day: date, days: DateContext) -> date | Problem:
    limit = days.limits.maximum_years_ahead
    if day < days.on_date:
        return Problem(FindingCode.DATE_PAST)
    if day.year > days.on_date.year + limit:
        return Problem(FindingCode.DATE_TOO_FAR, {"limit": limit})
    return day
