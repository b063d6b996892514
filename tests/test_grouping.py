"""Tests that share something dear are in a group; workers side by side must keep it together.

pytest 9.2 takes the group away without a word (pytest-xdist issue 1386): each worker then makes all of it anew.
"""

import os

import pytest


@pytest.mark.xdist_group("together")
def test_a_group_reaches_who_hands_out_the_tests(request: pytest.FixtureRequest) -> None:
    is_shared_out = "PYTEST_XDIST_WORKER" in os.environ
    assert request.node.nodeid.endswith("@together") == is_shared_out, "run with --dist loadgroup"
