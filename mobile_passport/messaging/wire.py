"""One HTTP request on one new connection, with exact knowledge of whether its first byte was written.

The usual clients retry, reuse connections that the other side has closed, follow redirects and wait without end; each
of these turns a certain "not sent" into "nobody knows", or sends twice. This one does none of it, and uses no proxy.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

CONNECT_S = 5.0
ANSWER_S = 20.0


class NotWritten(Exception):
    """Not one byte of the request left; the message says why."""


class Broken(Exception):
    """The request was written, at least in part, and no whole answer came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer.

    Attributes
    ----------
    headers
        Names in lower case.
    """

    status: int
    text: str
    headers: Mapping[str, str]


def exchange(
    method: str,
    url: str,
    *,
    body: str | None,
    headers: Mapping[str, str],
    may_write: Callable[[], bool] = lambda: True,
    connect_s: float = CONNECT_S,
    answer_s: float = ANSWER_S,
) -> Answer:
    """Connect, ask whether it is still time, write once, read the answer.

    Parameters
    ----------
    may_write
        Asked when the connection stands, just before the first byte.
    answer_s
        For everything from the first byte written to the last byte read: a slow drip does not stretch it.

    Raises
    ------
    NotWritten
        No connection, no TLS, or ``may_write`` said no.
    Broken
        Anything that went wrong after that.
    """
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, connect_s)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise NotWritten(f"connect_{type(error).__name__}") from error
        if not may_write():
            raise NotWritten("deadline")
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        return _ask(connection, method, target, body, headers, answer_s)
    finally:
        connection.close()


def retry_after_s(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Read for how long the other side wants to be left alone; ``None`` when it does not say so in either form [1]_.

    References
    ----------
    .. [1] RFC 9110, 10.2.3: a number of seconds, or a date.
    """
    wish = headers.get("retry-after", "")
    if wish.isdecimal():
        return float(wish)
    try:
        until = parsedate_to_datetime(wish)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


def _connection(scheme: str, host: str, port: int | None, connect_s: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=connect_s, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=connect_s)


def _ask(
    connection: http.client.HTTPConnection,
    method: str,
    target: str,
    body: str | None,
    headers: Mapping[str, str],
    answer_s: float,
) -> Answer:
    sock: socket.socket = connection.sock
    sock.settimeout(answer_s)
    watchdog = threading.Timer(answer_s, _hang_up, [sock])
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.request(method, target, body=body, headers=dict(headers))
        response = connection.getresponse()
        text = response.read().decode()
        received = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, text=text, headers=received)
    except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
        raise Broken(f"broken_{type(error).__name__}") from error
    finally:
        watchdog.cancel()


def _hang_up(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # closed already: the answer came at the last moment
