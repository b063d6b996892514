"""Joins the pieces of a drawing: cells to the land they make up, borders to long lines. Less to send, same to see."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

type Pixel = tuple[int, int]
type Step = tuple[Pixel, Pixel]


def rings_around(rings: Iterable[Sequence[Pixel]]) -> Iterator[list[Pixel]]:
    """Yield the rings around the union of others, closed: the last pixel is the first.

    An edge that two neighbours walk in opposite directions vanishes. No pixel's winding number changes by that, so
    whatever the rings, the same is filled.

    Parameters
    ----------
    rings
        Corners in order, all in the same sense of rotation; the last is joined to the first.
    """
    steps: Counter[Step] = Counter()
    for ring in rings:
        for start, end in pairwise((*ring, ring[0])):
            if steps[end, start]:
                steps[end, start] -= 1
            elif start != end:
                steps[start, end] += 1
    following = defaultdict(list)
    for start, end in steps.elements():
        following[start].append(end)
    for start, ends in following.items():
        while ends:  # as many steps lead to a pixel as away from it, so every walk ends where it began
            ring = [start, ends.pop()]
            while ring[-1] != start:
                ring.append(following[ring[-1]].pop())
            yield ring


def lines_along(edges: Iterable[Step]) -> Iterator[list[Pixel]]:
    """Yield lines that go over every edge once, in either direction; an edge without length is left out."""
    neighbours: defaultdict[Pixel, list[Pixel]] = defaultdict(list)
    for start, end in {(min(edge), max(edge)): None for edge in edges if edge[0] != edge[1]}:
        neighbours[start].append(end)
        neighbours[end].append(start)
    ends_first = sorted(neighbours, key=lambda pixel: len(neighbours[pixel]) % 2, reverse=True)
    for start in ends_first:
        while neighbours[start]:
            line = [start]
            while neighbours[line[-1]]:
                here = line[-1]
                line.append(neighbours[here].pop())
                neighbours[line[-1]].remove(here)
            yield line
