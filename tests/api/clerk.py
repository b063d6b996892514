"""A coordinator at a browser without scripts: opens pages, sends forms, and reads what they answer."""

import re
from html import unescape
from itertools import count, islice
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from mobile_passport.domain.access import Caller, Role
from mobile_passport.services.world import World
from tests.accounts import account, browser

HEADINGS = "Nama;NIK;Tanggal Lahir;Jenis Kelamin;No HP;Jenis Paspor"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SERIALS = count(1001)
"""Of NIKs: nobody is booked twice, because no two lists hold the same person."""


class Clerk:
    """A coordinator with a browser: sends forms, and keeps the last page."""

    def __init__(self, client: TestClient, world: World) -> None:
        self.client = client
        self.caller: Caller = account(world, Role.COORDINATOR)
        self.headers = browser(world, self.caller) | {"Accept": "text/html"}
        self.page = ""

    def get(self, path: str) -> Response:
        return self._keep(self.client.get(path, headers=self.headers, follow_redirects=False))

    def send(self, path: str, **fields: object) -> Response:
        """Send a form."""
        return self._keep(self.client.post(path, headers=self.headers, data=fields, follow_redirects=False))

    def step(self, **fields: object) -> Response:
        """Send the form of the draft's page that shows, and follow where it leads."""
        return self._follow(self.send(self.form(), **(self.hidden() | fields)))

    def form(self) -> str:
        """Return where the draft's page sends its form."""
        return str(re.findall(r'action="(/kelompok/baru/[^"]*)"', self.page)[-1])

    def hidden(self) -> dict[str, str]:
        """Return on which state of the draft the page builds."""
        return {"versi": re.findall(r'name="versi" value="([^"]*)"', self.page)[-1]}

    def upload(self, text: str, name: str = "daftar.csv") -> Response:
        files = {"berkas": (name, text.encode())}
        sent = self.client.post("/kelompok/baru/berkas", headers=self.headers, files=files, follow_redirects=False)
        return self._follow(self._keep(sent))

    def type_list(self) -> Response:
        return self._follow(self.send("/kelompok/baru/ketik"))

    def problems(self) -> list[str]:
        """Sentences that stand beside fields."""
        return [unescape(found).strip() for found in re.findall(r'class="salah"[^>]*>([^<]*)', self.page)]

    def to_place(self, people: int = 3, **head: str) -> Response:
        """Hand over a good list."""
        self.upload(listed(people))
        return self.step(ke="periksa", **(letter() | head))

    def to_days(self, people: int = 3, **head: str) -> Response:
        """Point the place out as well."""
        self.to_place(people, **head)
        place = {"h-place": "Karangsono, Kanigoro", "gedung": "cari"}
        self.step(ke="cari", **place)
        return self.step(ke="hari", desa="3505102007", **place)

    def hand_in(self, people: int = 3, *, day: str = "", **head: str) -> str:
        """Hand a group in on a day, the best one by default; returns its address."""
        self.to_days(people, **head)
        self.step(hari=day) if day else self.step(saja=self.first_offer())
        return self.finish().partition("?")[0]

    def finish(self) -> str:
        """Hand in what the last page of a draft shows; returns where that leads."""
        answer = self.send(self.form(), ke="serahkan", **self.hidden())
        assert answer.status_code == 303
        return answer.headers["location"]

    def first_offer(self) -> str:
        """Return the days of the best offer, as its button says them."""
        found = re.search(r'<button[^>]*name="saja" value="([^"]*)"', self.page)
        assert found
        return found[1]

    def days(self) -> list[str]:
        """Return the days that can be ticked."""
        return re.findall(r'<input type="checkbox" name="hari" value="([^"]*)"', self.page)

    def ticked(self) -> list[str]:
        """Return the days that are ticked."""
        return re.findall(r'<input type="checkbox" name="hari" value="([^"]*)"[^>]* checked', self.page)

    def _follow(self, answer: Response) -> Response:
        while answer.status_code == 303:
            answer = self.get(answer.headers["location"])
        return answer

    def _keep(self, answer: Response) -> Response:
        self.page = answer.text
        return answer


@pytest.fixture
def clerk(client: TestClient, world: World) -> Clerk:
    """A coordinator of a new organisation."""
    return Clerk(client, world)


def listed(people: int, start: int | None = None) -> str:
    """A list of people who are in no other test."""
    serials = range(start + 1, start + 1 + people) if start else islice(_SERIALS, people)
    rows = [
        f"Orang {LETTERS[i % 26]}o;350501010160{serial:04};01-01-1960;L;0812345678{i:02};Baru"
        for i, serial in enumerate(serials)
    ]
    return "\n".join([HEADINGS, *rows])


def letter() -> dict[str, str]:
    """What is said about a request, as typed into the page."""
    return {
        "h-reference": f"B-{uuid4().hex[:6]}/2026",
        "h-contact_name": "Budi Contoh",
        "h-contact_phone": "081234567890",
        "h-category": "Umrah",
        "h-visit_kind": "Bersama",
    }
