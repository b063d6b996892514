"""The files of the pages: kept for good by browsers, and never an old one under a new page."""

import re
import runpy

import pytest
from fastapi.testclient import TestClient

from api.assets import FOR_GOOD, STATIC, asset

TEMPLATES = STATIC.parent / "templates"
ROOT = STATIC.parents[1]


def test_every_file_that_a_page_names_may_be_kept_for_good(client: TestClient) -> None:
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/masuk").text)
    names = {file.partition("?")[0].removeprefix("/static/") for file in files}
    assert names == {"style.css", "icon.svg", "staff.css"}
    for file in files:
        assert client.get(file).headers["cache-control"] == FOR_GOOD


def test_the_address_of_a_file_changes_with_its_content() -> None:
    addresses = [asset("style.css"), asset("staff.css")]
    assert len({address.partition("?")[2] for address in addresses}) == 2
    assert asset("style.css") == addresses[0]


@pytest.mark.parametrize("query", ["", "?v=0123456789ab", "?v="])
def test_what_does_not_name_the_present_content_is_asked_for_every_time(client: TestClient, query: str) -> None:
    answer = client.get(f"/static/style.css{query}")
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get(f"/static/style.css{query}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, "no-cache")


def test_a_file_that_is_not_there_is_not_kept(client: TestClient) -> None:
    answer = client.get("/static/old.css?v=0123456789ab")
    assert (answer.status_code, answer.headers.get("cache-control")) == (404, None)


def test_no_template_names_a_file_without_its_content() -> None:
    bare = {
        (path.name, found)
        for path in TEMPLATES.rglob("*.html")
        for found in re.findall(r'"(/static/[^"]+)"', path.read_text())
    }
    assert bare == set()


def test_what_the_build_makes_is_of_the_modules_here() -> None:
    build = runpy.run_path(str(ROOT / "requirements" / "build_assets.py"))
    made_of = (STATIC / "vendor" / ".from").read_text()
    assert made_of == build["sources"](ROOT), "the scripts of the pages are old: make app"
