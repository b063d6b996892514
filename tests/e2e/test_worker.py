"""The real worker process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e


def test_the_worker_starts_and_ends_cleanly_when_it_is_told_to(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("mobile-passport")), "worker"]
    environment = {**os.environ, "MP_DATABASE_URL": f"sqlite:///{tmp_path}/worker.db"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        is_up = any("worker started" in line for line in worker.stderr)
        worker.send_signal(signal.SIGTERM)
        _, rest = worker.communicate(timeout=60)
    assert is_up
    assert worker.returncode == 0
    assert "worker stopped" in rest
    assert "Traceback" not in rest
