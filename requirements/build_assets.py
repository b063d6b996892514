"""Hatch's hook: brings scripts and styles from npm into the package, and makes one file of the field app's modules.

Runs when the package is built or installed from a checkout. What it makes travels in the wheel and in the source
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


_FIELD_APP = Path("api/field_app")
_BUNDLE = Path("api/static/lapangan/app.js")
_BUNDLING = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8", "--log-level=warning")


class PageAssets(BuildHookInterface[Any]):
    """Fills ``api/static/vendor`` and bundles the field app when they are not of the lock and the modules here."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make what is missing or old; do nothing when all of it is there."""
        root = Path(self.root)
        stamp, wanted = root / _VENDOR / ".from", sources(root)
        if stamp.exists() and stamp.read_text() == wanted and (root / _BUNDLE).exists():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("Building the pages needs npm, and none was found. On Debian: apt install npm")
        with tempfile.TemporaryDirectory() as work:
            for name in _MANIFESTS:
                shutil.copy(root / name, work)
            fetch = [npm, "ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(fetch, cwd=work, check=True, env={**os.environ, "CI": "true"})  # noqa: S603 - words of ours
            modules = Path(work) / "node_modules"
            _copy(modules, root / _VENDOR)
            bundle = [modules / ".bin" / "esbuild", root / _FIELD_APP / "app.js", f"--outfile={root / _BUNDLE}"]
            subprocess.run([*bundle, *_BUNDLING], check=True)  # noqa: S603 - words of ours
        stamp.write_text(wanted)


def sources(root: Path) -> str:
    """Name what the files are made of: a digest of the lock, this file and the field app's modules."""
    made_of = (*(root / name for name in _MANIFESTS), Path(__file__), *sorted((root / _FIELD_APP).glob("*.js")))
    return sha256(b"".join(path.read_bytes() for path in made_of)).hexdigest()


def _copy(modules: Path, vendor: Path) -> None:
    """Copy the named files, each package with its licence."""
    shutil.rmtree(vendor, ignore_errors=True)
    for package, files in _FILES.items():
        for file in files:
            target = vendor / package / Path(file).relative_to("dist" if file.startswith("dist/") else ".")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(modules / package / file, target)
