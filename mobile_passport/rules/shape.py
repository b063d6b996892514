"""What fields a rule has, and how each is asked for: the one module that maps a dataclass to inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, time
from enum import Enum, StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

SOURCE = frozenset({"source", "as_of_date"})
"""Fields that say where the figures beside them come from."""


class Input(StrEnum):
    """How a field is asked for."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    """Any number of a few, or a list of texts, one a line, where the label names no words to choose from."""
    PART = "part"
    ROWS = "rows"


_PLAIN: Mapping[type, Input] = {
    str: Input.TEXT,
    bool: Input.YES_NO,
    int: Input.WHOLE,
    float: Input.DECIMAL,
    date: Input.DATE,
    time: Input.TIME,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One field of a rule.

    Attributes
    ----------
    item
        Type of the part, of each row, or of what is chosen.
    may_be_empty
        Nothing may stand there.
    """

    name: str
    input: Input
    item: type[Any]
    may_be_empty: bool


def slots_of(shape: type[Any]) -> tuple[Slot, ...]:
    """Return the fields of a frozen dataclass of rules in their order, the source and its day at the end.

    Raises
    ------
    TypeError
        For a field of a type that no input asks for.
    """
    hints = get_type_hints(shape)
    found = (_slot(field.name, hints[field.name], has_default=field.default is not MISSING) for field in fields(shape))
    return tuple(sorted(found, key=lambda slot: slot.name in SOURCE))


def row_like(row: Any, others: Sequence[Any], *, key: str, index: int) -> Any | None:
    """Return the row of another edition that a row stands for: an equal one, one of the same key, or of the same place.

    Parameters
    ----------
    key
        Field that tells rows apart; empty when none does.
    """
    if row in others:
        return row
    if key:
        return next((other for other in others if getattr(other, key) == getattr(row, key)), None)
    return others[index] if index < len(others) else None


def _slot(name: str, hint: Any, *, has_default: bool) -> Slot:
    arguments = get_args(hint)
    if isinstance(hint, UnionType) and type(None) in arguments:
        (rest,) = (one for one in arguments if one is not type(None))
        plain = _slot(name, rest, has_default=True)
        return Slot(name=name, input=plain.input, item=plain.item, may_be_empty=True)
    if get_origin(hint) is tuple:
        item = arguments[0]
        kind = Input.ROWS if is_dataclass(item) else Input.CHOICES
        return Slot(name=name, input=kind, item=item, may_be_empty=True)
    if is_dataclass(hint) and isinstance(hint, type):
        return Slot(name=name, input=Input.PART, item=hint, may_be_empty=False)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Slot(name=name, input=Input.CHOICE, item=hint, may_be_empty=False)
    if hint not in _PLAIN:
        raise TypeError(f"{name}: no input asks for {hint!r}")
    return Slot(name=name, input=_PLAIN[hint], item=hint, may_be_empty=has_default and hint is str)
