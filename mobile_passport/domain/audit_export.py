"""The audit log as a file: one record a line, JSON in the very form that its hash was made of, and the hash."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from mobile_passport.domain.audit_chain import AuditRecord, canonical_detail, canonical_record
from mobile_passport.domain.refusal import Refusal

_HASH = ',"hash":"'


class UnreadableExport(Refusal):
    """A line of an export is no audit record; the message names the line."""

    code = "unreadable_export"


_LARGEST_EXACT = 2**53 - 1


def write_line(record: AuditRecord) -> str:
    """Return a record as one line: remove ``hash``, write the rest as canonical JSON, and SHA-256 gives ``hash``."""
    return f'{canonical_record(record, record.seq, record.prev_hash)[:-1]}{_HASH}{record.hash}"}}'


def read_lines(lines: Iterable[str]) -> Iterator[AuditRecord]:
    """Read records back in the order of the file.

    Raises
    ------
    UnreadableExport
        At the first line that is no record.
    """
    for number, line in enumerate(lines, start=1):
        try:
            data = json.loads(line, parse_int=_number)
            record = AuditRecord(
                kanim=data["kanim"],
                at=datetime.strptime(data["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
                actor=data["actor"],
                action=data["action"],
                subject=data["subject"],
                detail=canonical_detail(data["detail"]),
                seq=int(data["seq"]),
                prev_hash=data["prev"],
                hash=data["hash"],
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UnreadableExport(f"line {number}: not an audit record; export the log anew") from error
        yield record


def _number(text: str) -> int | float:
    """Canonical JSON has doubles only: one that is whole and large looks like an integer that it may not hold."""
    number = int(text)
    return number if abs(number) <= _LARGEST_EXACT else float(text)
