"""The records of an old workbook's stream, BIFF8, and the texts in them: [MS-XLS] 2.1.4, 2.4 and 2.5."""

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from mobile_passport.intake.findings import FindingCode, refuse

_HEAD = struct.Struct("<HH")
_COUNTS = struct.Struct("<LL")
_IS_WIDE, _HAS_PHONETICS, _HAS_RUNS = 0x01, 0x04, 0x08
_BYTES_A_RUN = 4


class Kind(IntEnum):
    """The records that are read."""

    FORMULA = 0x0006
    EOF = 0x000A
    DATE_MODE = 0x0022
    FILE_PASS = 0x002F
    CONTINUE = 0x003C
    BOUND_SHEET = 0x0085
    MUL_RK = 0x00BD
    RSTRING = 0x00D6
    XF = 0x00E0
    SST = 0x00FC
    LABEL_SST = 0x00FD
    SUP_BOOK = 0x01AE
    NUMBER = 0x0203
    LABEL = 0x0204
    BOOL_ERR = 0x0205
    RK = 0x027E
    FORMAT = 0x041E
    BOF = 0x0809


_READ = frozenset(Kind)


class Record(NamedTuple):
    """One record.

    Attributes
    ----------
    position
        Byte of the stream at which it begins.
    kind
        A `Kind`.
    """

    position: int
    kind: int
    payload: bytes


def read_records(stream: bytes) -> Iterator[Record]:
    """Cut a stream into its records, and give those that are read.

    Raises
    ------
    RefusedFile
        I104 while iterating.
    """
    at = 0
    while at + _HEAD.size <= len(stream):
        kind, length = _HEAD.unpack_from(stream, at)
        end = at + _HEAD.size + length
        if end > len(stream):
            raise refuse(FindingCode.BROKEN_FILE)
        if kind in _READ:
            yield Record(at, kind, stream[at + _HEAD.size : end])
        at = end


def one_part(records: Iterator[Record]) -> Iterator[Record]:
    """Give the records of a part of the stream whose BOF was taken, without those of charts inside, up to its EOF.

    Raises
    ------
    RefusedFile
        I104 while iterating, when there is no such end.
    """
    depth = 1
    for record in records:
        if record.kind == Kind.BOF:
            depth += 1
        elif record.kind == Kind.EOF:
            depth -= 1
            if not depth:
                return
        elif depth == 1:
            yield record
    raise refuse(FindingCode.BROKEN_FILE)


def read_short_text(payload: bytes, at: int) -> str:
    """Read a text whose length is one byte: ShortXLUnicodeString."""
    return _text(payload, at + 2, payload[at], payload[at + 1])


def read_long_text(payload: bytes, at: int) -> str:
    """Read a text whose length is two bytes: XLUnicodeString."""
    return _text(payload, at + 3, int.from_bytes(payload[at : at + 2], "little"), payload[at + 2])


def _text(payload: bytes, at: int, length: int, flags: int) -> str:
    end = at + length * (2 if flags & _IS_WIDE else 1)
    if end > len(payload):
        raise refuse(FindingCode.BROKEN_FILE)
    return _widened(payload[at:end], flags).decode("utf-16-le", errors="replace")


def _widened(characters: bytes, flags: int) -> bytes:
    """Characters as UTF-16; packed ones leave out the upper byte, which is zero."""
    return characters if flags & _IS_WIDE else characters.decode("latin-1").encode("utf-16-le")


def read_shared_texts(payloads: list[bytes]) -> list[str]:
    """Read the table of texts from its record and those that follow to continue it: SST, 2.4.265.

    Raises
    ------
    RefusedFile
        I104.
    """
    _, count = _COUNTS.unpack_from(payloads[0])
    rest = _Continued(payloads, at=_COUNTS.size)
    texts: list[str] = []
    while len(texts) < count:
        texts.append(rest.next_text())
    return texts


class _Continued:
    """The bytes of a record and its continuations, of which each that breaks a text begins with flags anew."""

    def __init__(self, payloads: list[bytes], *, at: int) -> None:
        self._payloads = iter(payloads)
        self._payload = next(self._payloads)
        self._at = at

    def next_text(self) -> str:
        """Read one text; its formatting and phonetics are passed over: XLUnicodeRichExtendedString, 2.5.293."""
        if self._at >= len(self._payload):
            self._turn()
        length = int.from_bytes(self._take(2), "little")
        flags = self._take(1)[0]
        runs = int.from_bytes(self._take(2), "little") if flags & _HAS_RUNS else 0
        phonetics = int.from_bytes(self._take(4), "little") if flags & _HAS_PHONETICS else 0
        text = self._characters(length, flags).decode("utf-16-le", errors="replace")
        self._pass_over(runs * _BYTES_A_RUN + phonetics)
        return text

    def _characters(self, left: int, flags: int) -> bytes:
        pieces = []
        while left:
            if self._at >= len(self._payload):
                self._turn()
                flags = self._take(1)[0]
            width = 2 if flags & _IS_WIDE else 1
            here = min(left, (len(self._payload) - self._at) // width)
            pieces.append(_widened(self._take(here * width), flags))
            left -= here
            if left and self._at < len(self._payload):  # half a character
                raise refuse(FindingCode.BROKEN_FILE)
        return b"".join(pieces)

    def _pass_over(self, left: int) -> None:
        while left:
            if self._at >= len(self._payload):
                self._turn()
            here = min(left, len(self._payload) - self._at)
            self._at += here
            left -= here

    def _take(self, size: int) -> bytes:
        taken = self._payload[self._at : self._at + size]
        if len(taken) < size:
            raise refuse(FindingCode.BROKEN_FILE)
        self._at += size
        return taken

    def _turn(self) -> None:
        try:
            self._payload, self._at = next(self._payloads), 0
        except StopIteration:
            raise refuse(FindingCode.BROKEN_FILE) from None
