"""The real command, as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

COMMAND = str(Path(sys.executable).with_name("mobile-passport"))
_UP_WITHIN_S = 120.0


@dataclass(slots=True)
class Running:
    """A command that runs, and what it has logged so far: somebody has to read, or it would stop writing."""

    process: "subprocess.Popen[str]"
    up: str
    lines: list[str] = field(default_factory=list)
    is_up: Event = field(default_factory=Event)

    def read(self) -> None:
        """Keep every line."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            if self.up in line:
                self.is_up.set()

    def end(self, within_s: float) -> int:
        """Send SIGTERM, wait for the end, and return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within_s)


@contextmanager
def started(*arguments: str, up: str, **environment: str) -> Iterator[Running]:
    """Start a command and wait for the log line that says it is up."""
    with subprocess.Popen(
        [COMMAND, *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        running = Running(process, up)
        reader = Thread(target=running.read)
        reader.start()
        try:
            assert running.is_up.wait(_UP_WITHIN_S), "".join(running.lines)
            yield running
        finally:
            process.kill()
            reader.join()


@contextmanager
def serving(**environment: str) -> Iterator[tuple[Running, str]]:
    """Run ``mobile-passport serve`` on a free port and yield it with its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with started("serve", "--port", str(port), up="Uvicorn running", **environment) as running:
        yield running, f"http://127.0.0.1:{port}"
