"""Runs the fake as a process, scripts it, kills it, and reads its ledger."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from mobile_passport.messaging.wire import exchange
from tests.fakes.twilio.books import Entry
from tests.fakes.twilio.ledger import Ledger

_ROOT = Path(__file__).parents[3]
_SCRIPT_PATH = "/_script"


class TwilioProcess:
    """The fake beside the test: what it took is known from its ledger, whatever happened to it."""

    def __init__(self, ledger_file: Path) -> None:
        self._file = ledger_file
        self._process, self.url = self._start("0")

    def script(self, **script: object) -> None:
        """Say what goes wrong next; see `tests.fakes.twilio.__main__`."""
        headers = {"Content-Type": "application/json"}
        exchange("POST", self.url + _SCRIPT_PATH, body=json.dumps(script), headers=headers)

    def entries(self) -> list[Entry]:
        """Return everything that it ever took."""
        return Ledger(self._file).entries()

    def crash(self) -> None:
        """Kill it without warning, and start it again at the same address."""
        self._process.kill()
        self.close()
        self._process, self.url = self._start(str(urlsplit(self.url).port))

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()

    def _start(self, port: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "tests.fakes.twilio", str(self._file), port]
        process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, "the fake did not start"
        return process, url


@contextmanager
def twilio_process(ledger_file: Path) -> Iterator[TwilioProcess]:
    """Run the fake for a block."""
    fake = TwilioProcess(ledger_file)
    try:
        yield fake
    finally:
        fake.close()
