"""A sentence for people that remembers its form, so that another language can say it too."""

from collections.abc import Mapping
from typing import Self


class Sentence(str):
    """Text as it is said in Indonesian, with the form and the values that it was made of.

    Parameters
    ----------
    form
        Text with named places: ``"Berkas berisi lebih dari {limit} baris."``.
    values
        What stands in the places.
    text
        The whole, where values are written otherwise than ``str`` does.
    """

    __slots__ = ("form", "values")
    form: str
    values: Mapping[str, object]

    def __new__(cls, form: str, values: Mapping[str, object] | None = None, text: str | None = None) -> Self:
        """Fill in the form."""
        known = dict(values or {})
        made = super().__new__(cls, form.format_map(known) if text is None else text)
        made.form, made.values = form, known
        return made

    def __getnewargs__(self) -> tuple[str, Mapping[str, object], str]:  # type: ignore[override]
        """Travel to another process with the form."""
        return self.form, self.values, str(self)
