"""The databases that tests run on, the embedded one and a real PostgreSQL: filled once, copied for every test."""

import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database

KINDS = ("sqlite", "postgresql")
_MEMORY = Path("/dev/shm")
_ROOM = 2**30
"""What one process of tests may need, in bytes."""


@dataclass(frozen=True, kw_only=True)
class Filling:
    """What is in a database when a test begins.

    Attributes
    ----------
    fill
        Puts it into the database of a URL, and leaves no connection open.
    upon
        What is there before.
    """

    fill: Callable[[str], None]
    upon: "Filling | None" = None


@contextmanager
def quick_folder() -> Iterator[Path]:
    """Make a folder for databases that need not outlast the machine: in memory where there is room.

    A disk takes up to a second for the hundreds of files of a new database, and waits at every commit.
    """
    is_roomy = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    folder = Path(tempfile.mkdtemp(prefix="mobile-passport-", dir=_MEMORY if is_roomy else None))
    folder.chmod(0o755)  # a server that was started by root runs as another user
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Databases(ABC):
    """Databases of one kind."""

    def __init__(self) -> None:
        self._filled: dict[Filling, str] = {}

    def copy_of(self, filling: Filling) -> str:
        """Return the URL of a new database with a filling, which is made only the first time."""
        if filling not in self._filled:
            url = self.copy_of(filling.upon) if filling.upon else self.new()
            filling.fill(url)
            self._filled[filling] = url
        return self.copy(self._filled[filling])

    @abstractmethod
    def new(self) -> str:
        """Return the URL of a new, empty database."""

    @abstractmethod
    def copy(self, url: str) -> str:
        """Return the URL of a copy of a database that nobody is connected to."""

    @abstractmethod
    def restore(self, url: str, backup: str) -> None:
        """Make a database what a copy of it is; nobody may be connected to either."""

    @abstractmethod
    def drop(self, url: str) -> None:
        """Remove a database."""


class SqliteFiles(Databases):
    """Files of the embedded database in one folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def new(self) -> str:
        """Return the URL of a file that is not there yet."""
        return f"sqlite:///{self._folder}/{uuid4().hex}.db"

    def copy(self, url: str) -> str:
        """Copy the file."""
        made = self.new()
        shutil.copy(file_of(url), file_of(made))
        return made

    def restore(self, url: str, backup: str) -> None:
        """Put the copy in the place of the file."""
        self.drop(url)
        shutil.copy(file_of(backup), file_of(url))

    def drop(self, url: str) -> None:
        """Remove the file and what lies beside it."""
        for path in files_of(url):
            path.unlink()


def file_of(url: str) -> Path:
    """Path of an embedded database."""
    return Path(url.removeprefix("sqlite:///"))


def files_of(url: str) -> tuple[Path, ...]:
    """Everything that an embedded database is on the disk."""
    path = file_of(url)
    return tuple(sorted(path.parent.glob(f"{path.name}*")))


def _migrate(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.close()


MIGRATED = Filling(fill=_migrate)
"""The present schema, and no rows."""
