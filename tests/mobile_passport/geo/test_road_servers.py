"""What a road server may answer instead of roads."""

import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest

from mobile_passport.geo.roads import RoadEngine, RouteRefused
from mobile_passport.geo.travel import RouterUnavailable
from mobile_passport.geo.wiring import build_road_engine
from optimizer.problem import LatLon

pytestmark = pytest.mark.enable_socket

PLACES = (LatLon(lat=-8.0, lon=112.0), LatLon(lat=-8.1, lon=112.1))


class Stub(ThreadingHTTPServer):
    """Answers every request with the same status and body; hangs when told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.body = b"{}"
        self.hang = False
        self.release = Event()
        self.paths: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Stub

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.hang:
            self.server.release.wait()
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.release.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=["osrm", "valhalla"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def engine_at(url: str, kind: str) -> RoadEngine:
    engine = build_road_engine(kind, url=url, timeout_s=0.3)
    assert engine is not None
    return engine


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"{}"),
        (200, b"[1]"),
        (200, b"<html>"),
        (200, b'{"durations": [[1]], "distances": 7, "sources_to_targets": {"durations": [["x"]]}}'),
        (200, b'{"routes": [], "trip": {"legs": [{"shape": "_"}]}}'),
        (302, b"{}"),
        (429, b"{}"),
        (500, b""),
        (503, b"busy"),
    ],
    ids=["empty", "list", "no JSON", "odd table", "odd route", "redirect", "too many", "broken", "busy"],
)
def test_odd_answer_counts_as_no_answer(stub: Stub, kind: str, status: int, body: bytes) -> None:
    stub.status, stub.body = status, body
    engine = engine_at(stub.url, kind)
    for question in (lambda: engine.table(PLACES, PLACES), lambda: engine.route(PLACES)):
        with pytest.raises(RouterUnavailable) as raised:
            question()
        assert not isinstance(raised.value, RouteRefused)
    assert not any("elsewhere" in path for path in stub.paths)


def test_client_error_is_a_refusal(stub: Stub, kind: str) -> None:
    stub.status = 400
    with pytest.raises(RouteRefused):
        engine_at(stub.url, kind).table(PLACES, PLACES)


def test_silent_server_is_given_up_after_the_timeout(stub: Stub, kind: str) -> None:
    stub.hang = True
    started = monotonic()
    with pytest.raises(RouterUnavailable, match="Timeout"):
        engine_at(stub.url, kind).table(PLACES, PLACES)
    assert monotonic() - started < 3


def test_dead_server_is_reported(kind: str) -> None:
    with pytest.raises(RouterUnavailable, match="ConnectionError"):
        engine_at("http://127.0.0.1:9", kind).table(PLACES, PLACES)


def test_missing_files_are_reported_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RouterUnavailable, match="mobile-passport roads build"):
        build_road_engine("osrm-files", directory=tmp_path)


def test_missing_package_is_reported_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "osrm", None)
    with pytest.raises(RouterUnavailable, match=r"install the extra: mobile-passport\[roads\]"):
        build_road_engine("osrm-files", directory=tmp_path)


@pytest.mark.parametrize(
    ("kind", "url"),
    [("osrm", None), ("valhalla", ""), ("osrm-files", None), ("google", "http://x"), ("osrm", "ftp://x")],
)
def test_engine_without_what_it_needs_is_refused(kind: str, url: str | None) -> None:
    with pytest.raises(ValueError, match=r"address|http"):
        build_road_engine(kind, url=url)


def test_estimate_needs_no_engine() -> None:
    assert build_road_engine("estimate") is None
