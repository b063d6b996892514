"""A reader with one bar of signal: how long until a page is of use, on the first visit and on the next."""

import json
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from playwright.sync_api import BrowserContext, sync_playwright
from playwright.sync_api import Page as Tab

from mobile_passport.services.world import World
from tests.benchmarks.pages.office import Page
from tests.benchmarks.pages.server import headers_of
from tests.e2e.conftest import ARGUMENTS, chromium, serving

SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 ms there and back, 400 kbit/s: WebPageTest's "3G Slow"."""
_PATIENCE_MS = 60_000
_OTHER_TIME = """(() => {
  const Real = Date;
  const now = () => Real.now() + %d;
  globalThis.Date = class extends Real {
    constructor(...given) {
      super(...(given.length ? given : [now()]));
    }
    static now = now;
  };
})()"""
_WATCH = """globalThis.usableAt = new Promise((seen) => {
  new MutationObserver((_, watching) => {
    if (!document.querySelector(%s)) return;
    watching.disconnect();
    requestAnimationFrame(() => seen(performance.now()));
  }).observe(document, { childList: true, subtree: true });
})"""
"""Noted by the page itself: whoever asks it from outside adds a fifth of a second of its own."""
_PAINTED = """() => new Promise((seen) => {
  new PerformanceObserver((found) => {
    if (found.getEntriesByName("first-contentful-paint").length) seen();
  }).observe({ type: "paint", buffered: true });
})"""
_NETWORK = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const others = performance.getEntriesByType("resource");
  const blocking = others.filter((one) => one.renderBlockingStatus === "blocking" && one.transferSize > 0);
  const sum = (entries) => entries.reduce((bytes, one) => bytes + one.transferSize, 0);
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return {
    painted: paint ? paint.startTime : null,
    interactive: page.domInteractive,
    server: page.responseStart - page.requestStart,
    trips: 1 + (blocking.length ? 1 : 0),
    critical: sum([page, ...blocking]),
  };
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One load of a page on a slow line.

    Attributes
    ----------
    usable_s
        Until it is painted and can be filled in, from the click; the server's time is in it.
    first_byte_s
        Until the first byte came.
    round_trips
        One after the other, before it is painted.
    critical_bytes, all_bytes
        Transferred before it can be painted, and in all.
    """

    usable_s: float
    first_byte_s: float
    round_trips: int
    critical_bytes: int
    all_bytes: int


def visits_of(app: FastAPI, world: World, pages: Sequence[Page], clock: list[datetime]) -> Generator[tuple[Visit, ...]]:
    """Open every page twice, each in a browser that knows nothing.

    Parameters
    ----------
    clock
        What time it is for the app; turned to each page's.
    """
    with serving(app) as address, sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        for page in pages:
            clock[0] = page.now
            context = chrome.new_context(viewport={"width": 360, "height": 740}, locale="id-ID", base_url=address)
            _sign_in(context, world, page, address)
            yield _visit(context, page), _visit(context, page)
            context.close()
        chrome.close()


def _sign_in(context: BrowserContext, world: World, page: Page, address: str) -> None:
    if cookie := headers_of(world, page).get("Cookie"):
        name, _, token = cookie.partition("=")
        expires = time.time() + 3600
        context.add_cookies([{"name": name, "value": token, "url": address, "expires": expires}])
    ahead_ms = round((page.now.timestamp() - time.time()) * 1_000)
    context.add_init_script(_OTHER_TIME % ahead_ms)
    if page.usable_when:
        context.add_init_script(_WATCH % json.dumps(page.usable_when))


def _visit(context: BrowserContext, page: Page) -> Visit:
    tab = context.new_page()
    tab.set_default_timeout(_PATIENCE_MS)
    network = context.new_cdp_session(tab)
    received: list[float] = []
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    network.send("Network.emulateNetworkConditions", SLOW_3G)
    answer = tab.goto(page.path, wait_until="domcontentloaded")
    if answer is None or not answer.ok:
        raise RuntimeError(f"{page.name}: {answer and answer.status}")
    seen_s = _until_seen(tab, page)
    tab.evaluate(_PAINTED)
    tab.wait_for_load_state("networkidle")
    told: dict[str, Any] = tab.evaluate(_NETWORK)
    tab.close()
    return Visit(
        usable_s=max(told["painted"], told["interactive"], seen_s * 1_000) / 1_000,
        first_byte_s=told["server"] / 1_000,
        round_trips=told["trips"],
        critical_bytes=int(told["critical"]),
        all_bytes=int(sum(received)),
    )


def _until_seen(tab: Tab, page: Page) -> float:
    if page.usable_when is None:
        return 0.0
    return float(tab.evaluate("globalThis.usableAt")) / 1_000
