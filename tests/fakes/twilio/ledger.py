"""Books that outlive the fake: every message taken is in a file before it is answered."""

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.fakes.twilio.books import Books, Entry

_MOMENTS = ("created_at", "sent_at")


class Ledger:
    """A file of messages taken; any process may read it at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with closing(self._open()) as database:
            database.execute("CREATE TABLE IF NOT EXISTS taken (sid TEXT PRIMARY KEY, message TEXT)")

    def add(self, entry: Entry) -> None:
        """Keep a message for good."""
        with closing(self._open()) as database, database:
            database.execute("INSERT INTO taken VALUES (?, ?)", (entry.sid, json.dumps(asdict(entry), default=str)))

    def entries(self) -> list[Entry]:
        """Return everything taken, in order."""
        with closing(self._open()) as database:
            rows = database.execute("SELECT message FROM taken ORDER BY rowid").fetchall()
        return [_entry(json.loads(message)) for (message,) in rows]

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10)


def _entry(values: dict[str, object]) -> Entry:
    moments = {name: datetime.fromisoformat(text) for name in _MOMENTS if isinstance(text := values[name], str)}
    return Entry(**values | moments)  # type: ignore[arg-type]  # as it was written


class LedgerBooks(Books):
    """Books over a ledger; what is scripted is forgotten with the process, what was taken is not."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(entries=ledger.entries())
        self._ledger = ledger
        self._ahead_s = 0.0
        self.clock = lambda: datetime.now(UTC) + timedelta(seconds=self._ahead_s)

    def set_ahead(self, seconds: float) -> None:
        """Let the fake's clock go so far ahead of the machine's."""
        self._ahead_s = seconds

    def take(self, account: str, fields: dict[str, str], *, later_s: float = 0) -> Entry:
        """Take a message, and have it in the file before anybody hears of it."""
        entry = super().take(account, fields, later_s=later_s)
        self._ledger.add(entry)
        return entry
