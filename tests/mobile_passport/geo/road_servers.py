"""Start real road engines on loopback, each in its own process, and end them."""

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

import osrm
import valhalla

START_S = 20
BETWEEN_TRIES_S = 0.02


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def osrm_server(base: Path) -> Iterator[str]:
    """Run ``osrm-routed`` on built files; yield its address."""
    port = free_port()
    program = Path(str(osrm.__file__)).parent / "bin" / "osrm-routed"
    command = [str(program), "-i", "127.0.0.1", "-p", str(port), "-t", "1", str(base)]
    with _running(command, port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def valhalla_server(extract: Path, folder: Path) -> Iterator[str]:
    """Build tiles from an extract and run ``valhalla_service`` on them; yield its address."""
    port = free_port()
    (folder / "tiles").mkdir()
    config = valhalla.get_config(tile_dir=str(folder / "tiles"), tile_extract="", verbose=False)
    config["mjolnir"]["tile_extract"] = ""
    config["mjolnir"]["concurrency"] = 1
    config["thor"]["source_to_target_algorithm"] = "timedistancematrix"
    service = config["httpd"]["service"]
    service["listen"] = f"tcp://127.0.0.1:{port}"
    for name in ("interrupt", "loopback"):
        service[name] = f"ipc://{folder}/{name}"
    for part in ("loki", "thor", "odin"):
        config[part]["service"]["proxy"] = f"ipc://{folder}/{part}"
    settings = folder / "valhalla.json"
    settings.write_text(json.dumps(config))
    programs = Path(str(valhalla.__file__)).parent / "bin"
    subprocess.run(
        [str(programs / "valhalla_build_tiles"), "-c", str(settings), str(extract)], check=True, capture_output=True
    )
    with _running([str(programs / "valhalla_service"), str(settings), "1"], port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    """Run a server until the end of the block, which begins when it takes connections."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = monotonic() + START_S
        while not _takes_connections(port):
            assert monotonic() < deadline, f"{command[0]} takes no connections"
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"{command[0]} ended with {process.wait(timeout=BETWEEN_TRIES_S)}")
        yield
    finally:
        process.kill()
        process.wait()


def _takes_connections(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
