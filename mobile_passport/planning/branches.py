"""Drafts that were changed by hand apart from each other: none of them holds what the others changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mobile_passport.planning.adjust import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A draft, the older one that it was made from, and the change that made it."""

    version: int
    made_from: int
    change: Change
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """The newest draft of a line of changes.

    Attributes
    ----------
    parted_from
        The last version that it has in common with the draft which it is told apart from.
    steps
        From there to its newest draft; never empty.
    """

    parted_from: int
    steps: tuple[Step, ...]

    @property
    def newest(self) -> Step:
        """The draft that has all changes of the branch."""
        return self.steps[-1]


def other_branches(version: int, steps: Iterable[Step]) -> tuple[Branch, ...]:
    """Find what grew beside a draft, or out of it: publishing the draft would lose these changes. The newest first.

    Parameters
    ----------
    steps
        Of all drafts that may belong to the same tree.
    """
    by_version = {step.version: step for step in steps}
    own = _line(version, by_version)
    tips = by_version.keys() - {step.made_from for step in by_version.values()} - {version}
    lines = (_line(tip, by_version) for tip in sorted(tips, reverse=True))
    return tuple(_branch(line, own, by_version) for line in lines if line[0] == own[0])


def _line(version: int, steps: Mapping[int, Step]) -> list[int]:
    """Return the versions from the first one to this one."""
    line = [version]
    while line[-1] in steps:
        line.append(steps[line[-1]].made_from)
    return line[::-1]


def _branch(line: list[int], own: list[int], steps: Mapping[int, Step]) -> Branch:
    parted_from = max(set(line) & set(own))  # a version is newer than what it was made from
    return Branch(parted_from=parted_from, steps=tuple(steps[one] for one in line if one > parted_from))
