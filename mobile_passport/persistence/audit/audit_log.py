"""The audit log of an office: records are chained when their transaction commits, and read back as a stream."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import cast

from sqlalchemy import Table, Text, bindparam, event, func, insert, select, text, type_coerce
from sqlalchemy.orm import Session

from mobile_passport.domain.audit_chain import GENESIS, AuditEntry, AuditRecord, chained
from mobile_passport.persistence.audit.audit_table import AuditRow

_PENDING = "audit"
_ROWS_AT_A_TIME = 5_000
_INSERT = insert(cast(Table, AuditRow.__table__)).values(detail=bindparam("text", type_=Text))  # canonical already


class AuditLog:
    """The chain of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def head(self) -> tuple[int, str]:
        """Return number and hash of the last record; 0 and `GENESIS` when there is none."""
        query = (
            select(AuditRow.seq, AuditRow.hash)
            .where(AuditRow.kanim == self._kanim)
            .order_by(AuditRow.seq.desc())
            .limit(1)
        )
        row = self._session.execute(query).first()
        return (row.seq, row.hash) if row else (0, GENESIS)

    def hash_at(self, seq: int) -> str | None:
        """Return the hash of a record, `GENESIS` for number 0, ``None`` when there is no such record."""
        if seq == 0:
            return GENESIS
        return self._session.scalar(select(AuditRow.hash).where(AuditRow.kanim == self._kanim, AuditRow.seq == seq))

    def count(self) -> int:
        """Return how many records there are."""
        return self._session.scalar(select(func.count()).where(AuditRow.kanim == self._kanim)) or 0

    def records(self, *, after: int = 0) -> Iterator[AuditRecord]:
        """Stream the records by number, a few thousand in memory at a time."""
        query = (
            select(
                AuditRow.seq,
                AuditRow.at,
                AuditRow.actor,
                AuditRow.action,
                AuditRow.subject,
                type_coerce(AuditRow.detail, Text).label("detail"),
                AuditRow.prev_hash,
                AuditRow.hash,
            )
            .where(AuditRow.kanim == self._kanim, AuditRow.seq > after)
            .order_by(AuditRow.seq)
            .execution_options(yield_per=_ROWS_AT_A_TIME)
        )
        with self._session.execute(query) as rows:  # whoever stops in the middle closes the cursor as well
            for seq, at, actor, action, subject, detail, prev_hash, hash_ in rows:
                yield AuditRecord(
                    kanim=self._kanim,
                    seq=seq,
                    at=at,
                    actor=actor,
                    action=action,
                    subject=subject,
                    detail=detail,
                    prev_hash=prev_hash,
                    hash=hash_,
                )


def append_at_commit(session: Session, entry: AuditEntry) -> None:
    """Chain an entry as the last thing its transaction does.

    The end of a chain is a lock that everybody needs: taken last and held only for the commit, nobody can wait for
    anything else while holding it, so it takes part in no deadlock. Inside a savepoint it is chained at once, so that
    it vanishes with the savepoint.
    """
    if session.in_nested_transaction():
        _append(session, [entry])
        return
    session.connection()  # begins the transaction if nothing has yet
    transaction, entries = session.info.get(_PENDING, (None, []))
    if transaction is not session.get_transaction():
        entries = []  # left behind by a transaction that was rolled back
    entries.append(entry)
    session.info[_PENDING] = (session.get_transaction(), entries)
    if not event.contains(session, "before_commit", _append_pending):
        event.listen(session, "before_commit", _append_pending)


def _append_pending(session: Session) -> None:
    if session.in_nested_transaction():
        return  # the release of a savepoint is no commit
    transaction, entries = session.info.pop(_PENDING, (None, []))
    if transaction is session.get_transaction():
        session.flush()
        _append(session, entries)


def _append(session: Session, entries: Iterable[AuditEntry]) -> None:
    offices: dict[str, list[AuditEntry]] = {}
    for entry in entries:
        offices.setdefault(entry.kanim, []).append(entry)
    for kanim in sorted(offices):
        _lock_end(session, kanim)
        seq, last = AuditLog(session, kanim).head()
        rows = []
        for entry in offices[kanim]:
            record = chained(entry, seq + 1, last)
            seq, last = record.seq, record.hash
            rows.append(
                {
                    "kanim": kanim,
                    "seq": record.seq,
                    "at": record.at,
                    "actor": record.actor,
                    "action": record.action,
                    "subject": record.subject,
                    "text": record.detail,
                    "prev_hash": record.prev_hash,
                    "hash": record.hash,
                }
            )
        session.execute(_INSERT, rows)


def _lock_end(session: Session, kanim: str) -> None:
    """Let one transaction at a time add to a chain. SQLite has one writer anyway (``BEGIN IMMEDIATE``)."""
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(sha256(f"audit:{kanim}".encode()).digest()[:8], signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
