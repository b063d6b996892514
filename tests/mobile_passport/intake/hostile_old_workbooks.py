"""Old workbooks made to hurt: each is one that was written soundly, with a few bytes changed for what it is named."""

import struct
from collections.abc import Callable

import xlwt

from mobile_passport.intake.biff import Kind
from mobile_passport.intake.findings import FindingCode
from tests.mobile_passport.intake.lists import old_workbook, saved

C = FindingCode
_SECTOR = 512
_ENTRY = 128
_FIRST_DIRECTORY, _SHORT_TABLE, _FIRST_TABLE = 48, 60, 76  # places in the header: [MS-CFB] 2.2
_END_OF_CHAIN = 0xFFFFFFFE


def patched(data: bytes, at: int, *numbers: int) -> bytes:
    """Overwrite numbers of four bytes."""
    changed = bytearray(data)
    struct.pack_into(f"<{len(numbers)}L", changed, at, *numbers)
    return bytes(changed)


def number_at(data: bytes, at: int) -> int:
    """Read a number of four bytes."""
    return int.from_bytes(data[at : at + 4], "little")


def table_of(data: bytes) -> int:
    """Where the table that tells the next sector of each begins; the stream is the chain from sector 0 on."""
    return (number_at(data, _FIRST_TABLE) + 1) * _SECTOR


def entry_of(data: bytes, number: int) -> int:
    """Where the n-th entry of the directory begins: the root, the stream, and two that are free."""
    return (number_at(data, _FIRST_DIRECTORY) + 1) * _SECTOR + number * _ENTRY


def named(data: bytes, number: int, name: str, kind: int) -> bytes:
    """Name an entry of the directory."""
    at = entry_of(data, number)
    text = name.encode("utf-16-le")
    changed = data[:at] + text.ljust(64, b"\0") + struct.pack("<HB", len(text) + 2, kind) + data[at + 67 :]
    assert len(changed) == len(data)
    return changed


def record_of(data: bytes, kind: int) -> int:
    """Where the payload of the first record of a kind begins; the writer puts the stream right after the header."""
    at = _SECTOR
    while (found := struct.unpack_from("<HH", data, at))[0] != kind:
        at += 4 + found[1]
    return at + 4


def retyped(data: bytes, kind: int, other: int) -> bytes:
    """Make a record one of another kind."""
    at = record_of(data, kind) - 4
    return data[:at] + struct.pack("<H", other) + data[at + 2 :]


def in_short_sectors(data: bytes) -> bytes:
    """Move a small stream to where the format keeps small ones: a stream of all of them, in sectors of 64 bytes."""
    root, stream, table = entry_of(data, 0), entry_of(data, 1), table_of(data)
    added = len(data) // _SECTOR - 1
    assert number_at(data, stream + 120) == 4_096, "padded to that size by its writer"
    short = struct.pack("<64L64x64x64x64x", *range(1, 64), _END_OF_CHAIN)
    data = patched(data, root + 116, 0, 4_096)
    data = patched(data, stream + 116, 0, 4_090)
    data = patched(data, table + added * 4, _END_OF_CHAIN)
    return patched(data, _SHORT_TABLE, added, 1) + short


def small() -> bytes:
    """A workbook of one cell."""
    book = xlwt.Workbook()
    book.add_sheet("Daftar").write(0, 0, "Nama")
    return saved(book)


def cell_at(row: int, column: int, sheets: int = 1) -> bytes:
    """Sheets of one cell each."""
    book = xlwt.Workbook()
    for number in range(sheets):
        book.add_sheet(f"s{number}").write(row, column, "x")
    return saved(book)


def linked() -> bytes:
    """A formula that refers to another sheet, through a table of books."""
    book = xlwt.Workbook()
    book.add_sheet("Lain").write(0, 0, "x")
    book.add_sheet("Daftar").write(0, 0, xlwt.Formula("Lain!A1"))
    return saved(book)


def sheet_of_kind(kind: int) -> bytes:
    """Say in the list of sheets that the only one is of another kind."""
    data = bytearray(old_workbook())
    data[record_of(bytes(data), Kind.BOUND_SHEET) + 5] = kind
    return bytes(data)


def both_sheets_at_one_place() -> bytes:
    data = old_workbook(sheets=("A", "B"))
    first = record_of(data, Kind.BOUND_SHEET)
    second = first + struct.unpack_from("<H", data, first - 2)[0] + 4
    return patched(data, second, number_at(data, first))


def stuffed(record: bytes, size: int) -> bytes:
    """A stream of one record, over and over, after the beginning of a workbook."""
    data = small()
    bof = data[_SECTOR : _SECTOR + 20]
    stream = (bof + record * (size // len(record)))[: size // _SECTOR * _SECTOR]
    sectors = len(stream) // _SECTOR
    tables = -(-(sectors + 100) // (_SECTOR // 4))
    chain = [*range(1, sectors), _END_OF_CHAIN, _END_OF_CHAIN]
    chain += [0xFFFFFFFF] * (tables * _SECTOR // 4 - len(chain))
    at = entry_of(data, 0)
    directory = patched(data[at : at + _SECTOR], _ENTRY + 116, 0, len(stream))
    header = patched(data[:_SECTOR], _FIRST_DIRECTORY, sectors)
    header = patched(header, _FIRST_TABLE, *range(sectors + 1, sectors + 1 + tables))
    return header + stream + directory + struct.pack(f"<{len(chain)}L", *chain)


HOSTILE_OLD: dict[str, tuple[Callable[[], bytes], FindingCode]] = {
    "XLS of zeros": (lambda: small()[:8] + bytes(504), C.BROKEN_FILE),
    "XLS cut in its header": (lambda: small()[:200], C.BROKEN_FILE),
    "XLS cut in its stream": (lambda: old_workbook()[:2_000], C.BROKEN_FILE),
    "XLS of sectors of a gigabyte": (lambda: patched(small(), 30, 30), C.BROKEN_FILE),
    "XLS whose stream never ends": (lambda: patched(small(), table_of(small()) + 4, 0), C.BROKEN_FILE),
    "XLS whose stream leaves the file": (lambda: patched(small(), table_of(small()) + 4, 4_000_000), C.BROKEN_FILE),
    "XLS whose stream is short": (lambda: patched(small(), table_of(small()) + 4, _END_OF_CHAIN), C.BROKEN_FILE),
    "XLS whose stream is said to be longer": (
        lambda: patched(small(), entry_of(small(), 1) + 120, 9_000),
        C.BROKEN_FILE,
    ),
    "XLS in the other order of bytes": (lambda: patched(small(), 28, 0x0009_FEFF), C.BROKEN_FILE),
    "XLS whose directory never ends": (
        lambda: patched(small(), table_of(small()) + number_at(small(), 48) * 4, number_at(small(), 48)),
        C.BROKEN_FILE,
    ),
    "XLS whose directory is nowhere": (lambda: patched(small(), 48, 4_000_000), C.BROKEN_FILE),
    "XLS whose table is nowhere": (lambda: patched(small(), _FIRST_TABLE, 4_000_000), C.BROKEN_FILE),
    "XLS without root": (lambda: named(in_short_sectors(small()), 0, "Root Entry", 2), C.BROKEN_FILE),
    "XLS with two streams of one name": (lambda: named(small(), 2, "WORKBOOK", 2), C.BROKEN_FILE),
    "XLS of Excel 95": (lambda: named(small(), 1, "Book", 2), C.UNSUPPORTED_TYPE),
    "XLS of an older version": (
        lambda: patched(small(), record_of(small(), Kind.BOF), 0x0005_0500),
        C.UNSUPPORTED_TYPE,
    ),
    "old text document": (lambda: named(small(), 1, "WordDocument", 2), C.UNSUPPORTED_TYPE),
    "XLSX with a password": (lambda: named(small(), 1, "EncryptedPackage", 2), C.ENCRYPTED),
    "XLS with a password": (lambda: retyped(old_workbook(), 0x005C, Kind.FILE_PASS), C.ENCRYPTED),
    "XLS with macros": (lambda: named(old_workbook(), 2, "_VBA_PROJECT_CUR", 1), C.ACTIVE_CONTENT),
    "XLS with an embedded object": (lambda: named(old_workbook(), 2, "MBD0001A2F3", 1), C.ACTIVE_CONTENT),
    "XLS with controls": (lambda: named(old_workbook(), 2, "Ctls", 2), C.ACTIVE_CONTENT),
    "XLS with a sheet of macros": (lambda: sheet_of_kind(1), C.ACTIVE_CONTENT),
    "XLS that names its sheet of macros a plain one": (
        lambda: patched(small(), _SECTOR + number_at(small(), record_of(small(), Kind.BOUND_SHEET)) + 4, 0x0040_0600),
        C.ACTIVE_CONTENT,
    ),
    "XLS with a link to another workbook": (
        lambda: patched(linked(), record_of(linked(), Kind.SUP_BOOK), 0x0005_0001),
        C.ACTIVE_CONTENT,
    ),
    "XLS of billions of texts": (
        lambda: patched(small(), record_of(small(), Kind.SST), 0xFFFFFFFF, 0xFFFFFFFF),
        C.BROKEN_FILE,
    ),
    "XLS with a text that is nowhere": (
        lambda: patched(small(), record_of(small(), Kind.LABEL_SST) + 6, 7),
        C.BROKEN_FILE,
    ),
    "XLS with a sheet that is nowhere": (
        lambda: patched(small(), record_of(small(), Kind.BOUND_SHEET), 7),
        C.BROKEN_FILE,
    ),
    "XLS with two sheets at one place": (both_sheets_at_one_place, C.BROKEN_FILE),
    "XLS without a sheet": (lambda: retyped(small(), Kind.BOUND_SHEET, 0x0001), C.BROKEN_FILE),
    "XLS whose cell is cut short": (lambda: retyped(small(), Kind.LABEL_SST, Kind.NUMBER), C.BROKEN_FILE),
    "XLS with a cell in the last row": (lambda: cell_at(65_535, 0), C.TOO_MANY_ROWS),
    "XLS with a cell in the last column": (lambda: cell_at(0, 255), C.TOO_WIDE),
    "forty XLS sheets spread wide": (lambda: cell_at(5_999, 59, sheets=40), C.UNPACKS_TOO_LARGE),
    "XLS of a million records": (lambda: stuffed(b"\0\0\0\0", 5_000_000), C.BROKEN_FILE),
    "XLS of charts in charts": (lambda: stuffed(b"\x09\x08\x04\0\0\x06\x20\0", 1_000_000), C.BROKEN_FILE),
}
