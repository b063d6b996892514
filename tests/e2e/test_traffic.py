"""Whether what comes late on a page is waited for, and weighed."""

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser

from tests.e2e.conftest import serving
from tests.e2e.traffic import Traffic

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

ASKS_TWENTY_TIMES_THEN_COMPLAINS = """<!doctype html><title>Late</title><script type="module">
for (let part = 0; part < 20; part += 1) await (await fetch(`/part/${part}`)).text();
requestAnimationFrame(() => console.error("late"));
</script>"""


def test_what_a_script_asks_for_after_its_page_is_there_and_says_then_is_waited_for_and_weighed(
    browser: Browser,
) -> None:
    app = FastAPI()
    app.get("/", response_class=HTMLResponse)(lambda: ASKS_TWENTY_TIMES_THEN_COMPLAINS)
    app.get("/part/{part}")(lambda part: part * 500)
    with serving(app) as address, browser.new_context() as context:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        traffic = Traffic(page)
        page.goto(address)
        traffic.settle()
        assert said[-1:] == ["late"]
        assert traffic.loaded > 20 * 500
