"""Who chose English reads English on every page of the office; what stays Indonesian is marked as such."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from api.i18n import LANGUAGE_COOKIE
from tests.databases import Databases
from tests.e2e.pages.office import BusyOffice, busy_office
from tests.e2e.pages.test_every_page import SIGHTS
from tests.mobile_passport.services.seasons import DRAFTED, office_on

pytestmark = pytest.mark.database("sqlite")

OFFICE = ("planner", "supervisor", "auditor")
PAGES = [name for name, sight in SIGHTS.items() if sight.who in OFFICE]
INDONESIAN = re.compile(
    r"\b(?!Orang Contoh)"
    r"(ada|akan|antara|atau|bagi|belum|bila|boleh|dan|dapat|dari|dengan|di|hanya|hari|harus|ini|itu|juga|karena|ke"
    r"|kepada|lagi|lain|lalu|lebih|libur|menunggu|mulai|oleh|orang|pada|permohonan|sampai|sebelum|sejak|semua|sesudah"
    r"|setiap|sudah|supaya|surat|tanpa|tempat|tidak|tim|untuk|yang)\b",
    re.IGNORECASE,
)
"""Words that hardly any Indonesian sentence goes without; people of the season are called Orang Contoh."""
UNSPOKEN = {"script", "style", "textarea"}
"""What no reader reads, or what somebody typed."""
VOID = {"br", "col", "hr", "img", "input", "link", "meta"}
SPOKEN = ("alt", "aria-label", "placeholder", "title", "data-busy", "data-nama", "data-choose", "data-pin-label")


class Reader(HTMLParser):
    """Reads the texts of a page that are said to be in the page's language."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._skipped: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the attributes say, and whether the inside is in another language."""
        said = dict(attrs)
        skipped = any(self._skipped) or tag in UNSPOKEN or (tag != "html" and said.get("lang") == "id")
        if not skipped:
            self.texts += [text for name in SPOKEN if (text := said.get(name))]
        if tag not in VOID:
            self._skipped.append(skipped)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag not in VOID:
            self._skipped.pop()

    def handle_data(self, data: str) -> None:
        """Keep what stands between the tags."""
        if not any(self._skipped):
            self.texts.append(data)


@pytest.fixture(scope="module")
def office(databases: Databases) -> Iterator[BusyOffice]:
    """An office with something on every page."""
    with office_on(databases.copy_of(DRAFTED)) as world:
        yield busy_office(world)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_office_is_english_for_who_chose_it(office: BusyOffice, name: str) -> None:
    sight = SIGHTS[name]
    assert sight.who
    headers = {"Cookie": f"{office.cookies[sight.who]}; {LANGUAGE_COOKIE}=en", "Accept": "text/html"}
    answer = TestClient(office.app).get(sight.path.format_map(office.names), headers=headers)
    assert answer.status_code == sight.status
    reader = Reader()
    reader.feed(answer.text)
    assert [text.strip() for text in reader.texts if INDONESIAN.search(text)] == []
