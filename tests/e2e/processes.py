"""The real command, as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("mobile-passport"))


@contextmanager
def started(*arguments: str, up: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command and wait for the log line that says it is up; what it logs later goes to its ``stderr``."""
    with subprocess.Popen(
        [COMMAND, *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            assert any(up in line for line in process.stderr), "it never came up"
            yield process
        finally:
            process.kill()


@contextmanager
def serving(**environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``mobile-passport serve`` on a free port and yield it with its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with started("serve", "--port", str(port), up="Uvicorn running", **environment) as process:
        yield process, f"http://127.0.0.1:{port}"


def told_to_end(process: subprocess.Popen[str], within_s: float = 30.0) -> str:
    """Send SIGTERM, wait for the end, and return what was logged until then."""
    process.send_signal(signal.SIGTERM)
    _, logged = process.communicate(timeout=within_s)
    return logged
