"""The land under a plan: one cell around every village, made from the villages' points.

There are no boundary polygons in the data. A cell holds the places nearer to its village than to any other, within a
reach; the cells of one regency together are its land, and the edges between cells of different kecamatan stand for
the boundary. The outline is the alpha shape of the points. All this is a picture, not a boundary of law.

References
----------
.. [1] Edelsbrunner, Kirkpatrick and Seidel (1983), On the shape of a set of points in the plane, IEEE Transactions on
       Information Theory 29(4), 551-559.
.. [2] Sutherland and Hodgman (1974), Reentrant polygon clipping, Communications of the ACM 17(1), 32-42.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import cos, hypot, pi, sin

import numpy as np

from mobile_passport.documents.projection import Plane, Point
from mobile_passport.geo.gazetteer import Gazetteer, Kecamatan, Village
from optimizer.problem import LatLon

REACH_M = 5_200.0
"""How far a village's land goes where no other village is near; also the alpha of the outline."""
BEYOND_M = 1_900.0
"""How far the land goes on beyond the outermost villages' points: villages lie 1.4 km apart in the middle."""
_CORNERS = 20
_OUTSIDE = -1


@dataclass(frozen=True, slots=True)
class Edge:
    """A straight piece of a border, metres."""

    start: Point
    end: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The land around one village; corners in order, metres."""

    village: Village
    centre: Point
    corners: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """Cells, borders and names, on one plane.

    Attributes
    ----------
    kecamatan_edges, regency_edges
        Between cells of different kecamatan of a regency, and of different regencies.
    outline
        Closed rings through the outermost villages; the land goes on for ``BEYOND_M``. A lone village is a ring of one.
    regencies
        Name, and the village point deepest inside: where there is room for the name.
    """

    plane: Plane
    cells: tuple[Cell, ...]
    kecamatan_edges: tuple[Edge, ...]
    regency_edges: tuple[Edge, ...]
    outline: tuple[tuple[Point, ...], ...]
    kecamatan: tuple[Kecamatan, ...]
    regencies: tuple[tuple[str, Point], ...]

    @classmethod
    def of(cls, gazetteer: Gazetteer) -> "Basemap":
        """Draw up the land of a gazetteer; takes a tenth of a second, so keep the result."""
        villages = gazetteer.villages
        plane = Plane(origin=_centre([village.position for village in villages]))
        centres = [plane.point(village.position) for village in villages]
        rings = _rings(centres)
        outline = tuple(tuple(centres[i] for i in ring) for ring in _outline(rings))
        kecamatan_edges, regency_edges = [], []
        for index, ring in enumerate(rings):
            for edge, neighbour in _edges(ring):
                if neighbour <= index:  # outside, or drawn already
                    continue
                if villages[index].regency_code != villages[neighbour].regency_code:
                    regency_edges.append(edge)
                elif villages[index].kecamatan_code != villages[neighbour].kecamatan_code:
                    kecamatan_edges.append(edge)
        return cls(
            plane=plane,
            cells=tuple(
                Cell(village=village, centre=centre, corners=tuple(corner for corner, _ in ring))
                for village, centre, ring in zip(villages, centres, rings, strict=True)
            ),
            kecamatan_edges=tuple(kecamatan_edges),
            regency_edges=tuple(regency_edges),
            outline=outline,
            kecamatan=gazetteer.kecamatan,
            regencies=tuple(
                (name, _deepest(code, villages, centres, outline)) for code, name in gazetteer.regencies.items()
            ),
        )


type _Ring = list[tuple[Point, int]]
"""Corners of a cell, each with the neighbour beyond the edge that starts there."""


def _centre(places: Sequence[LatLon]) -> LatLon:
    return LatLon(
        lat=sum(place.lat for place in places) / len(places), lon=sum(place.lon for place in places) / len(places)
    )


def _rings(centres: Sequence[Point]) -> list[_Ring]:
    xy = np.array([(centre.x, centre.y) for centre in centres])
    apart = np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1])
    rings = []
    for index, centre in enumerate(centres):
        ring: _Ring = [
            (Point(centre.x + REACH_M * cos(angle), centre.y + REACH_M * sin(angle)), _OUTSIDE)
            for angle in (2 * pi * corner / _CORNERS for corner in range(_CORNERS))
        ]
        for neighbour in np.argsort(apart[index], kind="stable"):
            if apart[index, neighbour] >= 2 * REACH_M:
                break
            if apart[index, neighbour] > 0:
                ring = _keep_nearer(ring, centre, centres[neighbour], int(neighbour))
        rings.append(ring)
    return rings


def _keep_nearer(ring: _Ring, own: Point, other: Point, neighbour: int) -> _Ring:
    """Cut a ring at the line halfway between two centres, keeping the own side [2]_."""

    def beyond(point: Point) -> float:
        middle_x, middle_y = (own.x + other.x) / 2, (own.y + other.y) / 2
        return (point.x - middle_x) * (other.x - own.x) + (point.y - middle_y) * (other.y - own.y)

    kept: _Ring = []
    for (start, past), (end, _) in zip(ring, ring[1:] + ring[:1], strict=True):
        here, there = beyond(start), beyond(end)
        if here <= 0:
            kept.append((start, past))
        if (here <= 0) != (there <= 0):
            share = here / (here - there)
            crossing = Point(start.x + share * (end.x - start.x), start.y + share * (end.y - start.y))
            kept.append((crossing, neighbour if here <= 0 else past))
    return kept


def _edges(ring: _Ring) -> Iterator[tuple[Edge, int]]:
    for (start, neighbour), (end, _) in zip(ring, ring[1:] + ring[:1], strict=True):
        yield Edge(start, end), neighbour


def _outline(rings: Sequence[_Ring]) -> Iterator[list[int]]:
    """Yield the rings of villages around the alpha shape [1]_: three cells that meet within reach make a triangle."""
    triangles = set()
    for index, ring in enumerate(rings):
        beyond = [neighbour for _, neighbour in ring]
        for one, other in zip(beyond, beyond[1:] + beyond[:1], strict=True):
            if one != other and _OUTSIDE not in (one, other):
                triangles.add(tuple(sorted((index, one, other))))
    sides = Counter(side for triangle in triangles for side in combinations(triangle, 2))
    after: dict[int, list[int]] = defaultdict(list)
    for (one, other), count in sides.items():
        if count == 1:
            after[one].append(other)
            after[other].append(one)
    yield from _walks(after)
    inland = {village for triangle in triangles for village in triangle}
    yield from ([index] for index in range(len(rings)) if index not in inland)


def _walks(after: dict[int, list[int]]) -> Iterator[list[int]]:
    """Yield closed walks that use every side of a graph once."""
    for first in after:
        while after[first]:
            walk, here = [], first
            while after[here]:
                walk.append(here)
                there = after[here].pop()
                after[there].remove(here)
                here = there
            yield walk


def _deepest(
    regency_code: str, villages: Sequence[Village], centres: Sequence[Point], outline: Sequence[Sequence[Point]]
) -> Point:
    edge = [point for ring in outline for point in ring]
    edge += [c for v, c in zip(villages, centres, strict=True) if v.regency_code != regency_code]
    own = [c for v, c in zip(villages, centres, strict=True) if v.regency_code == regency_code]
    return max(own, key=lambda c: min((hypot(c.x - e.x, c.y - e.y) for e in edge), default=0.0))
