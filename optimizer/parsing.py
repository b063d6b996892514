"""Reading untrusted JSON into typed values: every finding is noted, a neutral value stands in, nothing raises."""

import json
import math
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.validate import InvalidProblem, Issue, IssueCode

MAX_INTEGER = 2**53
"""Integers beyond it are not portable in JSON (RFC 8259, section 6)."""


class Findings:
    """What is wrong with a document, gathered while it is read.

    `where` arguments are paths like ``visits[3]/reward``; their last part is the name of the field.
    """

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def add(self, code: IssueCode, where: str, cause: str, action: str) -> None:
        """Note one finding."""
        self.issues.append(Issue(code=code, where=where, cause=cause, action=action))

    def _missing(self, where: str) -> None:
        self.add(IssueCode.MISSING, where, "the field is missing", "add it")

    def _wrong_type(self, where: str, value: object, expected: str) -> None:
        self.add(IssueCode.WRONG_TYPE, where, f"{_shown(value)} is not {expected}", f"give {expected}")

    def text(self, item: dict[str, Any], where: str, *, default: str | None = None) -> str:
        """Read a text; a missing one is a finding unless there is a default."""
        value = item.get(_name(where), default)
        if isinstance(value, str):
            return value
        if value is None:
            self._missing(where)
        else:
            self._wrong_type(where, value, "a text")
        return ""

    def number(
        self,
        item: dict[str, Any],
        where: str,
        *,
        default: float | None = None,
        low: float = -math.inf,
        high: float = math.inf,
    ) -> float:
        """Read a finite number within [low, high]."""
        value = item.get(_name(where), default)
        if value is None:
            self._missing(where)
        elif isinstance(value, bool) or not isinstance(value, int | float):
            self._wrong_type(where, value, "a number")
        elif not abs(value) <= MAX_INTEGER or not low <= value <= high:
            self.add(IssueCode.OUT_OF_RANGE, where, f"{_shown(value)} is out of range", "check the number and its unit")
        else:
            return value
        return 0.0

    def integer(self, item: dict[str, Any], where: str, *, default: int | None = None) -> int:
        """Read an integer; 3600.0 counts as one."""
        value = self.number(item, where, default=default)
        if value != int(value):
            self._wrong_type(where, value, "an integer")
        return int(value)

    def flag(self, item: dict[str, Any], where: str) -> bool:
        """Read an optional truth value, false by default."""
        value = item.get(_name(where), False)
        if not isinstance(value, bool):
            self._wrong_type(where, value, "true or false")
        return value is True

    def choice[E: StrEnum](self, item: dict[str, Any], where: str, kind: type[E], *, default: E) -> E:
        """Read one of an enumeration."""
        text = self.text(item, where)
        try:
            return kind(text)
        except ValueError:
            if text:
                self._wrong_type(where, text, "one of " + ", ".join(kind))
            return default

    def names(self, item: dict[str, Any], where: str) -> frozenset[str]:
        """Read an optional list of texts."""
        value = item.get(_name(where), [])
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            self._wrong_type(where, value, "a list of texts")
            return frozenset()
        return frozenset(value)

    def object(self, item: dict[str, Any], where: str, *, optional: bool = False) -> dict[str, Any]:
        """Read a nested object."""
        value = item.get(_name(where), {} if optional else None)
        if isinstance(value, dict):
            return value
        if value is None:
            self._missing(where)
        else:
            self._wrong_type(where, value, "an object")
        return {}

    def objects(
        self, item: dict[str, Any], where: str, *, optional: bool = False
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Iterate over a list of objects with the path of each; what is not an object is a finding and left out."""
        value = item.get(_name(where), [] if optional else None)
        if value is None:
            self._missing(where)
        elif not isinstance(value, list):
            self._wrong_type(where, value, "a list")
        else:
            for index, entry in enumerate(value):
                if isinstance(entry, dict):
                    yield f"{where}[{index}]", entry
                else:
                    self._wrong_type(f"{where}[{index}]", entry, "an object")

    def pairs(self, item: dict[str, Any], where: str) -> Iterator[tuple[int, int]]:
        """Iterate over a list of pairs of integers."""
        value = item.get(_name(where))
        if value is None:
            self._missing(where)
        elif not isinstance(value, list):
            self._wrong_type(where, value, "a list of [start, end]")
        else:
            for index, entry in enumerate(value):
                if isinstance(entry, list) and len(entry) == 2 and all(map(_is_integer, entry)):
                    yield int(entry[0]), int(entry[1])
                else:
                    self._wrong_type(f"{where}[{index}]", entry, "a pair of integers [start, end]")

    def grid(self, item: dict[str, Any], where: str, size: int) -> NDArray[np.int64]:
        """Read a square grid of integers, shape (size, size)."""
        rows = item.get(_name(where))
        neutral = np.zeros((size, size), dtype=np.int64)
        if rows is None:
            self._missing(where)
            return neutral
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            self._wrong_type(where, rows, "a list of rows")
            return neutral
        lengths = {len(row) for row in rows}
        if len(rows) != size or not lengths <= {size}:
            self.add(
                IssueCode.MATRIX_SHAPE,
                where,
                f"it has {len(rows)} rows of {_shown(sorted(lengths))} cells, there are {size} locations",
                "give one row and one column per location",
            )
            return neutral
        return self._cells(rows, where, neutral)

    def _cells(self, rows: list[list[Any]], where: str, neutral: NDArray[np.int64]) -> NDArray[np.int64]:
        if not rows:
            return neutral
        types = {kind for row in rows for kind in set(map(type, row))}
        if types <= {int, float}:
            values = np.array(rows, dtype=np.float64)
            if np.isfinite(values).all() and (values == np.floor(values)).all() and np.abs(values).max() <= MAX_INTEGER:
                return values.astype(np.int64)
        for row_index, row in enumerate(rows):
            for column, value in enumerate(row):
                if not _is_integer(value):
                    cell = f"{where}[{row_index}][{column}]"
                    cause = f"{_shown(value)} is not a finite whole number"
                    self.add(IssueCode.MATRIX_VALUE, cell, cause, "give travel as whole seconds and metres")
                    return neutral
        return neutral


def read_document(found: Findings, text: str | bytes, expected_format: str) -> dict[str, Any]:
    """Read the outer object of a document.

    NaN and infinities, which are no JSON but which Python reads and writes, become findings where they stand.

    Raises
    ------
    InvalidProblem
        When there is no outer object.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        found.add(IssueCode.NOT_JSON, "/", f"the text is not JSON ({error})", "write a JSON object in UTF-8")
        raise InvalidProblem(found.issues) from error
    if not isinstance(document, dict):
        found.add(IssueCode.NOT_JSON, "/", "the document is not a JSON object", "write a JSON object")
        raise InvalidProblem(found.issues)
    if document.get("format") != expected_format:
        cause = f"the format is {_shown(document.get('format'))}"
        found.add(IssueCode.WRONG_FORMAT, "format", cause, f"write {expected_format!r}")
    return document


def _name(where: str) -> str:
    return where.rpartition("/")[2]


def _is_integer(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= MAX_INTEGER and value == int(value)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
