"""A client that drips is disconnected; whoever sends in time is served, on the same connection again and again."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

from api.slow_clients import PunctualProtocol
from mobile_passport.cli.running import serve
from mobile_passport.cli.surroundings import settings

SOON_S = 0.3
BEGUN = b"GET / HTTP/1.1\r\nHost: here\r\n"
POSTED = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n"


class Impatient(PunctualProtocol):
    """The same with less patience."""

    headers_within_s = SOON_S
    request_within_s = SOON_S


async def echo(_: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Answer once the body is there."""
    message = await receive()
    while message["type"] == "http.request" and message["more_body"]:
        message = await receive()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")], "trailers": False}
    )
    await send({"type": "http.response.body", "body": b"ok", "more_body": False})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server on a port of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(echo, http=Impatient, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def connection(port: int) -> Iterator[socket.socket]:
    """One that a client opened."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as opened:
        yield opened


def is_served(connection: socket.socket) -> bool:
    connection.sendall(BEGUN + b"\r\n")
    answer = b""
    while not answer.endswith(b"ok"):
        answer += connection.recv(4096)
    return answer.startswith(b"HTTP/1.1 200")


def seconds_until_closed(connection: socket.socket) -> float:
    began = time.monotonic()
    while connection.recv(4096):
        pass
    return time.monotonic() - began


@pytest.mark.parametrize("sent", [b"", BEGUN, POSTED + b"x"], ids=["nothing", "headers", "body"])
def test_a_request_that_never_ends_is_cut_off(connection: socket.socket, sent: bytes) -> None:
    connection.sendall(sent)
    assert SOON_S / 2 < seconds_until_closed(connection) < 3


def test_a_drip_of_bytes_buys_no_time(connection: socket.socket) -> None:
    connection.settimeout(SOON_S / 10)
    for _ in range(100):
        try:
            connection.sendall(b"G")
            if not connection.recv(1):
                return
        except TimeoutError:
            continue
        except ConnectionError:
            return
    pytest.fail("it was still open after ten times as long")


def test_a_kept_connection_is_served_again_and_its_next_request_has_to_come_as_well(connection: socket.socket) -> None:
    assert is_served(connection)
    assert is_served(connection)
    connection.sendall(BEGUN)
    assert seconds_until_closed(connection) < 3


def test_the_service_is_started_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started: dict[str, object] = {}
    monkeypatch.setenv("MP_DATABASE_URL", f"sqlite:///{tmp_path}/test.db")
    monkeypatch.setattr(uvicorn, "run", lambda _, **told: started.update(told))
    settings.cache_clear()
    serve()
    settings.cache_clear()
    config = uvicorn.Config(echo, http=started["http"])  # type: ignore[arg-type]
    config.load()
    assert config.http_protocol_class is PunctualProtocol
