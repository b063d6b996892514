"""Rules as somebody types them, there and back: every field a text, so that nothing typed is lost.

A part is a mapping of its fields, rows are a list of mappings, a choice of several is a list of texts, yes or no is
``"ya"`` or ``""``. Numbers are written as in Indonesia: ``0,5`` and ``650.000``.
"""

import re
from datetime import time
from decimal import Decimal
from enum import Enum
from typing import Any

from mobile_passport.rules.shape import Input, Slot, slots_of

type Typed = dict[str, Any]

YES = "ya"
_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+")
_FINEST = Decimal("1E-10")


def written(shape: type[Any], rules: Any) -> Typed:
    """Write rules down as somebody would type them."""
    return {slot.name: _written(slot, getattr(rules, slot.name)) for slot in slots_of(shape)}


def blank(shape: type[Any]) -> Typed:
    """Return a part or row in which nothing is typed yet."""
    return {slot.name: _blank(slot) for slot in slots_of(shape)}


def data_of(shape: type[Any], typed: Typed) -> dict[str, Any]:
    """Return what was typed as data for `mobile_passport.rules.loading.fit`; what is no number stays as it is."""
    return {slot.name: _data(slot, typed[slot.name]) for slot in slots_of(shape)}


def as_typed(kept: str, times: float) -> str:
    """Write a number in the unit in which it is typed, which is ``times`` the one in which it is kept.

    What is no number stays as it is.
    """
    return _times(kept, 1 / Decimal(str(times)), _FINEST)


def as_kept(typed: str, times: float, *, is_whole: bool) -> str:
    """Write a number in the unit in which it is kept, the reverse of `as_typed`; a whole one is rounded."""
    return _times(typed, Decimal(str(times)), Decimal(1) if is_whole else _FINEST)


def one_value(value: Any) -> str:
    """Write one value: ``0,5``, ``07:30``, ``2026-12-01``, a code; nothing for ``None``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else ""
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".").replace(".", ",")
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value.value if isinstance(value, Enum) else value)


def _written(slot: Slot, value: Any) -> Any:
    match slot.input:
        case Input.PART:
            return written(slot.item, value)
        case Input.ROWS:
            return [written(slot.item, row) for row in value]
        case Input.CHOICES:
            return [one_value(item) for item in value]
        case _:
            return one_value(value)


def _blank(slot: Slot) -> Any:
    match slot.input:
        case Input.PART:
            return blank(slot.item)
        case Input.ROWS | Input.CHOICES:
            return []
        case _:
            return ""


def _data(slot: Slot, typed: Any) -> Any:
    match slot.input:
        case Input.PART:
            return data_of(slot.item, typed)
        case Input.ROWS:
            return [data_of(slot.item, row) for row in typed]
        case Input.CHOICES:
            return [text.strip() for text in typed if text.strip()]
        case Input.YES_NO:
            return typed == YES
        case Input.WHOLE | Input.DECIMAL:
            return _number(typed.strip()) if typed.strip() or not slot.may_be_empty else None
        case _:
            return typed.strip() or (None if slot.may_be_empty and slot.input is not Input.TEXT else "")


def _times(text: str, factor: Decimal, finest: Decimal) -> str:
    if factor == 1:
        return text
    try:
        product = (Decimal(_number(text.strip())) * factor).quantize(finest)
    except ArithmeticError:
        return text
    plain = f"{product:f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain).replace(".", ",")


def _number(text: str) -> str:
    """Write a number as programs do: without dots between thousands, with a point before the fraction."""
    if "," in text or _THOUSANDS.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    return text
