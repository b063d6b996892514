"""Engines and transactions for SQLite (embedded default) and PostgreSQL (production)."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from mobile_passport.domain.access import Scope
from mobile_passport.persistence.patience import AT_LEISURE, ImpatientConnection, Patience, connect_arguments, limits
from mobile_passport.persistence.scoping import Reach, Standing, declare, setting, watch

SQLITE_WAIT_MS = 30_000
_SCRUB_WAIT_MS = 200
LOCK_TIMEOUT_MS = 3_000
WEB_THREADS = 40  # Starlette runs `def` routes in 40 threads; the pool must not be the bottleneck


class Database:
    """One database: hands out transactions that commit whole or not at all.

    What is made from a URL works for the office and sees everything: commands, the worker, steps of the schema. A
    request to the web works `for_callers`.

    Parameters
    ----------
    url
        SQLAlchemy URL; ``sqlite:///file`` or ``postgresql+psycopg://…``.
    patience
        How long a server may take; the embedded database is never away.
    """

    def __init__(self, url: str, patience: Patience = AT_LEISURE) -> None:
        self.engine = _make_engine(url, patience).execution_options(reach=Standing.OFFICE)

    def for_callers(self) -> "Database":
        """Return the same database for work that others ask for, which until `work_for` is for nobody."""
        twin = copy(self)
        twin.engine = self.engine.execution_options(reach=Standing.NOBODY)
        return twin

    def work_for(self, scope: Scope) -> None:
        """Give every transaction from now on a scope, unless it is given another."""
        self.engine = self.engine.execution_options(reach=scope)

    @contextmanager
    def transaction(self, scope: Scope | None = None) -> Iterator[Session]:
        """Open one transaction; commit at the end of the block, roll back on any exception.

        Parameters
        ----------
        scope
            Of whoever asks: what lies outside is neither found nor changed.
        """
        with self._new_session(self.engine, scope) as session, session.begin():
            yield session

    @contextmanager
    def reading(self, scope: Scope | None = None) -> Iterator[Session]:
        """Open a transaction that only reads: one snapshot of everything, and on SQLite no waiting for writers.

        Parameters
        ----------
        scope
            Of whoever asks: what lies outside is not found.
        """
        with self._new_session(self.engine.execution_options(read_only=True), scope) as session:
            yield session
            session.rollback()

    def _new_session(self, engine: Engine, scope: Scope | None) -> Session:
        reach: Reach = scope or engine.get_execution_options()["reach"]
        session = Session(engine.execution_options(reach=reach), expire_on_commit=False, info={"reach": reach})
        watch(session)
        return session

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database, which has one writer at a time and no row locks."""
        return self.engine.dialect.name == "sqlite"

    def is_reachable(self) -> bool:
        """Ask the database for nothing and see whether it answers; any driver error propagates."""
        with self.engine.connect() as connection:
            return bool(connection.execute(text("SELECT 1")).scalar_one())

    def scrub(self) -> None:
        """After an erasure: leave no old copy of a row in the embedded database's files. A server vacuums by itself.

        While others read, their part waits for the next call.
        """
        if not self.is_sqlite:
            return
        with self.engine.connect() as connection:
            cursor = connection.connection.cursor()
            for pragma in (
                f"busy_timeout={_SCRUB_WAIT_MS}",
                "wal_checkpoint(TRUNCATE)",
                f"busy_timeout={SQLITE_WAIT_MS}",
            ):
                cursor.execute(f"PRAGMA {pragma}").fetchall()

    def passes_by_policies(self) -> bool:
        """Whether the role that this connects as is bound by no policy: no role for the office's work on a server."""
        if self.is_sqlite:
            return False
        with self.engine.connect() as connection:
            asked = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            return bool(connection.execute(asked).scalar_one())

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _make_engine(url: str, patience: Patience) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return _make_server_engine(parsed, patience)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, hide_parameters=True)  # values never reach an error text
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_on_sqlite)
    return engine


def _make_server_engine(url: URL, patience: Patience) -> Engine:
    engine = create_engine(
        url,
        pool_size=WEB_THREADS // 2,
        max_overflow=WEB_THREADS // 2,
        pool_timeout=patience.pool_s,
        pool_pre_ping=True,
        hide_parameters=True,
    )

    def connect(_dialect: object, _record: object, _arguments: object, named: dict[str, Any]) -> ImpatientConnection:
        return ImpatientConnection.opened(connect_arguments(patience) | named, patience.answer_s)

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "begin", partial(_begin_on_postgresql, limits(patience)))
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not open transactions on its own: `begin` below does
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={SQLITE_WAIT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is taken away is overwritten
    cursor.close()


def _begin_on_sqlite(connection: Connection) -> None:
    # A writer takes the one write lock at once: a read lock that is upgraded later can fail in the middle.
    connection.exec_driver_sql("BEGIN" if _only_reads(connection) else "BEGIN IMMEDIATE")


def _only_reads(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("read_only"))


def _begin_on_postgresql(told: dict[str, str], connection: Connection) -> None:
    if _only_reads(connection):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    else:
        told = told | {"lock_timeout": str(LOCK_TIMEOUT_MS)}
    told = {**told, **declare(connection.get_execution_options().get("reach", Standing.NOBODY))}
    connection.exec_driver_sql(*setting(told))
