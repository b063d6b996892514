"""CSV into a grid: any encoding and delimiter that office programs write."""

import codecs
import csv
import io
import itertools
import re

from mobile_passport.intake.columns import count_known_labels
from mobile_passport.intake.findings import Finding, FindingCode, finding, refuse
from mobile_passport.intake.grid import Cell, Grid
from mobile_passport.intake.rules import FileLimits

_MARKUP = re.compile(r"\s*(<[a-z!?]|mime-version:)", re.IGNORECASE)  # HTML, XML of Excel 2003, and MHTML
_DELIMITERS = (",", ";", "\t", "|")
_LINES_TO_TRY = 30
_LONGEST_HEADER = 10_000  # characters
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_delimited(data: bytes, limits: FileLimits) -> tuple[Grid, tuple[Finding, ...]]:
    """Read a CSV file.

    Returns
    -------
    tuple
        The grid, and warnings about how it was read.

    Raises
    ------
    RefusedFile
        I110, I111, I113, I115 or I205.
    """
    text, warnings = _decode(data)
    if "\0" in text:
        raise refuse(FindingCode.UNREADABLE_TEXT)
    if _MARKUP.match(text):
        raise refuse(FindingCode.WEB_PAGE)
    text, delimiter = _delimiter(text)
    rows: list[tuple[Cell, ...]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if not any(record):
                rows.append(())
                continue
            if len(record) > limits.maximum_columns and any(
                field.strip() for field in record[limits.maximum_columns :]
            ):
                raise refuse(FindingCode.TOO_WIDE, limit=limits.maximum_columns)
            rows.append(tuple(field or None for field in record[: limits.maximum_columns]))
    except csv.Error as error:
        raise refuse(FindingCode.BROKEN_QUOTES) from error
    return Grid(sheet=None, rows=tuple(rows)), warnings


def _decode(data: bytes) -> tuple[str, tuple[Finding, ...]]:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None) or _unmarked_utf16(data)
    try:
        return data.decode(encoding or "utf-8"), ()
    except UnicodeDecodeError as error:
        if encoding:
            raise refuse(FindingCode.UNREADABLE_TEXT) from error
    try:
        return data.decode("cp1252"), (finding(FindingCode.GUESSED_ENCODING),)
    except UnicodeDecodeError as error:
        raise refuse(FindingCode.UNREADABLE_TEXT) from error


def _unmarked_utf16(data: bytes) -> str | None:
    """Tell UTF-16 without a byte order mark by its zero bytes: every second one, in Latin text."""
    head = data[:400]
    if head[1::2].count(0) > len(head) // 3:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 3:
        return "utf-16-be"
    return None


def _delimiter(text: str) -> tuple[str, str]:
    """Take the delimiter that makes most known headers; Excel's own first line ``sep=;`` settles it."""
    first_line, _, rest = text.partition("\n")
    stated = first_line.strip().lower()
    if stated.startswith("sep=") and len(stated) == len("sep=;"):
        return "\n" + rest, stated[-1]
    lines = [line[:_LONGEST_HEADER] for line in itertools.islice(io.StringIO(text), _LINES_TO_TRY)]
    known = {
        delimiter: max((count_known_labels(line.split(delimiter)) for line in lines), default=0)
        for delimiter in _DELIMITERS
    }
    return text, max(_DELIMITERS, key=lambda delimiter: known[delimiter])
