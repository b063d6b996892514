"""What fields of rules are called, in which unit, and what they are for: file ``labels.toml``, in both languages."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from mobile_passport.rules.loading import fit

LANGUAGES = ("id", "en")
"""In the order in which ``labels.toml`` has the texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLabel:
    """One field.

    Attributes
    ----------
    unit
        Shown behind the field.
    help
        What it is for, and what a larger figure does.
    is_long
        Several lines of text.
    words
        Table of words to choose from, where the type names none.
    times
        What is typed is multiplied by this: 60 where minutes are typed and seconds are kept, 0.01 for percent.
    least, most
        Bounds of a number as it is typed, both ends included.
    row, key
        What one row is called, and the field that tells rows apart.
    is_fixed
        Rows are neither added nor removed.
    """

    label: str
    unit: str = ""
    help: str = ""
    is_long: bool = False
    words: str = ""
    times: float = 1.0
    least: float = 0.0
    most: float | None = None
    row: str = ""
    key: str = ""
    is_fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLabels:
    """One document.

    Attributes
    ----------
    purpose
        What it decides, in a sentence.
    fields
        By the way into the document without the numbers of rows: ``teams.kits``.
    """

    title: str
    purpose: str
    fields: dict[str, FieldLabel] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """All of them.

    Attributes
    ----------
    common
        Fields that are the same everywhere, by their name.
    words
        What codes are called, by the name of their enumeration or table.
    """

    documents: dict[str, DocumentLabels]
    common: dict[str, FieldLabel]
    words: dict[str, dict[str, str]]

    def of(self, document: str, where: Iterable[str | int]) -> FieldLabel:
        """Return the label of a place in a document.

        Raises
        ------
        LookupError
            When there is none.
        """
        names = [step for step in where if isinstance(step, str)]
        own = self.documents[document].fields.get(".".join(names))
        if own is None and names[-1] not in self.common:
            raise LookupError(f"labels.toml: {document}: {'.'.join(names)} has no label")
        return own or self.common[names[-1]]


@cache
def labels(language: str = LANGUAGES[0]) -> Labels:
    """Read the labels in one of the `LANGUAGES`."""
    source = files(__package__) / "labels.toml"
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    return fit(Labels, _said(data, LANGUAGES.index(language)), origin=str(source))


def _said(data: Any, index: int) -> Any:
    """Take one text of every pair."""
    if isinstance(data, dict):
        return {name: _said(value, index) for name, value in data.items()}
    return data[index] if isinstance(data, list) else data
