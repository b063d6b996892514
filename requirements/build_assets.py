"""Hatch's hook: brings the scripts and styles of the pages from npm into the package, at build time only.

Runs when the package is built or installed from a checkout. What it copies travels in the wheel and in the source
archive, so whoever installs those needs no Node. The lock names exact versions with their hashes.
"""

import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_MANIFESTS = ("package.json", "package-lock.json")
_VENDOR = Path("api/static/vendor")
_FILES = {
    "htmx.org": ("dist/htmx.min.js", "LICENSE"),
    "leaflet": (
        "dist/leaflet.js",
        "dist/leaflet.css",
        "dist/images/marker-icon.png",
        "dist/images/marker-icon-2x.png",
        "dist/images/marker-shadow.png",
        "LICENSE",
    ),
}


class VendoredAssets(BuildHookInterface[Any]):
    """Fills ``api/static/vendor`` when it is not what the lock says."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Copy the named files, each package with its licence; do nothing when they are there."""
        root = Path(self.root)
        wanted = sha256(b"".join((root / name).read_bytes() for name in _MANIFESTS) + repr(_FILES).encode()).hexdigest()
        stamp = root / _VENDOR / ".from"
        if stamp.exists() and stamp.read_text() == wanted:
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("Building the pages needs npm, and none was found. On Debian: apt install npm")
        with tempfile.TemporaryDirectory() as work:
            for name in _MANIFESTS:
                shutil.copy(root / name, work)
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(command, cwd=work, check=True, env={**os.environ, "CI": "true"})  # noqa: S603 - words of ours
            shutil.rmtree(root / _VENDOR, ignore_errors=True)
            for package, files in _FILES.items():
                for file in files:
                    target = (
                        root / _VENDOR / package / Path(file).relative_to("dist" if file.startswith("dist/") else ".")
                    )
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(Path(work) / "node_modules" / package / file, target)
        stamp.write_text(wanted)
