"""A page as a browser finds it: how wide and heavy it is, whether everybody can use it, whether it complains."""

from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Page, ViewportSize

from tests.e2e.pictures import photograph
from tests.e2e.traffic import Traffic

PHONE: ViewportSize = {"width": 320, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
MOST_BYTES = 200_000
SLOW_3G_TRIP_S, SLOW_3G_BYTES_A_SECOND = 0.4, 50_000
LONGEST_WAIT_S = 1.5
"""On slow 3G, before a page can be painted; leaves half a second of the two for the server and for drawing."""
_BEFORE_PAINT = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const blocking = performance.getEntriesByType("resource").filter((one) => one.renderBlockingStatus === "blocking");
  return [blocking.length ? 2 : 1, [page, ...blocking].reduce((bytes, one) => bytes + one.transferSize, 0)];
}"""
_REFUSED = "Failed to load resource: the server responded with a status of"
_FIND_VIOLATIONS = "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => ({ violations }))"


class Inspector:
    """Opens pages of one browser with nothing kept from the last one, and judges them at the size of phone and desk."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._complaints: list[str] = []
        page.on("console", lambda message: self._complaints.append(message.text))
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        self._traffic = Traffic(page)
        self._traffic.network.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def open(self, path: str, name: str, *, status: int = 200) -> None:
        """Open a page, which answers with this status, and judge it."""
        self._traffic.loaded, self._complaints[:] = 0, []
        self.page.set_viewport_size(DESK)
        answer = self.page.goto(path)
        assert answer
        assert answer.status == status, (name, answer.status)
        assert "text/html" in answer.headers["content-type"], name
        if status >= 400:
            self._complaints[:] = [text for text in self._complaints if not text.startswith(f"{_REFUSED} {status}")]
        self.judge(name)
        trips, size = self.page.evaluate(_BEFORE_PAINT)
        assert trips * SLOW_3G_TRIP_S + size / SLOW_3G_BYTES_A_SECOND < LONGEST_WAIT_S, (name, trips, size)
        assert self._traffic.loaded < MOST_BYTES, (name, self._traffic.loaded)

    def judge(self, name: str) -> None:
        """Judge the page that shows, and take its picture."""
        self._traffic.settle()
        self.page.evaluate(Axe().axe_script)
        for viewport in (DESK, PHONE):
            self.page.set_viewport_size(viewport)
            self._traffic.settle()
            found = AxeResults(self.page.evaluate(_FIND_VIOLATIONS))
            assert found.violations_count == 0, (name, viewport["width"], found.generate_report())
            assert self.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], name
            photograph(self.page, f"{name}-{viewport['width']}")
        assert self._complaints == [], (name, self._complaints)
