"""A small open-loop load on a real server process and a real PostgreSQL: reads and bookings, rates and percentiles.

Requests are due at fixed moments whether or not earlier ones were answered, and time counts from when one was due: a
server that falls behind cannot hide it. Not a browser's way, and clients share the machine with the server.

    python -m tests.benchmarks.load --seconds 20 --rate 20 --slow-bodies 0
"""

import argparse
import socket
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from sqlalchemy import NullPool, create_engine, text

from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.persistence import schema
from mobile_passport.services.booking.booking_days import places_by_the_rules
from mobile_passport.services.world import build_world
from mobile_passport.settings import Settings
from tests.accounts import account, bearer
from tests.e2e.processes import serving
from tests.postgres import address_of, own_server

THREADS = 50
READS = ("/", "/layanan", "/api/v1/days?from={day}&to={day}", "/api/v1/bookings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One request: what it was, how it went, and how long it took since it was due."""

    name: str
    status: int
    took_s: float


@dataclass(frozen=True, slots=True)
class Target:
    """Where to, as whom (one header set an organisation), and a day that has places."""

    client: httpx.Client
    callers: tuple[dict[str, str], ...]
    day: str

    def shoot(self, number: int, due_s: float) -> Shot:
        """Send one request when it is due: every fifth holds a place and gives it back, the others read."""
        time.sleep(max(0.0, due_s - time.monotonic()))
        headers = self.callers[number % len(self.callers)]
        if number % 5 == 0:
            return self._book(headers, due_s)
        path = READS[number % len(READS)]
        answer = self.client.get(path.format(day=self.day), headers=headers)
        return Shot(name=f"GET {path.split('?')[0]}", status=answer.status_code, took_s=time.monotonic() - due_s)

    def _book(self, headers: dict[str, str], due_s: float) -> Shot:
        body = {"days": [{"date": self.day, "places": 1}], "category": "umrah"}
        held = self.client.post("/api/v1/holds", json=body, headers=headers | {"Idempotency-Key": str(uuid4())})
        shot = Shot(name="POST /api/v1/holds", status=held.status_code, took_s=time.monotonic() - due_s)
        for booking in held.json().get("bookings", ()):
            path = f"/api/v1/bookings/{booking['id']}/release"
            self.client.post(path, headers=headers | {"Idempotency-Key": str(uuid4())})
        return shot


def measure(target: Target, *, seconds: float, rate: float) -> list[Shot]:
    """Send ``rate`` requests a second for so many seconds."""
    began = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        shots = [pool.submit(target.shoot, number, began + number / rate) for number in range(int(seconds * rate))]
        return [shot.result() for shot in shots]


def report(shots: list[Shot], *, seconds: float) -> int:
    """Write a line a kind of request; return the number of 5xx."""
    by_name: dict[str, list[Shot]] = defaultdict(list)
    for shot in shots:
        by_name[shot.name].append(shot)
        by_name["all"].append(shot)
    for name, some in sorted(by_name.items()):
        took_ms = sorted(shot.took_s * 1_000 for shot in some)
        statuses = sorted({shot.status for shot in some})
        p50, p95 = took_ms[len(took_ms) // 2], took_ms[int(len(took_ms) * 0.95)]
        sys.stdout.write(f"{name:24} {len(some) / seconds:6.1f}/s  p50 {p50:6.0f} ms  p95 {p95:6.0f} ms  {statuses}\n")
    return sum(shot.status >= 500 for shot in shots)


def dripping(address: str) -> socket.socket:
    """Begin a request whose body never ends."""
    place = urlsplit(address)
    connection = socket.create_connection((place.hostname, place.port))
    connection.sendall(b"POST /masuk HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nx")
    return connection


def main() -> int:
    """Start everything, measure, stop everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=20.0, help="requests a second")
    parser.add_argument("--slow-bodies", type=int, default=0, help="clients whose body never ends")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(own_server())
        admin = create_engine(address_of(server), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with admin.connect() as connection:
            connection.execute(text("CREATE ROLE plain LOGIN NOSUPERUSER NOBYPASSRLS"))
            connection.execute(text("CREATE DATABASE office OWNER plain"))
        url = address_of(server).set(username="plain", database="office").render_as_string(hide_password=False)
        world = build_world(Settings(database_url=url, cache_dir=Path(folder)))
        schema.upgrade(world.database)
        callers = tuple(bearer(world, account(world, Role.COORDINATOR)) for _ in range(THREADS))
        day = next(day for day, places in places_by_the_rules(world, now=utc_now()).items() if places)
        world.database.close()
        _, address = stack.enter_context(serving(MP_DATABASE_URL=url, MP_CACHE_DIR=folder, MP_AUDIT_DIR=folder))
        for _ in range(options.slow_bodies):
            stack.enter_context(dripping(address))
        client = stack.enter_context(httpx.Client(base_url=address, timeout=60.0))
        shots = measure(Target(client, callers, day.isoformat()), seconds=options.seconds, rate=options.rate)
    return min(1, report(shots, seconds=options.seconds))


if __name__ == "__main__":
    sys.exit(main())
