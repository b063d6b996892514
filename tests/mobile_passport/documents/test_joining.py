"""Joining keeps what is filled and what is drawn."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.documents.joining import Pixel, Step, lines_along, rings_around

_PIXELS = st.tuples(st.integers(0, 5), st.integers(0, 5))
_RINGS = st.lists(st.lists(_PIXELS, min_size=1, max_size=5), max_size=8)


def test_two_neighbours_become_one_ring_without_the_edge_between_them() -> None:
    left, right = [(0, 0), (2, 0), (2, 2), (0, 2)], [(2, 0), (4, 0), (4, 2), (2, 2)]
    (ring,) = rings_around([left, right])
    assert ring[0] == ring[-1]
    assert len(ring) == 7
    assert not {((2, 0), (2, 2)), ((2, 2), (2, 0))} & set(pairwise(ring))


@given(_RINGS)
@settings(derandomize=True, deadline=None, max_examples=25)
def test_the_same_is_filled_whatever_the_rings(rings: list[list[Pixel]]) -> None:
    joined = list(rings_around(rings))
    assert all(ring[0] == ring[-1] for ring in joined)
    assert _balance([ring[:-1] for ring in joined]) == _balance(rings)


@given(st.lists(st.tuples(_PIXELS, _PIXELS), max_size=20))
@settings(derandomize=True, deadline=None, max_examples=25)
def test_lines_go_over_every_edge_once(edges: list[Step]) -> None:
    walked = Counter(frozenset(step) for line in lines_along(edges) for step in pairwise(line))
    assert walked == Counter({frozenset(edge) for edge in edges if edge[0] != edge[1]})


def _balance(rings: list[list[Pixel]]) -> dict[Step, int]:
    """How much more often an edge is walked in one direction than in the other: what winding numbers are made of."""
    walked: Counter[Step] = Counter()
    for ring in rings:
        for start, end in pairwise((*ring, ring[0])):
            walked[min(start, end), max(start, end)] += (start < end) - (end < start)
    return {edge: times for edge, times in walked.items() if times}
