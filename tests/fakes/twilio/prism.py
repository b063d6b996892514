"""Prism, which knows Twilio's own description of its API: stands in for Twilio, or stands before our fake of it.

`install.sh` beside this file brings both.
"""

import json
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HERE = Path(__file__).parent
_PRISM = _HERE / "node_modules/@stoplight/prism-cli/dist/index.js"
_DESCRIPTION = _HERE / "node_modules/@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json"
_MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages"
_VENV_BIN = _HERE.parents[2] / ".venv/bin"
_READY = "Prism is listening"
_START_S = 60.0


@contextmanager
def standing_in(folder: Path) -> Iterator[str]:
    """Run a Twilio that answers by the description alone and refuses (422) what it does not allow."""
    with _running(["mock", str(_cut_description(folder))]) as url:
        yield url


@contextmanager
def standing_before(upstream: str, folder: Path) -> Iterator[str]:
    """Run a proxy that turns (into 500) every request and answer that the description does not allow."""
    with _running(["proxy", "--errors", str(_cut_description(folder)), upstream]) as url:
        yield url


def _cut_description(folder: Path) -> Path:
    """Keep the paths that we use, word for word but for one: reading all 1.8 MB costs seconds at every start.

    It calls the addresses of pages ``uri``, while its own examples beside them are paths, as Twilio answers.
    """
    whole = json.loads(_DESCRIPTION.read_text())
    whole["paths"] = {path: item for path, item in whole["paths"].items() if path.startswith(_MESSAGES)}
    listing = whole["paths"][f"{_MESSAGES}.json"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    for described in listing["properties"].values():
        if described.get("format") == "uri":
            described["format"] = "uri-reference"
    file = folder / "messages.json"
    file.write_text(json.dumps(whole))
    return file


@contextmanager
def _running(arguments: list[str]) -> Iterator[str]:
    node = shutil.which("node") or str(_VENV_BIN / "node")
    port = _free_port()
    command = [node, str(_PRISM), arguments[0], "-h", "127.0.0.1", "-p", str(port), *arguments[1:]]
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    ready = threading.Event()
    said: list[str] = []

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if _READY in line:
                ready.set()
        ready.set()  # it is gone

    reader = threading.Thread(target=listen, daemon=True)
    reader.start()
    try:
        assert ready.wait(_START_S)
        assert process.poll() is None, "".join(said[-20:])
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        reader.join()
        assert process.stdout is not None
        process.stdout.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
