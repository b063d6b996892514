"""An old .xls (Excel 97 to 2003) into grids: a compound file around a stream of records.

It is read here and not by the library that reads XLSX: that one gives a formula's last result as if somebody had typed
it, drops a text that is one, and ends the whole process at some damaged files.
"""

import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from mobile_passport.intake.biff import (
    Kind,
    Record,
    one_part,
    read_long_text,
    read_records,
    read_shared_texts,
    read_short_text,
)
from mobile_passport.intake.compound import CompoundFile
from mobile_passport.intake.dates import read_day_number
from mobile_passport.intake.findings import FindingCode, refuse
from mobile_passport.intake.grid import Broken, Cell, Grid
from mobile_passport.intake.rules import FileLimits
from mobile_passport.intake.sheets import check_extent, check_spread

_STREAM = "workbook"
_OLDER_STREAM = "book"  # Excel 5 and 95
_ENCRYPTED_STREAM = "encryptedpackage"  # an XLSX with a password: [MS-OFFCRYPTO] 2.3.4.4
_ACTIVE_NAMES = frozenset({"_vba_project_cur", "vba", "ctls"})  # [MS-XLS] 2.1.7
_EMBEDDED = re.compile(r"mbd[0-9a-f]{8}")  # [MS-XLS] 2.1.7.19
_BIFF8 = 0x0600
_GLOBALS, _WORKSHEET, _MACROS = 0x0005, 0x0010, 0x0040  # BOF, [MS-XLS] 2.4.21
_ACTIVE_SHEETS = frozenset({1, 6})  # macros, Visual Basic: BoundSheet8, 2.4.28
_OWN_BOOKS = frozenset({0x0401, 0x3A01})  # this workbook, functions of an add-in: SupBook, 2.4.271
_DATE_FORMATS = frozenset({14, 15, 16, 17, 22})  # built in: ECMA-376 part 1, 18.8.30
_NO_PART_OF_A_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\[\]]*\]|[_*].')
_LONGEST_FORMAT = 255  # Format, [MS-XLS] 2.4.126
_DAYS_TO_1904 = 1_462  # from the day zero of the usual system to that of the other
_RK_IS_HUNDREDFOLD, _RK_IS_INTEGER = 0x1, 0x2  # RkNumber, 2.5.217

_BOF = struct.Struct("<HH")
_SHEET = struct.Struct("<LBB")
_FORMAT_OF_STYLE = struct.Struct("<2xH")
_CELL = struct.Struct("<HHH")
_NUMBER = struct.Struct("<6xd")
_RK = struct.Struct("<6xL")
_STYLE_AND_RK = struct.Struct("<HL")
_DOUBLE = struct.Struct("<d")


def read_old_workbook(data: bytes, limits: FileLimits) -> list[Grid]:
    """Read the sheets of an .xls.

    Raises
    ------
    RefusedFile
        I103 to I108, I113 or I205.
    """
    compound = CompoundFile(data)
    names = compound.names
    if _ENCRYPTED_STREAM in names:
        raise refuse(FindingCode.ENCRYPTED)
    if names & _ACTIVE_NAMES or any(map(_EMBEDDED.fullmatch, names)):
        raise refuse(FindingCode.ACTIVE_CONTENT)
    if _STREAM not in names:
        raise refuse(FindingCode.UNSUPPORTED_TYPE)
    try:
        return _read_stream(compound.stream(_STREAM), limits)
    except (struct.error, IndexError) as error:
        raise refuse(FindingCode.BROKEN_FILE) from error


def _read_stream(stream: bytes, limits: FileLimits) -> list[Grid]:
    records = read_records(stream)
    first = next(records, None)
    if first is None or first.kind != Kind.BOF or _BOF.unpack_from(first.payload)[0] != _BIFF8:
        raise refuse(FindingCode.UNSUPPORTED_TYPE)
    book = _read_globals(one_part(records))
    _check_sheets(book.sheets, limits)
    wanted = {position for _, position in book.sheets}
    found: dict[int, _Sheet | None] = {}
    cells = 0
    for record in records:
        if record.kind == Kind.BOF:
            sheet = _read_sheet(record, one_part(records), book, limits)
            if record.position in wanted:
                found[record.position] = sheet
                cells += len(sheet.rows) * sheet.width if sheet else 0
                check_spread(cells, limits)
    if found.keys() != wanted:
        raise refuse(FindingCode.BROKEN_FILE)
    return [
        Grid(sheet=name, rows=tuple(map(tuple, sheet.rows)), counts_days_from_1904=book.counts_from_1904)
        for name, position in book.sheets
        if (sheet := found[position])
    ]


def _check_sheets(sheets: tuple[tuple[str, int], ...], limits: FileLimits) -> None:
    if len(sheets) > limits.maximum_members:
        raise refuse(FindingCode.TOO_MANY_MEMBERS, limit=limits.maximum_members)
    if not sheets or len({position for _, position in sheets}) < len(sheets):  # else one sheet could be read for many
        raise refuse(FindingCode.BROKEN_FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """What is said once for all sheets.

    Attributes
    ----------
    sheets
        Name and position of each in the stream, in order.
    date_styles
        Numbers of the styles that show a date.
    """

    sheets: tuple[tuple[str, int], ...]
    texts: list[str]
    date_styles: frozenset[int]
    counts_from_1904: bool


def _read_globals(records: Iterator[Record]) -> _Book:
    sheets: list[tuple[str, int]] = []
    texts: list[bytes] = []
    formats: dict[int, str] = {}
    styles: list[int] = []
    counts_from_1904 = False
    for record in records:
        payload = record.payload
        match record.kind:
            case Kind.FILE_PASS:
                raise refuse(FindingCode.ENCRYPTED)
            case Kind.BOUND_SHEET:
                position, _, kind = _SHEET.unpack_from(payload)
                if kind in _ACTIVE_SHEETS:
                    raise refuse(FindingCode.ACTIVE_CONTENT)
                sheets.append((read_short_text(payload, _SHEET.size), position))
            case Kind.SUP_BOOK if int.from_bytes(payload[2:4], "little") not in _OWN_BOOKS:
                raise refuse(FindingCode.ACTIVE_CONTENT)
            case Kind.DATE_MODE:
                counts_from_1904 = any(payload)
            case Kind.FORMAT:
                formats[int.from_bytes(payload[:2], "little")] = read_long_text(payload, 2)
            case Kind.XF:
                styles.append(_FORMAT_OF_STYLE.unpack_from(payload)[0])
            case Kind.SST:
                texts = [payload]
            case Kind.CONTINUE:  # of the texts, or of something that is not read
                texts.append(payload)
    dates = (_DATE_FORMATS - formats.keys()) | {number for number, text in formats.items() if _shows_date(text)}
    return _Book(
        sheets=tuple(sheets),
        texts=read_shared_texts(texts) if texts else [],
        date_styles=frozenset(number for number, at in enumerate(styles) if at in dates),
        counts_from_1904=counts_from_1904,
    )


def _shows_date(written: str) -> bool:
    positive, _, _ = written[:_LONGEST_FORMAT].partition(";")
    letters = _NO_PART_OF_A_FORMAT.sub("", positive).casefold()
    return "d" in letters or "y" in letters


class _Sheet:
    """A sheet in the making, its rows as far as they are filled."""

    def __init__(self, book: _Book, limits: FileLimits) -> None:
        self.rows: list[list[Cell]] = []
        self.width = 0
        self._book = book
        self._limits = limits

    def take(self, record: Record) -> None:
        """Take one record; those that fill no cell are passed over."""
        payload = record.payload
        match record.kind:
            case Kind.NUMBER:
                self._put_number(payload, _NUMBER.unpack_from(payload)[0])
            case Kind.RK:
                self._put_number(payload, _rk_number(_RK.unpack_from(payload)[0]))
            case Kind.MUL_RK:
                self._put_numbers(payload)
            case Kind.LABEL_SST:
                self._put(payload, self._book.texts[_RK.unpack_from(payload)[0]])
            case Kind.LABEL | Kind.RSTRING:
                self._put(payload, read_long_text(payload, _CELL.size))
            case Kind.BOOL_ERR:
                self._put(payload, Broken.EXCEL_ERROR if payload[7] else payload[6] != 0)
            case Kind.FORMULA:
                self._put(payload, Broken.FORMULA)

    def _put(self, payload: bytes, value: Cell) -> None:
        row, column, _ = _CELL.unpack_from(payload)
        self._fill(row, column, value)

    def _put_number(self, payload: bytes, number: float) -> None:
        row, column, style = _CELL.unpack_from(payload)
        self._fill(row, column, self._number(number, style))

    def _put_numbers(self, payload: bytes) -> None:
        row, first, _ = _CELL.unpack_from(payload)
        cells = _STYLE_AND_RK.iter_unpack(payload[4:-2])
        for column, (style, packed) in enumerate(cells, start=first):
            self._fill(row, column, self._number(_rk_number(packed), style))

    def _number(self, number: float, style: int) -> Cell:
        if not math.isfinite(number):
            return Broken.EXCEL_ERROR
        if style not in self._book.date_styles:
            return number
        days = math.floor(number) + (_DAYS_TO_1904 if self._book.counts_from_1904 else 0)
        return read_day_number(days) or number

    def _fill(self, row: int, column: int, value: Cell) -> None:
        if value == "":
            return
        if row >= len(self.rows) or column >= self.width:
            check_extent(row + 1, column + 1, self._limits)
            self.rows.extend([] for _ in range(row + 1 - len(self.rows)))
            self.width = max(self.width, column + 1)
        cells = self.rows[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = value


def _read_sheet(first: Record, records: Iterator[Record], book: _Book, limits: FileLimits) -> _Sheet | None:
    """Read a sheet to its end; ``None`` for a chart."""
    _, kind = _BOF.unpack_from(first.payload)
    if kind == _MACROS:
        raise refuse(FindingCode.ACTIVE_CONTENT)
    sheet = _Sheet(book, limits)
    for record in records:
        if kind == _WORKSHEET:
            sheet.take(record)
    return sheet if kind == _WORKSHEET else None


def _rk_number(packed: int) -> float:
    """Unpack a number of 30 bits: the upper ones of a double, or an integer; either may be a hundredfold."""
    if packed & _RK_IS_INTEGER:
        number = float((packed - (1 << 32) if packed >= 1 << 31 else packed) >> 2)
    else:
        (number,) = _DOUBLE.unpack(struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))
    return number / 100 if packed & _RK_IS_HUNDREDFOLD else number
