"""A document of the rules as a form: what was typed, and each field with its label and what is wrong with it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import FormData

from mobile_passport.documents.rule_words import RuleWords
from mobile_passport.domain.sentence import Sentence
from mobile_passport.rules.checks import RuleFinding
from mobile_passport.rules.editable import EditableDocument
from mobile_passport.rules.labels import FieldLabel, labels
from mobile_passport.rules.shape import Input, Slot, slots_of
from mobile_passport.rules.writing import Typed, as_kept, as_typed, blank

MOST_ROWS = 200

type Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field.

    Attributes
    ----------
    name
        Of the input: ``teams.0.kits``.
    value
        As typed, in the unit of the label; of a choice of several, one a line.
    choices
        Codes and words to choose from.
    """

    name: str
    input: Input
    label: FieldLabel
    value: str
    choices: tuple[tuple[str, str], ...]
    errors: tuple[Sentence, ...]
    may_be_empty: bool

    @property
    def chosen(self) -> tuple[str, ...]:
        """What is chosen of several."""
        return tuple(self.value.splitlines())


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """Fields that belong together, and parts and rows inside.

    Attributes
    ----------
    about
        Of a row: what was chosen in the field that tells rows apart.
    """

    input: Input
    name: str
    title: str
    help: str
    fields: "tuple[FieldView | PartView | RowsView, ...]"
    errors: tuple[Sentence, ...]
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsView:
    """Rows that are added and removed."""

    input: Input
    name: str
    label: FieldLabel
    rows: tuple[PartView, ...]
    errors: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Builder:
    """Puts a form together."""

    document: str
    words: RuleWords
    findings: tuple[RuleFinding, ...]

    def fields(self, shape: type[Any], typed: Typed, where: Where) -> tuple[FieldView | PartView | RowsView, ...]:
        return tuple(self._view(slot, typed[slot.name], (*where, slot.name)) for slot in slots_of(shape))

    def _view(self, slot: Slot, typed: Any, where: Where) -> FieldView | PartView | RowsView:
        label = self.words.labels.of(self.document, where)
        if slot.input is Input.PART:
            return self._part(slot, typed, where, title=label.label, help_=label.help)
        if slot.input is Input.ROWS:
            rows = tuple(
                self._row(slot, row, (*where, index), title=f"{label.row} {index + 1}", key=label.key)
                for index, row in enumerate(typed)
            )
            return RowsView(input=slot.input, name=_name(where), label=label, rows=rows, errors=self._exactly(where))
        return FieldView(
            name=_name(where),
            input=slot.input,
            label=label,
            value="\n".join(typed) if slot.input is Input.CHOICES else as_typed(typed, label.times),
            choices=tuple(self.words.choices(slot.item, label).items()),
            errors=tuple(one.problem for one in self.findings if one.where[: len(where)] == where),
            may_be_empty=slot.may_be_empty,
        )

    def _row(self, slot: Slot, typed: Typed, where: Where, *, title: str, key: str) -> PartView:
        part = self._part(slot, typed, where, title=title)
        chosen = {one.name: dict(one.choices).get(one.value, "") for one in part.fields if isinstance(one, FieldView)}
        return replace(part, about=chosen.get(_name((*where, key)), ""))

    def _part(self, slot: Slot, typed: Typed, where: Where, *, title: str, help_: str = "") -> PartView:
        return PartView(
            input=Input.PART,
            name=_name(where),
            title=title,
            help=help_,
            fields=self.fields(slot.item, typed, where),
            errors=self._exactly(where),
        )

    def _exactly(self, where: Where) -> tuple[Sentence, ...]:
        return tuple(one.problem for one in self.findings if one.where == where)


def form_of(
    document: EditableDocument, typed: Typed, words: RuleWords, findings: Iterable[RuleFinding] = ()
) -> tuple[FieldView | PartView | RowsView, ...]:
    """Return the fields of a document with what was typed, and what is wrong with it."""
    builder = _Builder(document=document.name, words=words, findings=tuple(findings))
    return builder.fields(document.shape, typed, ())


def typed_in(document: EditableDocument, form: FormData) -> Typed:
    """Return what a form holds of a document, numbers in the units that are kept; what is not there is empty."""
    return _Sent(document.name, form).part(document.shape, ())


def with_row(document: EditableDocument, typed: Typed, name: str) -> Typed:
    """Add an empty row where a button says so; an unknown name changes nothing."""
    for rows, slot, where in _all_rows(document.shape, typed, ()):
        if _name(where) == name and len(rows) < MOST_ROWS:
            rows.append(blank(slot.item))
    return typed


def without_row(document: EditableDocument, typed: Typed, name: str) -> Typed:
    """Take the row of a button away; an unknown name changes nothing."""
    for rows, _, where in _all_rows(document.shape, typed, ()):
        for index in reversed(range(len(rows))):
            if _name((*where, index)) == name:
                del rows[index]
    return typed


def _all_rows(shape: type[Any], typed: Typed, where: Where) -> Iterable[tuple[list[Typed], Slot, Where]]:
    for slot in slots_of(shape):
        inside = (*where, slot.name)
        if slot.input is Input.PART:
            yield from _all_rows(slot.item, typed[slot.name], inside)
        elif slot.input is Input.ROWS:
            yield typed[slot.name], slot, inside


@dataclass(frozen=True, slots=True)
class _Sent:
    """Reads a form."""

    document: str
    form: FormData

    def part(self, shape: type[Any], where: Where) -> Typed:
        return {slot.name: self._typed(slot, (*where, slot.name)) for slot in slots_of(shape)}

    def _typed(self, slot: Slot, where: Where) -> Any:
        name = _name(where)
        if slot.input is Input.PART:
            return self.part(slot.item, where)
        if slot.input is Input.ROWS:
            numbered = re.compile(rf"{re.escape(name)}\.(\d{{1,3}})\.")
            indices = sorted({int(found[1]) for key in self.form if (found := numbered.match(key))})
            return [self.part(slot.item, (*where, index)) for index in indices[:MOST_ROWS]]
        texts = [text for text in self.form.getlist(name) if isinstance(text, str)]
        if slot.input is Input.CHOICES:
            return [line for text in texts for line in text.splitlines()]
        times = labels().of(self.document, where).times
        return as_kept(texts[0], times, is_whole=slot.input is Input.WHOLE) if texts else ""


def _name(where: Where) -> str:
    return ".".join(map(str, where))
