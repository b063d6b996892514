"""Travel times from a road engine, with the estimate where it has none, and a memory for what was asked before."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from mobile_passport.geo.travel import RouterUnavailable, Source, TravelMatrix, TravelTimes, place_key
from optimizer.problem import LatLon

logger = logging.getLogger(__name__)

SNAP_LIMIT_M = 3_000
"""A place farther than this from any road that the engine knows has no travel time from it."""

MOST_FAILURES = 2
"""After so many blocks without an answer the engine is taken for dead, and the rest is estimated."""


class RouteRefused(RouterUnavailable):
    """The engine is alive but refuses this question, as when one of its places is near no road."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadTable:
    """Driving from n origins to m destinations.

    Attributes
    ----------
    duration_s, distance_m
        (n, m) float; nan where there is no way or none is known.
    """

    duration_s: NDArray[np.float64]
    distance_m: NDArray[np.float64]

    @classmethod
    def unknown(cls, origins: int, destinations: int) -> Self:
        """Return a table that knows nothing."""
        return cls(
            duration_s=np.full((origins, destinations), np.nan), distance_m=np.full((origins, destinations), np.nan)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadRoute:
    """The road through several places in their order, for drawing."""

    points: tuple[LatLon, ...]
    duration_s: int
    distance_m: int


class RoadEngine(Protocol):
    """Something that knows roads.

    Attributes
    ----------
    source
        What its figures are marked with.
    version
        Names engine and data; figures of another version are not reused.
    block_size
        Most origins, and most destinations, of one question.
    """

    @property
    def source(self) -> Source: ...
    @property
    def version(self) -> str: ...
    @property
    def block_size(self) -> int: ...

    def table(self, origins: Sequence[LatLon], destinations: Sequence[LatLon]) -> RoadTable:
        """Return the driving between places, without time to start and park.

        Raises
        ------
        RouteRefused
            When this question cannot be answered.
        RouterUnavailable
            When none can.
        """
        ...

    def route(self, places: Sequence[LatLon]) -> RoadRoute:
        """Return the road through two or more places; raises like `table`."""
        ...


class LegCache(Protocol):
    """Remembers legs by place pair and by the version of engine and data."""

    def read(self, version: str, places: Sequence[LatLon]) -> RoadTable:
        """Return what is known between the places, nan elsewhere."""
        ...

    def write(self, version: str, places: Sequence[LatLon], table: RoadTable) -> None:
        """Store what is not nan."""
        ...


class RoadTravelTimes:
    """Travel times of a road engine; cell by cell the estimate stands in, and is marked so.

    Parameters
    ----------
    engine
        Knows roads.
    fallback
        Knows every leg.
    cache
        Remembers the engine's answers.
    leg_overhead_s
        Added to every leg of the engine: start, parking, the last lane. Seconds.
    """

    def __init__(self, engine: RoadEngine, *, fallback: TravelTimes, cache: LegCache, leg_overhead_s: int) -> None:
        self._engine = engine
        self._fallback = fallback
        self._cache = cache
        self._leg_overhead_s = leg_overhead_s

    def matrix(self, places: Sequence[LatLon]) -> TravelMatrix:
        """Return the travel between all places; see `TravelTimes.matrix`. Never raises for want of an engine."""
        table = self._cache.read(self._engine.version, places)
        keys = np.array([place_key(p) for p in places], dtype=np.int64).reshape(-1, 2)
        apart = (keys[:, None, :] != keys[None, :, :]).any(axis=2)
        if (np.isnan(table.duration_s) & apart).any():
            self._ask(table, places, apart)
            self._cache.write(self._engine.version, places, table)
        estimate = self._fallback.matrix(places)
        by_road = apart & ~np.isnan(table.duration_s)
        if missing := int((apart & ~by_road).sum()):
            logger.warning("legs estimated for want of a road", extra={"legs": missing, "of": int(apart.sum())})
        seconds, metres = np.rint(table.duration_s) + self._leg_overhead_s, np.rint(table.distance_m)
        return TravelMatrix(
            duration_s=np.where(by_road, np.nan_to_num(seconds), estimate.duration_s).astype(np.int32),
            distance_m=np.where(by_road, np.nan_to_num(metres), estimate.distance_m).astype(np.int32),
            source=np.where(by_road, self._engine.source, estimate.source).astype(np.int8),
        )

    def _ask(self, table: RoadTable, places: Sequence[LatLon], apart: NDArray[np.bool_]) -> None:
        """Fill in what the table does not know, until the engine is done or taken for dead."""
        failures = 0
        reach = _Reach(self._engine, places)
        blocks = list(_blocks(np.isnan(table.duration_s) & apart, self._engine.block_size))
        while blocks and failures < MOST_FAILURES:
            rows, columns = (reach.without_lost(side) for side in blocks[-1])
            try:
                if rows and columns:
                    answer = self._engine.table([places[i] for i in rows], [places[j] for j in columns])
                    table.duration_s[np.ix_(rows, columns)] = answer.duration_s
                    table.distance_m[np.ix_(rows, columns)] = answer.distance_m
                blocks.pop()
            except RouterUnavailable as error:
                if isinstance(error, RouteRefused) and reach.probe([*rows, *columns]):
                    continue
                failures += 1
                blocks.pop()
                logger.warning("road engine gave no answer", extra={"engine": self._engine.version, "why": str(error)})


class _Reach:
    """Which places the engine can reach at all; one lost place makes some engines refuse a whole question."""

    def __init__(self, engine: RoadEngine, places: Sequence[LatLon]) -> None:
        self._engine = engine
        self._places = places
        self._probed: set[int] = set()
        self._lost: set[int] = set()

    def without_lost(self, rows: Sequence[int]) -> list[int]:
        return [i for i in rows if i not in self._lost]

    def probe(self, rows: Sequence[int]) -> bool:
        """Ask for each place alone, once; say whether a lost one was among them."""
        before = len(self._lost)
        for i in sorted(set(rows) - self._probed):
            self._probed.add(i)
            try:
                self._engine.table([self._places[i]], [self._places[i]])
            except RouteRefused:
                self._lost.add(i)
            except RouterUnavailable:
                break
        return len(self._lost) > before


type Block = tuple[list[int], list[int]]


def _blocks(missing: NDArray[np.bool_], size: int) -> Iterator[Block]:
    """Cover the missing cells: new places against all, then the rest of the rows against their missing columns."""
    new = missing.sum(axis=1) >= max(1, len(missing) - 1)
    for rows, cells in ((np.nonzero(new)[0], missing[new]), (np.nonzero(~new)[0], missing[~new])):
        rows = rows[cells.any(axis=1)]
        columns = np.nonzero(cells.any(axis=0))[0]
        for i in range(0, len(rows), size):
            for j in range(0, len(columns), size):
                yield rows[i : i + size].tolist(), columns[j : j + size].tolist()
