"""A list's cells as fields of a form, each with what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from mobile_passport.domain.sentence import Sentence
from mobile_passport.intake.columns import LAYOUT, Column
from mobile_passport.intake.draft import LIST_COLUMNS, Draft, DraftRow, written
from mobile_passport.intake.findings import Finding, FindingCode, Severity
from mobile_passport.intake.grid import Cell
from mobile_passport.intake.words import (
    ASKER_WORDS,
    CASE_WORDS,
    CATEGORY_WORDS,
    NO,
    SEX_WORDS,
    VISIT_WORDS,
    YES,
    normalise_word,
)

_WORDS: Mapping[Column, tuple[tuple[str, ...], ...]] = {
    Column.ASKER_KIND: tuple(ASKER_WORDS.values()),
    Column.CATEGORY: tuple(CATEGORY_WORDS.values()),
    Column.VISIT_KIND: tuple(VISIT_WORDS.values()),
    Column.SEX: tuple(SEX_WORDS.values()),
    Column.PASSPORT_CASE: tuple(CASE_WORDS.values()),
    Column.CARER: ((YES, "ya"), (NO, "tidak")),
}
_DIGITS = frozenset({Column.NIK, Column.PHONE, Column.CONTACT_PHONE})
_MENDED_BY_TYPING = frozenset(
    {
        FindingCode.FORMULA,
        FindingCode.DAMAGED_NUMBER,
        FindingCode.NIK_SERIAL_ZERO,
        FindingCode.NIK_ALL_ROUNDED,
        FindingCode.EXCEL_ERROR,
        FindingCode.TURNED_INTO_DATE,
    }
)
"""Intake says how to mend them in a spreadsheet."""
FILLABLE = (Column.PASSPORT_CASE, Column.SEX)
"""What a list often says of nobody because it is the same for everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One cell as a field.

    Attributes
    ----------
    name
        Of the form's field; see :func:`api.group_draft.typed`.
    label
        Of the column, Indonesian; templates translate it.
    choices
        Words to choose from; empty for free text.
    errors, warnings
        Of this cell.
    """

    name: str
    column: Column
    label: str
    value: str = field(repr=False)
    choices: tuple[str, ...]
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    is_required: bool

    @property
    def inputmode(self) -> str:
        """Which keys a telephone shows."""
        return "numeric" if self.column in _DIGITS else "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One person of the list.

    Attributes
    ----------
    errors
        About the row as a whole.
    """

    number: int
    title: str = field(repr=False)
    fields: tuple[FieldView, ...]
    errors: tuple[Finding, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether something has to be mended here."""
        return bool(self.errors) or any(one.errors for one in self.fields)

    @property
    def wrong_fields(self) -> tuple[FieldView, ...]:
        """What has to be mended; for a row that is no person, everything."""
        return self.fields if self.errors else tuple(one for one in self.fields if one.errors)


def on_page(found: Finding) -> Finding:
    """Say what to do about a finding here, where nothing is uploaded again."""
    if found.code not in _MENDED_BY_TYPING:
        return found
    is_nik = found.column == Column.NIK
    return replace(found, action=Sentence("Ketik NIK dari KTP.") if is_nik else Sentence("Ketik isinya di sini."))


def head_fields(draft: Draft, columns: Iterable[Column], findings: Iterable[Finding]) -> tuple[FieldView, ...]:
    """Make fields of what is said about the request."""
    found = tuple(findings)
    return tuple(
        _field(f"h-{column}", column, draft.head.get(column), [one for one in found if one.column == column])
        for column in columns
    )


def rows_of(draft: Draft, findings: Iterable[Finding]) -> tuple[RowView, ...]:
    """Make fields of everybody's cells."""
    by_row: dict[int, list[Finding]] = {}
    for one in findings:
        if one.row is not None and (one.column is None or one.column in LIST_COLUMNS):
            by_row.setdefault(one.row, []).append(one)
    return tuple(_row(row, by_row.get(row.number, [])) for row in draft.rows)


def missing_everywhere(draft: Draft) -> tuple[Column, ...]:
    """Return columns that can be filled at once because the list says them of nobody."""
    return tuple(
        column
        for column in FILLABLE
        if len(draft.rows) > 1 and not any(written(row.cells.get(column)) for row in draft.rows)
    )


def choices_of(column: Column) -> tuple[str, ...]:
    """Return the words that a column may say."""
    return tuple(words[0] for words in _WORDS.get(column, ()))


def _row(row: DraftRow, found: list[Finding]) -> RowView:
    return RowView(
        number=row.number,
        title=written(row.cells.get(Column.NAME)),
        fields=tuple(
            _field(
                f"s-{row.number}-{column}",
                column,
                row.cells.get(column),
                [one for one in found if one.column == column],
            )
            for column in LIST_COLUMNS
        ),
        errors=tuple(one for one in found if one.column is None),
    )


def _field(name: str, column: Column, cell: Cell, found: list[Finding]) -> FieldView:
    value = written(cell)
    return FieldView(
        name=name,
        column=column,
        label=LAYOUT[column].label,
        value=_known_word(column, value),
        choices=choices_of(column),
        errors=tuple(one for one in found if one.severity is Severity.ERROR),
        warnings=tuple(one for one in found if one.severity is Severity.WARNING),
        is_required=LAYOUT[column].is_required and column is not Column.PHONE,
    )


def _known_word(column: Column, value: str) -> str:
    """Say a word of the list as we write it, where it is one."""
    word = normalise_word(value)
    return next((words[0] for words in _WORDS.get(column, ()) if word in map(normalise_word, words)), value)
