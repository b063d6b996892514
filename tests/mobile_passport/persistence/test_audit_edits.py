"""Somebody who may do everything to the database edits the log, and is found.

``MP_AUDIT_EDITS`` sets how many edits are tried on each database (10,000 for the full run).
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from mobile_passport.domain.audit_chain import GENESIS, AuditRecord, BreakKind, chained, walk
from mobile_passport.domain.audit_checkpoint import CheckpointKey
from mobile_passport.persistence.audit.audit_log import AuditLog
from mobile_passport.persistence.audit.audit_table import AuditRow
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.database import Database
from tests.tampering import disarm

EDITS = int(os.environ.get("MP_AUDIT_EDITS", "300"))
RECORDS, EVERY = 60, 12
WITNESSED = RECORDS - 5
"""Number of the record at the last checkpoint; what is edited behind it, nothing shows."""
AUDIT = AuditRow.__table__
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

type Edit = Callable[[Session, random.Random], tuple[int, set[BreakKind]]]
"""Edits the log; returns the first number it touched, and how that may show."""


def fill(database: Database) -> dict[int, str]:
    """Write the log, and return what its checkpoints have witnessed."""
    for number in range(RECORDS):
        with database.transaction() as session:
            at = NOW + timedelta(minutes=number)
            detail = {"people": number, "place": "found"}
            write_audit(
                session, kanim="blitar", at=at, actor="petugas", action="import", subject=f"s{number}", detail=detail
            )
    with database.reading() as session:
        records = {record.seq: record for record in AuditLog(session, "blitar").records()}
    key = CheckpointKey.derived("secret")
    places = [*range(EVERY, WITNESSED, EVERY), WITNESSED]
    made = [key.sign(kanim="blitar", seq=n, count=n, hash_=records[n].hash, at=NOW) for n in places]
    return {checkpoint.seq: checkpoint.hash for checkpoint in made}


@contextmanager
def as_superuser(database: Database) -> Iterator[Session]:
    """A transaction without triggers and constraints that is undone at its end."""
    with database.engine.connect() as connection, Session(connection) as session:
        disarm(connection)
        if database.is_sqlite:
            connection.exec_driver_sql("ALTER TABLE audit RENAME TO audit_before")
            connection.exec_driver_sql("CREATE TABLE audit AS SELECT * FROM audit_before")
        else:
            connection.exec_driver_sql("ALTER TABLE audit DROP CONSTRAINT pk_audit")
            connection.exec_driver_sql("ALTER TABLE audit DROP CONSTRAINT uq_audit_kanim_prev_hash")
        yield session
        session.rollback()


def change(session: Session, chance: random.Random) -> tuple[int, set[BreakKind]]:
    """Change one field of a record."""
    seq = chance.randint(1, WITNESSED)
    values = {
        "actor": "orang lain",
        "action": "nothing",
        "subject": "-",
        "at": NOW - timedelta(days=1),
        "detail": {"people": 999},
        "prev_hash": "ab" * 32,
        "hash": "cd" * 32,
    }
    name = chance.choice(sorted(values))
    session.execute(update(AUDIT).where(AUDIT.c.seq == seq).values({name: values[name]}))
    return seq, {BreakKind.ALTERED, BreakKind.UNLINKED}


def change_and_rehash(session: Session, chance: random.Random) -> tuple[int, set[BreakKind]]:
    """Change a record and give it the hash that it should have then."""
    seq = chance.randint(1, WITNESSED)
    _store(session, _forged(_records(session), seq)[seq - 1])
    return seq, {BreakKind.UNLINKED, BreakKind.REWRITTEN}


def remove(session: Session, chance: random.Random) -> tuple[int, set[BreakKind]]:
    """Remove one or several records in a row."""
    seq = chance.randint(1, WITNESSED)
    session.execute(delete(AUDIT).where(AUDIT.c.seq.between(seq, min(WITNESSED, seq + chance.randint(0, 3)))))
    return seq, {BreakKind.MISSING}


def remove_and_close_up(session: Session, chance: random.Random) -> tuple[int, set[BreakKind]]:
    """Remove a record and renumber those behind it."""
    seq = chance.randint(1, WITNESSED)
    session.execute(delete(AUDIT).where(AUDIT.c.seq == seq))
    session.execute(update(AUDIT).where(AUDIT.c.seq > seq).values(seq=AUDIT.c.seq - 1))
    return seq, {BreakKind.UNLINKED}


def put_in(session: Session, chance: random.Random) -> tuple[int, set[BreakKind]]:
    """Put a well-made record in between, and move up those behind it."""
    records = _records(session)
    seq = chance.randint(1, WITNESSED)
    before = records[seq - 2].hash if seq > 1 else GENESIS
    session.execute(update(AUDIT).where(AUDIT.c.seq >= seq).values(seq=AUDIT.c.seq + 1))
    new = chained(replace(records[chance.randrange(RECORDS)], subject="put in"), seq, before)
    session.execute(insert(AUDIT).values(_values(new)))
    return seq, {BreakKind.UNLINKED, BreakKind.REWRITTEN}


def swap(session: Session, chance: random.Random) -> tuple[int, set[BreakKind]]:
    """Let two records change places."""
    first, second = sorted(chance.sample(range(1, WITNESSED + 1), 2))
    for old, new in ((first, 10 * RECORDS), (second, first), (10 * RECORDS, second)):
        session.execute(update(AUDIT).where(AUDIT.c.seq == old).values(seq=new))
    return first, {BreakKind.UNLINKED}


def cut(session: Session, chance: random.Random) -> tuple[int, set[BreakKind]]:
    """Cut the end off, with at least the last record that was witnessed."""
    seq = chance.randint(1, WITNESSED)
    session.execute(delete(AUDIT).where(AUDIT.c.seq >= seq))
    return seq, {BreakKind.CUT}


def recompute(session: Session, chance: random.Random) -> tuple[int, set[BreakKind]]:
    """Forge a record and recompute the chain from there to its end."""
    seq = chance.randint(1, WITNESSED)
    _store_from(session, seq, _forged(_records(session), seq)[seq - 1 :])
    return seq, {BreakKind.REWRITTEN}


def drop_and_recompute(session: Session, chance: random.Random) -> tuple[int, set[BreakKind]]:
    """Remove a record and recompute the chain behind it, so that nothing shows but what was witnessed."""
    records = _records(session)
    seq = chance.randint(1, WITNESSED)
    kept = records[: seq - 1]
    for number, record in enumerate(records[seq:], start=seq):
        kept.append(chained(record, number, kept[-1].hash if kept else GENESIS))
    _store_from(session, seq, kept[seq - 1 :])
    return seq, {BreakKind.REWRITTEN}


KINDS: tuple[Edit, ...] = (
    change,
    change_and_rehash,
    remove,
    remove_and_close_up,
    put_in,
    swap,
    cut,
    recompute,
    drop_and_recompute,
)


def test_every_edit_before_the_last_checkpoint_is_found_and_its_place_named(database: Database) -> None:
    witnessed = fill(database)
    chance, missed = random.Random(20261124), []
    with as_superuser(database) as session:
        for number in range(EDITS):
            edit = KINDS[number % len(KINDS)]
            savepoint = session.begin_nested()
            first, kinds = edit(session, chance)
            broken = walk(AuditLog(session, "blitar").records(), witnessed).broken
            savepoint.rollback()
            is_near = broken is not None and (broken.kind is BreakKind.REWRITTEN or broken.seq <= first + 1)
            if broken is None or broken.kind not in kinds or not broken.sound_to < first <= broken.seq or not is_near:
                missed.append((edit.__name__, first, broken))
    assert missed == []
    with database.reading() as session:
        assert walk(AuditLog(session, "blitar").records(), witnessed).broken is None


@pytest.mark.parametrize("edit", [recompute, cut, drop_and_recompute], ids=lambda edit: edit.__name__)
def test_without_checkpoints_these_edits_would_not_be_found(database: Database, edit: Edit) -> None:
    fill(database)
    with as_superuser(database) as session:
        edit(session, random.Random(1))
        assert walk(AuditLog(session, "blitar").records(), {}).broken is None


def _records(session: Session) -> list[AuditRecord]:
    return list(AuditLog(session, "blitar").records())


def _forged(records: list[AuditRecord], seq: int) -> list[AuditRecord]:
    kept = records[: seq - 1]
    for record in records[seq - 1 :]:
        entry = chained(record, record.seq, kept[-1].hash if kept else GENESIS)
        if record.seq == seq:
            entry = chained(replace(entry, subject="forged"), seq, entry.prev_hash)
        kept.append(entry)
    return kept


def _store(session: Session, record: AuditRecord) -> None:
    session.execute(update(AUDIT).where(AUDIT.c.seq == record.seq).values(_values(record)))


def _store_from(session: Session, seq: int, records: list[AuditRecord]) -> None:
    session.execute(delete(AUDIT).where(AUDIT.c.seq >= seq))
    session.execute(insert(AUDIT), [_values(record) for record in records])


def _values(record: AuditRecord) -> dict[str, object]:
    return {
        "kanim": record.kanim,
        "seq": record.seq,
        "at": record.at,
        "actor": record.actor,
        "action": record.action,
        "subject": record.subject,
        "detail": record.content,
        "prev_hash": record.prev_hash,
        "hash": record.hash,
    }
