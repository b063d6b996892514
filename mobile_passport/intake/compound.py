"""The streams of a compound file, the wrapping of an old .xls, followed with suspicion: [MS-CFB] 2.

Nothing is allocated by a number that the file states, and no chain of sectors may meet itself.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from mobile_passport.intake.findings import FindingCode, refuse

COMPOUND_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADER = struct.Struct("<24x2x2H2H14xL4x2L12x109L")
_LITTLE_ENDIAN = 0xFFFE
_SECTOR_SHIFTS = {3: 9, 4: 12}
_SHORT_SECTOR_SHIFT = 6
_SHORT_STREAM_BELOW = 4_096
_ENTRY = struct.Struct("<64sHB49xLL4x")
_END_OF_CHAIN = 0xFFFFFFFE
_FREE = 0xFFFFFFFF


class EntryKind(IntEnum):
    """What an entry of the directory stands for."""

    STORAGE = 1
    STREAM = 2
    ROOT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """A compound file, its directory read.

    Parameters
    ----------
    data
        The whole file. One of more than 109 sectors of allocation table (6.8 MiB or more) is not followed.

    Raises
    ------
    RefusedFile
        I104.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEADER.size or not data.startswith(COMPOUND_MAGIC):
            raise refuse(FindingCode.BROKEN_FILE)
        version, order, shift, short_shift, directory, below, short_table, *tables = _HEADER.unpack_from(data)
        if (order, shift, short_shift, below) != (
            _LITTLE_ENDIAN,
            _SECTOR_SHIFTS.get(version),
            _SHORT_SECTOR_SHIFT,
            _SHORT_STREAM_BELOW,
        ):
            raise refuse(FindingCode.BROKEN_FILE)
        self._data = data
        self._shift = shift
        self._next = _numbers(_join(data, [number + 1 for number in tables if number != _FREE], shift))
        self._short_table = short_table
        try:
            self._entries = tuple(map(_entry, _ENTRY.iter_unpack(self._sectors(directory))))
        except struct.error as error:
            raise refuse(FindingCode.BROKEN_FILE) from error

    @property
    def names(self) -> frozenset[str]:
        """Names of all storages and streams, folded to one case, as such names are compared."""
        return frozenset(entry.name for entry in self._entries if entry.kind in EntryKind)

    def stream(self, name: str) -> bytes:
        """Join a stream that occurs once, wherever in the file it stands.

        Raises
        ------
        RefusedFile
            I104.
        """
        found = [entry for entry in self._entries if (entry.name, entry.kind) == (name, EntryKind.STREAM)]
        if len(found) != 1:
            raise refuse(FindingCode.BROKEN_FILE)
        (entry,) = found
        content = self._sectors(entry.start) if entry.size >= _SHORT_STREAM_BELOW else self._short_sectors(entry.start)
        if len(content) < entry.size:
            raise refuse(FindingCode.BROKEN_FILE)
        return content[: entry.size]

    def _sectors(self, start: int) -> bytes:
        return _join(self._data, [number + 1 for number in _chain(start, self._next)], self._shift)

    def _short_sectors(self, start: int) -> bytes:
        if not self._entries or self._entries[0].kind != EntryKind.ROOT:
            raise refuse(FindingCode.BROKEN_FILE)
        following = _numbers(self._sectors(self._short_table))
        return _join(self._sectors(self._entries[0].start), _chain(start, following), _SHORT_SECTOR_SHIFT)


def _chain(start: int, following: Sequence[int]) -> Sequence[int]:
    """Follow a chain from its first sector to its last; no sector comes twice."""
    chain: dict[int, None] = {}
    while start != _END_OF_CHAIN:
        if start in chain or start >= len(following):
            raise refuse(FindingCode.BROKEN_FILE)
        chain[start] = None
        start = following[start]
    return tuple(chain)


def _join(data: bytes, numbers: Sequence[int], shift: int) -> bytes:
    """Join sectors, numbered from 0; where the file ends before them, there are fewer bytes."""
    return b"".join(data[number << shift : (number + 1) << shift] for number in numbers)


def _numbers(table: bytes) -> tuple[int, ...]:
    return struct.unpack_from(f"<{len(table) // 4}L", table)


def _entry(fields: tuple[bytes, int, int, int, int]) -> _Entry:
    name, length, kind, start, size = fields
    written = name[: max(length - 2, 0)].decode("utf-16-le", errors="replace")  # a zero ends it
    return _Entry(name=written.casefold(), kind=kind, start=start, size=size)
