"""Build the files of OSRM from a map extract: cut out the working area, extract its roads, contract them."""

import subprocess
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from types import ModuleType
from typing import Any

from mobile_passport.domain.refusal import Refusal
from mobile_passport.geo.area import Window

ROADS = "roads"
REPORT_EVERY = 100_000


class RoadBuildFailed(Refusal):
    """The roads could not be built; the message says at which step, why, and what to do."""


class BuildStep(StrEnum):
    """What is being done."""

    CLIP = "clip"
    EXTRACT = "extract"
    CONTRACT = "contract"


type Progress = Callable[[BuildStep, str], None]
"""Called with the step and a line of English about how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltRoads:
    """Where the files are (`base` for `OsrmFiles`) and how many ways they hold."""

    base: Path
    ways: int


def built_roads(directory: Path) -> Path:
    """Return where `build_roads` leaves its files in a directory, whether they exist or not."""
    return directory / ROADS / f"{ROADS}.osrm"


def build_roads(extract: Path, window: Window, directory: Path, *, progress: Progress) -> BuiltRoads:
    """Build roads from an OpenStreetMap extract (``.osm.pbf``), replacing those that are there when all went well.

    Parameters
    ----------
    extract
        Map of any area around the window, as https://download.geofabrik.de gives it.
    window
        Ways with a point inside are kept whole.
    directory
        Where the files go: ``directory/roads/roads.osrm.*``.
    progress
        Told what is going on.

    Raises
    ------
    RoadBuildFailed
        When a package is missing, the extract is unreadable or has no road inside, or OSRM fails.

    Notes
    -----
    Reading takes about 25 µs a way and 16 bytes of memory a point: some minutes and 2 GB for all of Java.
    """
    osmium, osrm = _package("osmium"), _package("osrm")
    if not extract.is_file():
        raise RoadBuildFailed(f"{extract}: no such file; download java-latest.osm.pbf from download.geofabrik.de")
    directory.mkdir(parents=True, exist_ok=True)
    with _replacing(directory / ROADS) as building:
        clipped = building / f"{ROADS}.osm.pbf"
        ways = _clip(osmium, extract, window, clipped, progress)
        programs, profile = Path(str(osrm.__file__)).parent / "bin", Path(str(osrm.__file__)).parent / "share"
        _run(
            BuildStep.EXTRACT,
            [str(programs / "osrm-extract"), "-p", str(profile / "profiles" / "car.lua"), str(clipped)],
            progress,
        )
        _run(BuildStep.CONTRACT, [str(programs / "osrm-contract"), str(building / f"{ROADS}.osrm")], progress)
    return BuiltRoads(base=built_roads(directory), ways=ways)


def _package(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise RoadBuildFailed(f"{name} is not installed; install the extra: mobile-passport[roads]") from error


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """Give an empty folder that takes the target's place when the work in it succeeds, and vanishes otherwise."""
    building = Path(mkdtemp(prefix=".building-", dir=target.parent))
    try:
        yield building
        old = Path(mkdtemp(prefix=".old-", dir=target.parent))
        if target.exists():
            target.rename(old / target.name)
        building.rename(target)
        rmtree(old)
    finally:
        rmtree(building, ignore_errors=True)


def _clip(osmium: Any, extract: Path, window: Window, target: Path, progress: Progress) -> int:
    """Write the roads and ferries that touch the window, their points, and the turn restrictions among them."""
    try:
        progress(BuildStep.CLIP, f"reading {extract.name}")
        kept = _ways_inside(osmium, extract, window, progress)
        if not kept:
            raise RoadBuildFailed(f"{extract} has no road inside the window; check the window and the map's area")
        progress(BuildStep.CLIP, f"writing {len(kept)} ways")
        with osmium.BackReferenceWriter(str(target), ref_src=str(extract), remove_tags=False) as writer:
            ways = osmium.FileProcessor(str(extract), osmium.osm.WAY)
            for way in ways.with_filter(osmium.filter.IdFilter(kept)):
                writer.add_way(way)
            relations = osmium.FileProcessor(str(extract), osmium.osm.RELATION)
            for relation in relations.with_filter(osmium.filter.TagFilter(("type", "restriction"))):
                members = [member.ref for member in relation.members if member.type == "w"]
                if members and kept.issuperset(members):
                    writer.add_relation(relation)
    except RuntimeError as error:
        raise RoadBuildFailed(f"{extract} cannot be read as a map extract ({error}); download it again") from error
    return len(kept)


def _ways_inside(osmium: Any, extract: Path, window: Window, progress: Progress) -> set[int]:
    ways = osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    ways = ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    kept = set()
    for count, way in enumerate(ways.with_filter(osmium.filter.KeyFilter("highway", "route")), start=1):
        if _touches(way, window):
            kept.add(way.id)
        if count % REPORT_EVERY == 0:
            progress(BuildStep.CLIP, f"{count} ways read, {len(kept)} kept")
    return kept


def _touches(way: Any, window: Window) -> bool:
    return any(
        node.location.valid() and window.south <= node.lat <= window.north and window.west <= node.lon <= window.east
        for node in way.nodes
    )


def _run(step: BuildStep, command: list[str], progress: Progress) -> None:
    """Run a program of OSRM, passing on what it begins to do and its percentages."""
    last: deque[str] = deque(maxlen=5)
    try:
        with subprocess.Popen(  # noqa: S603 - a fixed program of an installed package, arguments are paths, no shell
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as process:
            for line in process.stdout or ():
                if text := line.rpartition("[info]")[2].strip(" .\n"):
                    last.append(text)
                    if line.rstrip().endswith(("...", "%")):
                        progress(step, text)
    except OSError as error:
        raise RoadBuildFailed(
            f"{step}: {command[0]} does not run ({error}); reinstall mobile-passport[roads]"
        ) from error
    if process.returncode != 0:
        raise RoadBuildFailed(f"{step}: OSRM stopped with {process.returncode}: {' | '.join(last)}")
