"""The fake's HTTP face: the paths of Twilio's Messages resource."""

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.fakes.twilio.books import Books, Entry
from tests.fakes.twilio.reports import Manner, Reporter

_ERRORS = {
    "400_21614": (400, 21614),
    "400_21610": (400, 21610),
    "400_99999": (400, 99999),
    "400_63003": (400, 63003),
    "400_21656": (400, 21656),
    "401_20003": (401, 20003),
    "403": (403, 0),
    "429": (429, 20429),
    "500_before": (500, 0),
    "503_before": (503, 0),
    "302": (302, 0),
}
_HANG_S = 10.0


class Handler(BaseHTTPRequestHandler):
    """Answers, or does not."""

    protocol_version = "HTTP/1.1"
    books: Books
    reporter: Reporter | None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Stay silent."""

    def do_POST(self) -> None:
        """Create a message, or cancel one."""
        length = int(self.headers.get("Content-Length", "0"))
        fields = dict(parse_qsl(self.rfile.read(length).decode()))
        self.books.requests.append(("POST", self.path, fields))
        parts = urlsplit(self.path).path.strip("/").split("/")
        if len(parts) == 5:
            sid = parts[4].removesuffix(".json")
            entry = next(one for one in self.books.entries if one.sid == sid)
            entry.status = fields["Status"]
            self._json(200, entry.as_json())
            return
        fault = self.books.script.popleft() if self.books.script else "ok"
        self._create(parts[2], fields, fault)

    def do_DELETE(self) -> None:
        """Delete a message, unless it is on its way or not there."""
        self.books.requests.append(("DELETE", self.path, {}))
        sid = urlsplit(self.path).path.rpartition("/")[2].removesuffix(".json")
        entry = next((one for one in self.books.entries if one.sid == sid), None)
        if entry is None:
            self._json(404, {"code": 20404, "message": "not found", "more_info": "", "status": 404})
        elif entry.status in ("accepted", "queued", "sending"):
            self._json(400, {"code": 20009, "message": "on its way", "more_info": "", "status": 400})
        else:
            self.books.entries.remove(entry)
            self._bytes(204, b"")

    def do_GET(self) -> None:
        """List messages, page by page."""
        split = urlsplit(self.path)
        query = dict(parse_qsl(split.query))
        self.books.requests.append(("GET", split.path, query))
        fault = self.books.list_script.popleft() if self.books.list_script else "ok"
        page = int(query.get("Page", "0"))
        if fault == "500" or (fault == "missing_page" and page > 0):
            self._json(500, {"message": "no"})
            return
        if fault == "missing_page":
            self.books.list_script.appendleft(fault)
        if fault == "truncated":
            self._truncated(200, {"messages": []})
            return
        size = min(int(query.get("PageSize", "50")), self.books.page_size_cap)
        found = self.books.listed(query)
        shown = found[page * size : (page + 1) * size]
        following = None
        if (page + 1) * size < len(found):
            following = split.path + "?" + urlencode(query | {"Page": str(page + 1)})
        self._json(
            200,
            {
                "messages": [one.as_json() for one in shown],
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + max(0, len(shown) - 1),
                "first_page_uri": split.path,
                "previous_page_uri": None,
                "next_page_uri": following,
                "uri": self.path,
            },
        )

    def _create(self, account: str, fields: dict[str, str], fault: str) -> None:
        if fault in _ERRORS:
            status, code = _ERRORS[fault]
            headers = {"Retry-After": "7"} if status == 429 else {}
            self._json(status, {"code": code, "message": fault, "more_info": "", "status": status}, headers)
        elif fault == "reset_before":
            self._reset()
        elif fault == "hang_before":
            self._hang()
        else:
            entry = self.books.take(account, fields)
            reporter = self.reporter
            if reporter and reporter.manner is Manner.EARLY:
                reporter.report(entry)
            self._taken(entry, fault)
            if reporter and reporter.manner is not Manner.EARLY:
                reporter.report(entry)

    def _taken(self, entry: Entry, fault: str) -> None:
        if fault == "500_after":
            self._json(500, {"message": "no"})
        elif fault == "reset_after":
            self._reset()
        elif fault == "hang_after":
            self._hang()
        elif fault == "truncated_201":
            self._truncated(201, entry.as_json())
        elif fault == "201_without_sid":
            self._json(201, {key: value for key, value in entry.as_json().items() if key != "sid"})
        elif fault == "201_not_json":
            self._bytes(201, b"<html>hello</html>")
        elif fault == "slow_drip":
            self._drip()
        else:
            self._json(201, entry.as_json())

    def _json(self, status: int, payload: dict[str, object], headers: dict[str, str] | None = None) -> None:
        self._bytes(status, json.dumps(payload).encode(), headers)

    def _bytes(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status == 302:
            self.send_header("Location", self.path)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def _truncated(self, status: int, payload: dict[str, object]) -> None:
        body = json.dumps(payload).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + 10))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _hang(self) -> None:
        self.books.released.wait(_HANG_S)
        self.close_connection = True

    def _drip(self) -> None:
        """Send one byte of the answer at a time, for ever as it seems."""
        answer = b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\nX-Slow: " + b"z" * 400
        self.close_connection = True
        for position in range(len(answer)):
            try:
                self.wfile.write(answer[position : position + 1])
                self.wfile.flush()
            except OSError:
                return
            if self.books.released.wait(0.05):
                return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is what the faults are about."""


@contextmanager
def running(
    books: Books, port: int = 0, *, reporter: Reporter | None = None, handler: type[Handler] = Handler
) -> Iterator[str]:
    """Run the fake in a thread; gives its base address. Without a reporter it never reports."""
    bound = type("BoundHandler", (handler,), {"books": books, "reporter": reporter})
    server = _Server(("127.0.0.1", port), bound)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        books.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
