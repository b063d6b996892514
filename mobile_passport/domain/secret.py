"""Personal values that stay out of logs, tracebacks and error texts."""

from typing import Final, final


@final
class Secret[T]:
    """A personal value whose text form is always masked.

    Only :meth:`reveal` gives the value back, so every place that uses one can be found by its name. Two secrets
    are equal when their values are.

    Parameters
    ----------
    value
        What to keep: a name, a NIK, a phone number.
    """

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value: Final = value

    def reveal(self) -> T:
        """Return the value itself, for storage, a message or a screen that may show it."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and bool(self._value == other._value)

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__


def mask_nik(nik: str) -> str:
    """Show the last four digits of a NIK: ``************0001``. Four characters or fewer are hidden."""
    return _keep_tail(nik, 4)


def mask_phone(phone: str) -> str:
    """Show the last three digits of a phone number: ``***********678``."""
    return _keep_tail(phone, 3)


def mask_name(name: str) -> str:
    """Show the initials of a name: ``Siti Rahayu`` becomes ``S*** R***``; the number of stars says nothing."""
    return " ".join(f"{word[0]}***" for word in name.split())


def _keep_tail(text: str, shown: int) -> str:
    if len(text) <= shown:
        return "*" * len(text)
    return "*" * (len(text) - shown) + text[-shown:]
