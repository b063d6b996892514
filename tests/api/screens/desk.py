"""People of an office that has a draft, each at a browser without scripts."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.csrf import HEADER
from mobile_passport.domain.access import Caller, Role
from mobile_passport.services.world import World
from tests.accounts import account, browser
from tests.apps import app_at
from tests.mobile_passport.services.seasons import NOW

HTML = {"Accept": "text/html"}


@pytest.fixture
def app(drafted: World) -> FastAPI:
    """The app of the drafted season, with its clock."""
    return app_at(drafted, lambda: NOW)


class Desk:
    """A browser of one person."""

    def __init__(self, app: FastAPI, world: World, caller: Caller) -> None:
        headers = browser(world, caller)
        self._csrf = headers.pop(HEADER)
        self._client = TestClient(app, headers=headers | HTML, follow_redirects=False)

    def get(self, path: str) -> str:
        """Open a page."""
        answer = self._client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def part(self, path: str) -> str:
        """Ask for a part of a page, as htmx does."""
        answer = self._client.get(path, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, path: str, status: int = 303, /, **fields: str) -> str:
        """Send a form; returns the page, or where it leads."""
        answer = self._client.post(path, data={"csrf": self._csrf, **fields})
        assert answer.status_code == status, answer.text
        return answer.headers.get("location", answer.text)

    def status(self, path: str) -> int:
        """Try a page."""
        return self._client.get(path).status_code

    def follow(self, path: str, /, **fields: str) -> str:
        """Send a form, which leads to a page that can be come back to."""
        return self.get(self.send(path, **fields))

    def refused(self, path: str) -> int:
        """Send a form without its token."""
        return self._client.post(path, data={}).status_code


@pytest.fixture
def caller(drafted: World) -> Caller:
    """Who plans."""
    return account(drafted, Role.PLANNER)


@pytest.fixture
def planner(app: FastAPI, drafted: World, caller: Caller) -> Desk:
    """Who plans, at a browser."""
    return Desk(app, drafted, caller)
