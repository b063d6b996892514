"""Rules and their changes in words: field, before, after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import Any

from babel.numbers import format_decimal

from mobile_passport.documents.formats import ENGLISH, INDONESIAN, Formats
from mobile_passport.rules.editable import EditableDocument
from mobile_passport.rules.labels import FieldLabel, Labels, labels
from mobile_passport.rules.shape import Input, Slot, row_like, slots_of
from mobile_passport.rules.writing import one_value

NOTHING = "–"

type Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that two editions say differently.

    Attributes
    ----------
    field
        Where: ``Tim unit-1: Alat perekam biometrik``.
    before, after
        In words; a dash where nothing stood, or nothing stands.
    """

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """What rules are called in one language. The examples are the Indonesian ones."""

    labels: Labels
    formats: Formats

    def differences(self, document: EditableDocument, before: Any, after: Any) -> tuple[Difference, ...]:
        """Say what is different from one edition of a document to another."""
        return tuple(_Reader(document.name, self).parts(document.shape, before, after, (), ""))

    def choices(self, item: type[Any], label: FieldLabel) -> dict[str, str]:
        """Return what can be chosen and how it is called; empty where texts and numbers are typed."""
        return self.labels.words.get(label.words or item.__name__, {})

    def value(self, slot: Slot, label: FieldLabel, value: Any) -> str:
        """Say one value: ``2 alat``, ``Senin, Selasa``, ``31 Desember 2026``."""
        if value is None or value in ("", ()):
            return NOTHING
        if isinstance(value, date):
            return self.formats.date_span(value, value)
        if isinstance(value, time):
            return value.strftime(self.formats.clock_pattern)
        words = self.choices(slot.item, label)
        if slot.input is Input.CHOICES:
            return ", ".join(words.get(one_value(item), one_value(item)) for item in value)
        if slot.input in (Input.WHOLE, Input.DECIMAL):
            return f"{self._number(round(value / label.times, 9))} {label.unit}".rstrip()
        text = one_value(value)
        return words.get(text, text)

    def place(self, document: EditableDocument, where: Where) -> str:
        """Say where something is: ``Tim 2: Kode``; nothing for a place outside the document."""
        names: list[str] = []
        for end, step in enumerate(where, start=1):
            try:
                label = self.labels.of(document.name, where[:end])
            except (LookupError, IndexError):
                break
            if isinstance(step, int) and label.row:
                names[-1] = f"{label.row} {step + 1}"
            elif isinstance(step, str):
                names.append(label.label)
        return ": ".join(names)

    def _number(self, value: float) -> str:
        return format_decimal(value, "#,##0.#########", locale=self.formats.locale)


@cache
def rule_words(language: str) -> RuleWords:
    """Return the words of one of the languages of the labels."""
    return RuleWords(labels=labels(language), formats=ENGLISH if language == "en" else INDONESIAN)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads two editions side by side."""

    document: str
    words: RuleWords

    def parts(self, shape: type[Any], before: Any, after: Any, where: Where, title: str) -> Iterator[Difference]:
        for slot in slots_of(shape):
            old, new, inside = getattr(before, slot.name), getattr(after, slot.name), (*where, slot.name)
            label = self.words.labels.of(self.document, inside)
            named = f"{title}: {label.label}" if title else label.label
            if old == new:
                continue
            if slot.input is Input.PART:
                yield from self.parts(slot.item, old, new, inside, named)
            elif slot.input is Input.ROWS:
                yield from self._rows(slot, label, old, new, inside)
            else:
                was, becomes = (self.words.value(slot, label, value) for value in (old, new))
                yield Difference(field=named, before=was, after=becomes)

    def _rows(
        self, slot: Slot, label: FieldLabel, old: Sequence[Any], new: Sequence[Any], where: Where
    ) -> Iterator[Difference]:
        kept = []
        for index, row in enumerate(new):
            partner = row_like(row, old, key=label.key, index=index)
            title = self._title(slot, label, row, where, index)
            if partner is None:
                yield Difference(field=title, before=NOTHING, after=self._whole(slot, row, where))
            else:
                kept.append(partner)
                yield from self.parts(slot.item, partner, row, where, title)
        for index, row in enumerate(old):
            if row not in kept:
                title = self._title(slot, label, row, where, index)
                yield Difference(field=title, before=self._whole(slot, row, where), after=NOTHING)

    def _title(self, slot: Slot, label: FieldLabel, row: Any, where: Where, index: int) -> str:
        if not label.key:
            return f"{label.row} {index + 1}"
        (key,) = (inner for inner in slots_of(slot.item) if inner.name == label.key)
        known = self.words.labels.of(self.document, (*where, key.name))
        return f"{label.row} {self.words.value(key, known, getattr(row, key.name))}"

    def _whole(self, slot: Slot, row: Any, where: Where) -> str:
        return "; ".join(
            f"{label.label}: {self.words.value(inner, label, getattr(row, inner.name))}"
            for inner in slots_of(slot.item)
            if inner.input not in (Input.PART, Input.ROWS)
            for label in (self.words.labels.of(self.document, (*where, inner.name)),)
        )
