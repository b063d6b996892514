"""What a road engine answered before, by place pair: in memory, or in a file that outlives the process."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np

from mobile_passport.geo.roads import RoadTable
from mobile_passport.geo.travel import PlaceKey, place_key
from mobile_passport.geo.whole_file import replace_file
from optimizer.problem import LatLon

logger = logging.getLogger(__name__)

MOST_PLACES = 2_000
"""A file with more places (64 MB) forgets those that the latest question did not name."""


def _nothing() -> RoadTable:
    return RoadTable.unknown(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegBook:
    """Legs between all places of which anything is known; `rows` is the row and column of each place."""

    rows: dict[PlaceKey, int] = field(default_factory=dict)
    table: RoadTable = field(default_factory=_nothing)

    def between(self, places: Sequence[LatLon]) -> RoadTable:
        """Return what is known between the places, nan elsewhere."""
        found = RoadTable.unknown(len(places), len(places))
        here = [(i, self.rows[key]) for i, place in enumerate(places) if (key := place_key(place)) in self.rows]
        if here:
            asked, stored = map(list, zip(*here, strict=True))
            found.duration_s[np.ix_(asked, asked)] = self.table.duration_s[np.ix_(stored, stored)]
            found.distance_m[np.ix_(asked, asked)] = self.table.distance_m[np.ix_(stored, stored)]
        return found

    def with_legs(self, places: Sequence[LatLon], table: RoadTable) -> Self:
        """Return a book that also knows what is not nan in the table."""
        keys = {place_key(place) for place in places} - self.rows.keys()
        rows = self.rows | {key: i for i, key in enumerate(sorted(keys), start=len(self.rows))}
        grown = RoadTable.unknown(len(rows), len(rows))
        known = len(self.rows)
        grown.duration_s[:known, :known] = self.table.duration_s
        grown.distance_m[:known, :known] = self.table.distance_m
        at = np.array([rows[place_key(place)] for place in places], dtype=np.int64)
        i, j = np.nonzero(~np.isnan(table.duration_s))
        grown.duration_s[at[i], at[j]] = table.duration_s[i, j]
        grown.distance_m[at[i], at[j]] = table.distance_m[i, j]
        return type(self)(rows=rows, table=grown)


class MemoryLegCache:
    """A cache as long as the process."""

    def __init__(self) -> None:
        self._books: dict[str, LegBook] = {}

    def read(self, version: str, places: Sequence[LatLon]) -> RoadTable:
        """See `LegCache.read`."""
        return self._books.get(version, LegBook()).between(places)

    def write(self, version: str, places: Sequence[LatLon], table: RoadTable) -> None:
        """See `LegCache.write`."""
        self._books[version] = self._books.get(version, LegBook()).with_legs(places, table)


class FileLegCache:
    """A cache in one file, for one version at a time: another version starts it anew.

    Several processes may use it: the file is replaced whole, and what one of them misses is asked again. A file that
    cannot be read or written costs time, never an answer.

    Parameters
    ----------
    directory
        Where ``legs.npz`` goes; made when there is something to write.
    """

    def __init__(self, directory: Path) -> None:
        self._file = directory / "legs.npz"

    def read(self, version: str, places: Sequence[LatLon]) -> RoadTable:
        """See `LegCache.read`."""
        return self._book(version).between(places)

    def write(self, version: str, places: Sequence[LatLon], table: RoadTable) -> None:
        """See `LegCache.write`."""
        book = self._book(version).with_legs(places, table)
        if len(book.rows) > MOST_PLACES:
            book = LegBook().with_legs(places, table)
        try:
            self._store(version, book)
        except OSError as error:
            logger.warning("legs not kept", extra={"file": str(self._file), "why": type(error).__name__})

    def _book(self, version: str) -> LegBook:
        if not self._file.exists():
            return LegBook()
        try:
            with self._file.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                if str(stored["version"]) != version:
                    return LegBook()
                keys = [(int(lat), int(lon)) for lat, lon in stored["places"]]
                table = RoadTable(duration_s=stored["duration_s"], distance_m=stored["distance_m"])
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            logger.warning("kept legs unreadable", extra={"file": str(self._file), "why": type(error).__name__})
            return LegBook()
        return LegBook(rows={key: row for row, key in enumerate(keys)}, table=table)

    def _store(self, version: str, book: LegBook) -> None:
        replace_file(
            self._file,
            lambda new: np.savez(
                new,
                version=np.array(version),
                places=np.array(list(book.rows), dtype=np.int64).reshape(-1, 2),
                duration_s=book.table.duration_s,
                distance_m=book.table.distance_m,
            ),
        )
