"""What a page asks the network for: how much it is, and whether something is still to come."""

from collections.abc import Mapping
from time import monotonic
from typing import Any

from playwright.sync_api import Page

_LONGEST_S = 30
_DRAW = """async () => {
  const soon = (name, promise) => Promise.race([
    promise,
    new Promise((_, fail) => setTimeout(() => fail(new Error(`still waits for ${name}`)), 15_000)),
  ]);
  await soon("type", document.fonts.ready);
  const pictures = [...document.images].filter((one) => one.complete);
  await soon("pictures", Promise.all(pictures.map((one) => one.decode().catch(() => {}))));
  for (let frame = 0; frame < 2; frame += 1) {
    await soon("a frame", new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
  }
}"""
"""Two frames: what a script does in the first one shows in the second. A picture that fails says so on the console."""


class Traffic:
    """Follows a page from its making on, through every document that it shows.

    Attributes
    ----------
    network
        What drives the page's network.
    loaded
        Bytes on the wire, heads included, since a reader last set it to zero.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: set[str] = set()
        self._events = 0
        self.loaded = 0.0
        self.network = page.context.new_cdp_session(page)
        self.network.send("Network.enable")
        self.network.on("Network.requestWillBeSent", self._begin)
        self.network.on("Network.loadingFinished", self._finish)
        self.network.on("Network.loadingFailed", self._end)

    def settle(self) -> None:
        """Wait until nothing that the page asked for is to come, and all that came is drawn.

        What an answer makes a script do, and ask for, is waited for as well: it ends with a drawing of the whole page
        during which nothing was asked for and nothing came.
        """
        self._page.wait_for_load_state()
        until, seen = monotonic() + _LONGEST_S, -1
        while self._open or self._events != seen:
            assert monotonic() < until, f"{len(self._open)} answers are still to come"
            seen = self._events
            self._page.evaluate(_DRAW)

    def _begin(self, event: Mapping[str, Any]) -> None:
        if event.get("type") == "Document" and event["requestId"] == event["loaderId"]:
            self._open.clear()  # nobody waits any more for what the last page asked for
        self._open.add(event["requestId"])
        self._events += 1

    def _finish(self, event: Mapping[str, Any]) -> None:
        self.loaded += event["encodedDataLength"]
        self._end(event)

    def _end(self, event: Mapping[str, Any]) -> None:
        self._open.discard(event["requestId"])
        self._events += 1
