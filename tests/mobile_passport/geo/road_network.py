"""A road network over the villages of the working area, invented but dense enough for real road engines."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
from osmium.osm.mutable import Node, Way

from mobile_passport.geo.distance import haversine_m, radians_of
from optimizer.problem import LatLon

POINTS_PER_ROAD = 6
NEIGHBOURS = 16
EVERY_ONE_WAY = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Roads between villages: (from, to, metres, one way); the numbers are those of the villages."""

    places: tuple[LatLon, ...]
    roads: tuple[tuple[int, int, float, bool], ...]

    def shortest_m(self, origin: int) -> list[float]:
        """Return the length of the shortest way from one village to each, by Dijkstra's algorithm."""
        ways: list[list[tuple[int, float]]] = [[] for _ in self.places]
        for i, j, metres, one_way in self.roads:
            ways[i].append((j, metres))
            if not one_way:
                ways[j].append((i, metres))
        best = [float("inf")] * len(self.places)
        queue = [(0.0, origin)]
        while queue:
            metres, i = heapq.heappop(queue)
            if metres < best[i]:
                best[i] = metres
                for j, more in ways[i]:
                    heapq.heappush(queue, (metres + more, j))
        return best


def gabriel_network(places: Sequence[LatLon]) -> Network:
    """Join two villages when no third lies in the circle over their line (Gabriel and Sokal 1969); some one-way."""
    radians = radians_of(places)
    metres = haversine_m(radians, radians)
    squares = metres**2
    roads: list[tuple[int, int, float, bool]] = []
    for i in range(len(places)):
        for j in np.argsort(metres[i])[1:NEIGHBOURS].tolist():
            if i < j and not (squares[i] + squares[j] < squares[i, j] * 0.999_999).any():
                one_way = len(roads) % EVERY_ONE_WAY == 0
                roads.append((i, j, float(metres[i, j]), one_way))
    return Network(places=tuple(places), roads=tuple(roads))


def write_network(network: Network, target: Path) -> None:
    """Write the roads as an OpenStreetMap extract, one class of road, straight lines with points between."""
    nodes = [(p.lon, p.lat) for p in network.places]
    ways: list[tuple[list[int], dict[str, str]]] = []
    for i, j, _, one_way in network.roads:
        (lon_i, lat_i), (lon_j, lat_j) = nodes[i], nodes[j]
        refs = [i]
        for step in range(1, POINTS_PER_ROAD):
            share = step / POINTS_PER_ROAD
            refs.append(len(nodes))
            nodes.append((lon_i + (lon_j - lon_i) * share, lat_i + (lat_j - lat_i) * share))
        ways.append(([*refs, j], {"highway": "secondary", "oneway": "yes" if one_way else "no"}))
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for ref, location in enumerate(nodes, start=1):
            writer.add_node(Node(id=ref, location=location))
        for number, (refs, tags) in enumerate(ways, start=1):
            writer.add_way(Way(id=number, nodes=[r + 1 for r in refs], tags=tags))
