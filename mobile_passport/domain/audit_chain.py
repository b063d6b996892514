"""The audit log as a chain: each record carries the hash of the one before it, so no past record can change unseen.

A record's hash is SHA-256 over its canonical JSON (RFC 8785) with the hash of its predecessor inside. Anybody can
recompute it from an export; see `walk` for what a chain alone can and cannot show.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from json.encoder import encode_basestring as quote  # compiled; escapes exactly what RFC 8785 3.2.2.2 escapes
from typing import Any

import rfc8785

GENESIS = "0" * 64
"""What stands in the place of a predecessor's hash in the first record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """What somebody did, not yet chained.

    Attributes
    ----------
    detail
        Canonical JSON (RFC 8785) of identifiers and counts, made by `canonical_detail`.
    """

    kanim: str
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str

    @property
    def content(self) -> dict[str, Any]:
        """The detail as an object."""
        read: dict[str, Any] = json.loads(self.detail)
        return read


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord(AuditEntry):
    """An entry in its place in the chain.

    Attributes
    ----------
    seq
        1, 2, 3 … in an office, without gaps.
    prev_hash, hash
        64 hex digits; of the record before, and of this one.
    """

    seq: int
    prev_hash: str
    hash: str


class BreakKind(StrEnum):
    """How a chain is broken at a place."""

    MISSING = "missing"
    """The numbers jump: records were removed."""
    REPEATED = "repeated"
    """A number comes twice or goes back: records were put in or moved."""
    UNLINKED = "unlinked"
    """The record does not follow the one before it: something was put in, removed, moved or rewritten here."""
    ALTERED = "altered"
    """The record is not what its hash was made of."""
    CUT = "cut"
    """A checkpoint has seen records that are gone: the end was cut off."""
    REWRITTEN = "rewritten"
    """A checkpoint has seen another record here: the chain was recomputed from somewhere after the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The first place at which a chain is broken.

    Attributes
    ----------
    seq
        Number of the record; for `BreakKind.REWRITTEN` that of the checkpoint which no longer fits.
    sound_to
        The last record before it that a checkpoint vouches for, 0 without one. What lies between the two may have been
        recomputed as well.
    """

    kind: BreakKind
    seq: int
    sound_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What reading a chain from its beginning showed: records read, hash of the last one, the first break."""

    records: int
    hash: str
    broken: Break | None


def canonical_detail(detail: Mapping[str, Any]) -> str:
    """Return the canonical JSON of a record's detail.

    Raises
    ------
    rfc8785.CanonicalizationError
        For what is not JSON, or a number that JSON cannot carry exactly.
    """
    return rfc8785.dumps(dict(detail)).decode()


def moment_text(at: datetime) -> str:
    """Return a moment as records spell it: UTC, microseconds, ``Z``."""
    if at.tzinfo is None:
        raise ValueError("naive datetime; give it a zone")
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def canonical_record(entry: AuditEntry, seq: int, prev_hash: str) -> str:
    """Return the canonical JSON that a record's hash is made of: keys ascending, no blanks."""
    return (
        f'{{"action":{quote(entry.action)},"actor":{quote(entry.actor)},"at":"{moment_text(entry.at)}",'
        f'"detail":{entry.detail},"kanim":{quote(entry.kanim)},"prev":"{prev_hash}","seq":{seq},'
        f'"subject":{quote(entry.subject)}}}'
    )


def hash_of(entry: AuditEntry, seq: int, prev_hash: str) -> str:
    """Return the hash of a record as 64 hex digits."""
    return sha256(canonical_record(entry, seq, prev_hash).encode()).hexdigest()


def chained(entry: AuditEntry, seq: int, prev_hash: str) -> AuditRecord:
    """Put an entry in its place."""
    return AuditRecord(
        kanim=entry.kanim,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        detail=entry.detail,
        seq=seq,
        prev_hash=prev_hash,
        hash=hash_of(entry, seq, prev_hash),
    )


def walk(
    records: Iterable[AuditRecord], witnessed: Mapping[int, str], *, after: int = 0, after_hash: str = GENESIS
) -> Walk:
    """Follow a chain and stop at its first break.

    Parameters
    ----------
    records
        By ascending number, beginning with ``after + 1``.
    witnessed
        Hash by number, from checkpoints whose signature was verified. Whoever can write everything can recompute a
        chain to its end; only what was witnessed outside shows that. Nothing shows it behind the last checkpoint.
    after, after_hash
        Where to begin when not at the first record.
    """
    seq, last, sound_to = after, after_hash, after
    for record in records:
        kind = _break_of(record, seq, last)
        if kind is None and witnessed.get(record.seq, record.hash) != record.hash:
            kind = BreakKind.REWRITTEN
        if kind is not None:
            place = seq + 1 if kind is BreakKind.MISSING else record.seq
            return Walk(records=seq - after, hash=last, broken=Break(kind=kind, seq=place, sound_to=sound_to))
        seq, last = record.seq, record.hash
        if seq in witnessed:
            sound_to = seq
    is_cut = any(number > seq for number in witnessed)
    broken = Break(kind=BreakKind.CUT, seq=seq + 1, sound_to=sound_to) if is_cut else None
    return Walk(records=seq - after, hash=last, broken=broken)


def _break_of(record: AuditRecord, seq: int, last: str) -> BreakKind | None:
    if record.seq != seq + 1:
        return BreakKind.MISSING if record.seq > seq + 1 else BreakKind.REPEATED
    if record.prev_hash != last:
        return BreakKind.UNLINKED
    if hash_of(record, record.seq, last) != record.hash:
        return BreakKind.ALTERED
    return None
