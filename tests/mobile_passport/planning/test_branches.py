"""Which drafts hold changes by hand that another one lacks."""

from datetime import UTC, datetime

import pytest

from mobile_passport.planning.adjust import Change, ChangeKind
from mobile_passport.planning.branches import Step, other_branches

MADE_FROM = {6: 5, 7: 5, 8: 6, 9: 7, 10: 9, 12: 11}
"""A tree of two lines, 5 - 6 - 8 and 5 - 7 - 9 - 10, and one that has nothing to do with it."""
STEPS = tuple(
    Step(
        version=version,
        made_from=made_from,
        change=Change(kind=ChangeKind.LOCK, visit=f"K-{version}"),
        actor="uji",
        at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    for version, made_from in MADE_FROM.items()
)


@pytest.mark.parametrize(
    ("version", "found"),
    [
        (10, [(8, 5, [6, 8])]),
        (8, [(10, 5, [7, 9, 10])]),
        (9, [(10, 9, [10]), (8, 5, [6, 8])]),  # its own line went on
        (5, [(10, 5, [7, 9, 10]), (8, 5, [6, 8])]),
        (12, []),
        (11, [(12, 11, [12])]),
        (3, []),  # nobody changed it
    ],
)
def test_a_draft_is_told_of_the_newest_of_every_other_line_and_of_where_they_part(
    version: int, found: list[tuple[int, int, list[int]]]
) -> None:
    told = other_branches(version, STEPS)
    assert [(one.newest.version, one.parted_from, [step.version for step in one.steps]) for one in told] == found
