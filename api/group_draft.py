"""A request while a coordinator works on it: what its pages keep between one step and the next, as JSON."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from pydantic import Field

from api.schemas.base import Schema
from mobile_passport.domain.sentence import Sentence
from mobile_passport.intake.columns import Column
from mobile_passport.intake.draft import HEAD_COLUMNS, LIST_COLUMNS, Draft, DraftRow, written
from mobile_passport.intake.findings import Finding
from mobile_passport.intake.grid import Broken, Cell

_MOST_ROWS = 5_000
_MOST_DAYS = 100
"""More than can be booked at a time."""


class DayCell(Schema):
    """A cell that the file had as a date."""

    day: date


class BrokenCell(Schema):
    """A cell without a usable value: the name of a :class:`Broken`."""

    broken: str = Field(pattern=f"^({'|'.join(Broken.__members__)})$")


type CellIn = str | bool | float | DayCell | BrokenCell | None


class RowIn(Schema):
    """One person's cells."""

    number: int = Field(ge=1)
    cells: dict[Column, CellIn]


class PlaceIn(Schema):
    """Where the coordinator says it is."""

    village_code: str = Field(pattern="^[0-9]{10}$")
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)


class SentenceIn(Schema):
    """A sentence by its form."""

    form: str
    values: dict[str, int | str] = Field(default_factory=dict)

    @property
    def sentence(self) -> Sentence:
        """The sentence itself."""
        return Sentence(self.form, self.values)


class FileNote(Schema):
    """Something about the file as a whole that is worth a look.

    Attributes
    ----------
    unread
        What stands there and was not read; who made the list has to see it.
    """

    row: int | None = None
    column: str | None = None
    said: tuple[SentenceIn, ...]
    unread: str = Field(default="", repr=False)

    @classmethod
    def of(cls, found: Finding) -> "FileNote":
        """Keep a finding."""
        said = tuple(
            SentenceIn(form=one.form, values={name: _plain(value) for name, value in one.values.items()})
            for one in (found.problem, found.action)
        )
        return cls(row=found.row, column=found.column, said=said, unread=found.shown)


class GroupDraft(Schema):
    """What was filled in so far.

    Attributes
    ----------
    file_name
        Of the spreadsheet that it came from; empty when it was typed.
    about_file
        What was found when the file was read.
    chosen
        Days that were ticked, whether they have room or not.
    holds
        Places held for it.
    waiting
        Places to wait for on full days, once it is handed in.
    """

    head: dict[Column, CellIn] = Field(default_factory=dict)
    rows: tuple[RowIn, ...] = Field(default=(), max_length=_MOST_ROWS)
    file_name: str = ""
    about_file: tuple[FileNote, ...] = ()
    place: PlaceIn | None = None
    chosen: tuple[date, ...] = Field(default=(), max_length=_MOST_DAYS)
    holds: tuple[UUID, ...] = Field(default=(), max_length=_MOST_DAYS)
    waiting: dict[date, int] = Field(default_factory=dict, max_length=_MOST_DAYS)

    @classmethod
    def of(cls, draft: Draft) -> "GroupDraft":
        """Begin with a list."""
        return cls().with_list(draft)

    def with_list(self, draft: Draft) -> "GroupDraft":
        """Put another list in."""
        rows = tuple(RowIn(number=row.number, cells=_kept(row.cells)) for row in draft.rows)
        return self.model_copy(update={"head": _kept(draft.head), "rows": rows})

    def draft(self) -> Draft:
        """Return the list for intake to judge."""
        return Draft(
            head=_cells(self.head),
            rows=tuple(DraftRow(number=row.number, cells=_cells(row.cells)) for row in self.rows),
        )

    def written(self) -> str:
        """Return it as text; `model_validate_json` reads it."""
        return self.model_dump_json(exclude_defaults=True)


def typed(draft: Draft, fields: Mapping[str, str], *, removed: Iterable[str] = ()) -> Draft:
    """Put what was typed into a draft.

    Parameters
    ----------
    fields
        ``h-place`` for what is said about the request, ``s-14-nik`` for the NIK in row 14, ``isi-sex`` for what every
        empty cell of a column is to say. A cell whose text was left alone keeps its kind.
    removed
        Numbers of rows to take out; rows in which nothing stands go as well.
    """
    gone = set(removed)
    head: dict[Column, Cell] = {
        column: _typed(draft.head.get(column), fields.get(f"h-{column}")) for column in HEAD_COLUMNS
    }
    rows = tuple(_typed_row(row, fields) for row in draft.rows if str(row.number) not in gone)
    return replace(draft, head=head, rows=tuple(row for row in rows if any(map(_is_filled, row.cells.values()))))


def with_blank_rows(draft: Draft, more: int) -> Draft:
    """Add rows to type into."""
    last = max((row.number for row in draft.rows), default=0)
    blank = tuple(DraftRow(number=last + step, cells={}) for step in range(1, more + 1))
    return replace(draft, rows=(*draft.rows, *blank))


def _typed_row(row: DraftRow, fields: Mapping[str, str]) -> DraftRow:
    cells: dict[Column, Cell] = {
        column: _typed(row.cells.get(column), fields.get(f"s-{row.number}-{column}")) for column in LIST_COLUMNS
    }
    if any(_is_filled(cell) for cell in cells.values()):
        cells = {
            column: cell if _is_filled(cell) else fields.get(f"isi-{column}") or cell for column, cell in cells.items()
        }
    return replace(row, cells=cells)


def _plain(value: object) -> int | str:
    return value if isinstance(value, int) else str(value)


def _is_filled(cell: Cell) -> bool:
    return cell is not None and cell != ""


def _typed(cell: Cell, text: str | None) -> Cell:
    if text is None or text.strip() == written(cell).strip():
        return cell
    return text.strip()


def _kept(cells: Mapping[Column, Cell]) -> dict[Column, CellIn]:
    return dict(_kept_each(cells))


def _kept_each(cells: Mapping[Column, Cell]) -> Iterator[tuple[Column, CellIn]]:
    for column, cell in cells.items():
        if isinstance(cell, date):
            yield column, DayCell(day=cell)
        elif isinstance(cell, Broken):
            yield column, BrokenCell(broken=cell.name)
        elif _is_filled(cell):
            yield column, cell


def _cells(cells: Mapping[Column, CellIn]) -> dict[Column, Cell]:
    return {column: _cell(cell) for column, cell in cells.items()}


def _cell(cell: CellIn) -> Cell:
    match cell:
        case DayCell():
            return cell.day
        case BrokenCell():
            return Broken[cell.broken]
        case _:
            return cell
