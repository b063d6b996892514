"""The server's share of a page: processor time, statements to the database, bytes of the compressed HTML."""

import gc
import statistics
import time
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event

from mobile_passport.services.world import World
from tests.accounts import browser
from tests.benchmarks.pages.office import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a page costs the server.

    Attributes
    ----------
    first_ms, cpu_ms
        Processor time of the first answer, and the median of the others.
    statements
        Sent to the database for one answer.
    html_bytes
        Compressed, without headers.
    """

    first_ms: float
    cpu_ms: float
    statements: int
    html_bytes: int


def cost_of(app: FastAPI, world: World, page: Page, *, loads: int) -> Cost:
    """Ask for a page some times, as its visitor."""
    sent: list[str] = []

    def count(_1: object, _2: object, statement: str, *_: object) -> None:
        sent.append(statement)

    client = TestClient(app, headers=headers_of(world, page) | {"Accept": "text/html"}, follow_redirects=False)
    gc.collect()
    gc.freeze()  # as api/main.py does
    took_ms = []
    event.listen(world.database.engine, "before_cursor_execute", count)
    try:
        for _ in range(loads + 1):
            sent.clear()
            began = time.process_time()
            answer = client.get(page.path)
            took_ms.append((time.process_time() - began) * 1_000)
            if answer.status_code != 200:
                raise RuntimeError(f"{page.name}: {answer.status_code}")
    finally:
        event.remove(world.database.engine, "before_cursor_execute", count)
    size = int(answer.headers.get("content-length", len(answer.content)))
    first, *others = took_ms
    return Cost(first_ms=first, cpu_ms=statistics.median(others), statements=len(sent), html_bytes=size)


def headers_of(world: World, page: Page) -> dict[str, str]:
    """Headers of a browser in which the visitor is signed in."""
    return browser(world, page.visitor, csrf=False) if page.visitor else {}
