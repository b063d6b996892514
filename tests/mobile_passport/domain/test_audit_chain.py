import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.domain.audit_chain import (
    GENESIS,
    AuditEntry,
    AuditRecord,
    Break,
    BreakKind,
    canonical_detail,
    canonical_record,
    chained,
    walk,
)
from mobile_passport.domain.audit_export import UnreadableExport, read_lines, write_line

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DETAILS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.lists(st.integers(0, 9), max_size=3),
    max_size=4,
)


def entry(number: int = 0, **changes: object) -> AuditEntry:
    made = AuditEntry(
        kanim="blitar",
        at=NOW + timedelta(seconds=number),
        actor="petugas",
        action="import_request",
        subject=f"subject-{number}",
        detail=canonical_detail({"number": number}),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def chain(length: int) -> list[AuditRecord]:
    records: list[AuditRecord] = []
    for number in range(1, length + 1):
        records.append(chained(entry(number), number, records[-1].hash if records else GENESIS))
    return records


@given(actor=TEXT, subject=TEXT, detail=DETAILS, seq=st.integers(1, 2**31 - 1))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_what_is_hashed_is_the_canonical_json_of_all_fields(
    actor: str, subject: str, detail: dict[str, object], seq: int
) -> None:
    made = entry(actor=actor, subject=subject, detail=canonical_detail(detail))
    expected = {
        "action": "import_request",
        "actor": actor,
        "at": "2026-11-24T03:00:00.000000Z",
        "detail": detail,
        "kanim": "blitar",
        "prev": GENESIS,
        "seq": seq,
        "subject": subject,
    }
    assert canonical_record(made, seq, GENESIS).encode() == rfc8785.dumps(expected)  # type: ignore[arg-type]
    assert chained(made, seq, GENESIS).hash == sha256(rfc8785.dumps(expected)).hexdigest()  # type: ignore[arg-type]


@given(actor=TEXT, subject=TEXT, detail=DETAILS)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_an_exported_line_reads_back_to_the_same_record(actor: str, subject: str, detail: dict[str, object]) -> None:
    record = chained(entry(actor=actor, subject=subject, detail=canonical_detail(detail)), 1, GENESIS)
    assert list(read_lines(io.StringIO(write_line(record) + "\n"))) == [record]


def test_the_same_moment_in_another_zone_has_the_same_hash() -> None:
    wib = NOW.astimezone(timezone(timedelta(hours=7)))
    assert chained(entry(), 1, GENESIS).hash == chained(entry(at=wib), 1, GENESIS).hash


@pytest.mark.parametrize(
    "line", ["", "{}", "[]", "null", '{"at": 1}', write_line(chain(1)[0]).replace('"seq":1', '"seq":"x"')]
)
def test_a_line_that_is_no_record_is_named(line: str) -> None:
    with pytest.raises(UnreadableExport, match="line 2"):
        list(read_lines([write_line(chain(1)[0]), line]))


def rewritten(records: list[AuditRecord], start: int) -> list[AuditRecord]:
    """The chain with another record at a place and everything after it recomputed."""
    kept = records[: start - 1]
    for record in records[start - 1 :]:
        changed = replace(record, subject="forged") if record.seq == start else record
        kept.append(chained(changed, record.seq, kept[-1].hash if kept else GENESIS))
    return kept


def renumbered(records: list[AuditRecord]) -> list[AuditRecord]:
    return [replace(record, seq=number) for number, record in enumerate(records, start=1)]


TEN = chain(10)
EDITS = [
    ("nothing", TEN, None),
    ("changed", [*TEN[:3], replace(TEN[3], actor="lain"), *TEN[4:]], (BreakKind.ALTERED, 4)),
    ("changed, own hash recomputed", [*TEN[:4], chained(entry(99), 5, TEN[3].hash), *TEN[5:]], (BreakKind.UNLINKED, 6)),
    (
        "the same where a checkpoint is",
        [*TEN[:3], chained(entry(99), 4, TEN[2].hash), *TEN[4:]],
        (BreakKind.REWRITTEN, 4),
    ),
    ("deleted", TEN[:3] + TEN[4:], (BreakKind.MISSING, 4)),
    ("deleted and renumbered", renumbered(TEN[:3] + TEN[4:]), (BreakKind.UNLINKED, 4)),
    ("first ones deleted", TEN[2:], (BreakKind.MISSING, 1)),
    ("put in", [*TEN[:4], TEN[3], *TEN[4:]], (BreakKind.REPEATED, 4)),
    ("put in and renumbered", renumbered([*TEN[:4], TEN[1], *TEN[4:]]), (BreakKind.UNLINKED, 5)),
    ("swapped", renumbered([*TEN[:3], TEN[4], TEN[3], *TEN[5:]]), (BreakKind.UNLINKED, 4)),
    ("end cut off", TEN[:6], (BreakKind.CUT, 7)),
    ("everything gone", [], (BreakKind.CUT, 1)),
    ("recomputed from the middle", rewritten(TEN, 3), (BreakKind.REWRITTEN, 4)),
    ("recomputed behind the first checkpoint", rewritten(TEN, 6), (BreakKind.REWRITTEN, 8)),
    ("recomputed behind the last checkpoint", rewritten(TEN, 9), None),
]


@pytest.mark.parametrize(("records", "expected"), [row[1:] for row in EDITS], ids=[row[0] for row in EDITS])
def test_every_edit_before_the_last_checkpoint_is_named(
    records: list[AuditRecord], expected: tuple[BreakKind, int] | None
) -> None:
    broken = walk(records, {4: TEN[3].hash, 8: TEN[7].hash}).broken
    assert (broken and (broken.kind, broken.seq)) == expected


def test_without_checkpoints_a_recomputed_chain_and_a_cut_end_look_sound() -> None:
    assert walk(rewritten(TEN, 3), {}).broken is None
    assert walk(TEN[:6], {}).broken is None


def test_a_break_says_what_the_checkpoints_before_it_vouch_for() -> None:
    assert walk(rewritten(TEN, 6), {4: TEN[3].hash, 8: TEN[7].hash}).broken == Break(
        kind=BreakKind.REWRITTEN, seq=8, sound_to=4
    )
