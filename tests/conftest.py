"""What every test has; above all a database of the kind that ``--database`` asks for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import pytest
from sqlalchemy import URL

from mobile_passport.persistence.database import Database
from mobile_passport.rules.rulebook import Rulebook, load_rulebook
from tests.databases import KINDS, MIGRATED, Databases, Filling, SqliteFiles, quick_folder
from tests.postgres import PostgresDatabases, address_of, empty_database, own_server


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line say on which databases tests run."""
    parser.addoption(
        "--database",
        choices=(*KINDS, "both"),
        help="where tests run; without it all on both, and each journey through a browser on one of them",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that works on a database on each that is asked for."""
    if "databases" in metafunc.fixturenames:
        metafunc.parametrize("databases", _kinds(metafunc), indirect=True, scope="session")


def _kinds(metafunc: pytest.Metafunc) -> tuple[str, ...]:
    test, chosen = metafunc.definition, metafunc.config.getoption("--database")
    if only := test.get_closest_marker("database"):
        return only.args
    if chosen in KINDS:
        return (chosen,)
    if chosen is None and test.get_closest_marker("e2e"):
        return (KINDS[crc32(test.name.encode()) % len(KINDS)],)
    return KINDS


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The shipped rules of Kanim Blitar."""
    return load_rulebook("blitar")


@pytest.fixture(scope="session")
def database_folder() -> Iterator[Path]:
    """Every database of this process lies here."""
    with quick_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres_server(database_folder: Path) -> Iterator[URL]:
    """One server for this process."""
    with own_server(database_folder) as server:
        yield address_of(server)


@pytest.fixture(scope="session")
def sqlite_files(database_folder: Path) -> SqliteFiles:
    """Every embedded database of this process."""
    return SqliteFiles(database_folder)


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: URL) -> PostgresDatabases:
    """Every database on the server."""
    return PostgresDatabases(postgres_server)


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    """Databases of the kind that this test runs on."""
    found: Databases = request.getfixturevalue(
        {"sqlite": "sqlite_files", "postgresql": "postgres_databases"}[request.param]
    )
    return found


@pytest.fixture
def copy_of(databases: Databases) -> Iterator[Callable[[Filling], str]]:
    """Gives out new databases for one test, by their URLs."""
    given: list[str] = []

    def copy(filling: Filling) -> str:
        given.append(databases.copy_of(filling))
        return given[-1]

    yield copy
    for url in given:
        databases.drop(url)


@pytest.fixture
def database(copy_of: Callable[[Filling], str]) -> Iterator[Database]:
    """An empty, migrated database."""
    opened = Database(copy_of(MIGRATED))
    yield opened
    opened.close()


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """A new, empty PostgreSQL database for one test, used by the superuser."""
    with empty_database(postgres_server) as url:
        yield url
