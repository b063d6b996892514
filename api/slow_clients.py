"""Clients that begin a request have to send it: a connection that drips holds a file of the process for nothing."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN_S = 10.0
REQUEST_WITHIN_S = 300.0
"""5 MiB, the largest file, from a village with 150 kbit/s."""


class PunctualProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, which itself waits for ever: a client that is late is disconnected.

    Attributes
    ----------
    headers_within_s
        From the connection, on a kept one from the first byte, to the end of the headers.
    request_within_s
        From the end of the headers to the end of the body.
    """

    headers_within_s = HEADERS_WITHIN_S
    request_within_s = REQUEST_WITHIN_S
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait(self.headers_within_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._end_wait()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what was sent; it may begin a further request."""
        if self._deadline is None and self.cycle and self.cycle.response_complete:
            self._wait(self.headers_within_s)
        super().data_received(data)

    def handle_events(self) -> None:
        """See how far the request came."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._wait(self.request_within_s)
        if self.cycle and not self.cycle.more_body and not self.cycle.response_complete:
            self._end_wait()

    def _wait(self, seconds: float) -> None:
        self._end_wait()
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def _end_wait(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
