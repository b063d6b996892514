"""Clients whose bodies never end cost the others nothing. MP_SLOW_BODIES=200 is the full size."""

import os
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.benchmarks.load import dripping
from tests.e2e.processes import serving

pytestmark = pytest.mark.e2e
SLOW_BODIES = int(os.environ.get("MP_SLOW_BODIES", "60"))  # more than the server has threads
READS = 40


def test_others_are_served_while_bodies_never_end(tmp_path: Path) -> None:
    with serving(MP_DATABASE_URL=f"sqlite:///{tmp_path}/test.db") as (_, address), ExitStack() as stack:
        for _ in range(SLOW_BODIES):
            stack.enter_context(dripping(address))
        took_s = []
        for _ in range(READS):
            began = time.monotonic()
            assert httpx.get(f"{address}/readyz", timeout=10.0).status_code == 200
            took_s.append(time.monotonic() - began)
    assert sorted(took_s)[int(READS * 0.95)] < 1.0
