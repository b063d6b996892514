"""SIGTERM: what is under way ends, nothing new begins, and the process is gone within 30 s."""

import signal
import socket
from collections.abc import Callable
from threading import Event
from time import monotonic
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.domain.planning_run import RunState
from mobile_passport.services.plans.planning_runs import ask_for_plan, find_run
from mobile_passport.services.requests.import_requests import import_requests
from tests.accounts import account, bearer
from tests.databases import MIGRATED, Filling
from tests.e2e.processes import serving, started
from tests.mobile_passport.services.seasons import SURVEYED, office_on, small_season

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("faults")]
LONGEST_DRAIN_S = 30.0
CLEAN_ENDS = (0, -signal.SIGTERM)  # uvicorn hands the signal on when it has drained


def test_the_server_ends_a_request_that_is_under_way_and_takes_no_new_one(copy_of: Callable[[Filling], str]) -> None:
    url = copy_of(MIGRATED)
    with office_on(url) as world:
        token = bearer(world, account(world, Role.ADMIN))["Authorization"]
    body = b'{"kind": "kbihu", "name": "KBIHU Al Ikhlas", "regency": "3505"}'
    head = (
        "POST /api/v1/organisations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: {token}\r\nIdempotency-Key: {uuid4()}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with serving(MP_DATABASE_URL=url) as (server, address):
        place = urlsplit(address)
        with socket.create_connection((place.hostname, place.port)) as under_way:
            under_way.sendall(head.encode() + body[:20])
            assert httpx.get(f"{address}/healthz").status_code == 200  # so what came before has been read
            began = monotonic()
            server.process.terminate()
            wait_until(lambda: is_refused(address))
            under_way.sendall(body[20:])
            assert under_way.recv(12) == b"HTTP/1.1 201"
        assert server.process.wait(LONGEST_DRAIN_S) in CLEAN_ENDS
        assert monotonic() - began < LONGEST_DRAIN_S
    assert any("Finished server process" in line for line in server.lines)
    assert not any("Traceback" in line for line in server.lines)


def is_refused(address: str) -> bool:
    try:
        httpx.get(f"{address}/healthz", timeout=1.0)
    except httpx.TransportError:
        return True
    return False


def wait_until(has_happened: Callable[[], bool]) -> None:
    """Look again and again."""
    until = monotonic() + 60.0
    while not has_happened():
        assert monotonic() < until, "waited in vain"
        Event().wait(0.1)


def test_the_server_does_not_wait_for_a_body_that_never_comes(copy_of: Callable[[Filling], str]) -> None:
    with serving(MP_DATABASE_URL=copy_of(MIGRATED)) as (server, address):
        place = urlsplit(address)
        with socket.create_connection((place.hostname, place.port)) as stuck:
            stuck.sendall(b"POST /masuk HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx")
            assert httpx.get(f"{address}/healthz").status_code == 200
            assert server.end(LONGEST_DRAIN_S) in CLEAN_ENDS


def test_the_worker_leaves_no_planning_run_that_looks_as_if_it_went_on(copy_of: Callable[[Filling], str]) -> None:
    url, now = copy_of(SURVEYED), utc_now()
    with office_on(url) as world:
        import_requests(small_season(), world, actor="test", now=now)
        run = ask_for_plan(world, time_limit_s=600, seed=1, caller=account(world, Role.PLANNER), now=now)
        with started("worker", up="worker started", MP_DATABASE_URL=url) as worker:
            wait_until(lambda: find_run(world, run.id).state is RunState.RUNNING)
            assert worker.end(LONGEST_DRAIN_S) == 0
        assert any("worker stopped" in line for line in worker.lines)
        assert find_run(world, run.id).state in (RunState.QUEUED, RunState.FINISHED)  # a small plan may be done by then
