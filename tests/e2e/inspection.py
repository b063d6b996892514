"""A page as a browser finds it: how wide and heavy it is, whether everybody can use it, whether it complains."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.e2e.pictures import photograph

PHONE: ViewportSize = {"width": 320, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
MOST_BYTES = 200_000
_REFUSED = "Failed to load resource: the server responded with a status of"


class Inspector:
    """Opens pages of one browser with nothing kept from the last one, and judges them at the size of phone and desk."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._complaints: list[str] = []
        self._loaded = 0.0
        page.on("console", lambda message: self._complaints.append(message.text))
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        network.on("Network.loadingFinished", self._weigh)

    def open(self, path: str, name: str, *, status: int = 200) -> None:
        """Open a page, which answers with this status, and judge it."""
        self._loaded, self._complaints[:] = 0, []
        self.page.set_viewport_size(DESK)
        answer = self.page.goto(path)
        assert answer
        assert answer.status == status, (name, answer.status)
        assert "text/html" in answer.headers["content-type"], name
        if status >= 400:
            self._complaints[:] = [text for text in self._complaints if not text.startswith(f"{_REFUSED} {status}")]
        self.judge(name)
        assert self._loaded < MOST_BYTES, (name, self._loaded)

    def judge(self, name: str) -> None:
        """Judge the page that shows, and take its picture."""
        for viewport in (DESK, PHONE):
            self.page.set_viewport_size(viewport)
            found = Axe().run(self.page)
            assert found.violations_count == 0, (name, viewport["width"], found.generate_report())
            self.page.wait_for_load_state("networkidle")
            assert self.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], name
            photograph(self.page, f"{name}-{viewport['width']}")
        assert self._complaints == [], (name, self._complaints)

    def _weigh(self, event: dict[str, float]) -> None:
        self._loaded += event["encodedDataLength"]
