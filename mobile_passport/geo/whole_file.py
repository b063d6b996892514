"""Write a file whole or not at all: whoever reads it meanwhile sees the old one."""

from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


def replace_file(target: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write beside the target, then take its place; folders are made as needed.

    Raises
    ------
    OSError
        When that is not possible; the target is as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, prefix=".writing-", delete=False) as new:
        try:
            write(new)
            new.close()
            Path(new.name).replace(target)
        except BaseException:
            Path(new.name).unlink(missing_ok=True)
            raise
