"""The rows of a list grouped by letter, and what is said about each letter."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from mobile_passport.domain.request import AskerKind, Category, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.intake.cells import DateContext, Problem, read_choice, read_name, read_phone, read_text
from mobile_passport.intake.columns import REQUEST_COLUMNS, Column
from mobile_passport.intake.findings import FindingCode
from mobile_passport.intake.grid import Cell
from mobile_passport.intake.plan_dates import read_day, read_plan_date, read_wished_dates
from mobile_passport.intake.report import Report, RowReader
from mobile_passport.intake.table import Located, Table, TableRow
from mobile_passport.intake.words import ASKER_WORDS, CATEGORY_WORDS, VISIT_WORDS

_read_asker_kind = read_choice(ASKER_WORDS)
_read_category = read_choice(CATEGORY_WORDS)
_read_visit_kind = read_choice(VISIT_WORDS)


@dataclass(slots=True, kw_only=True)
class Letter:
    """Cells about one request, and the rows of its people, still unread."""

    cells: dict[Column, Located]
    rows: list[TableRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterHead:
    """What is said about one request; ``None`` where something was reported."""

    external_reference: str | None
    days: DateContext
    asker_kind: AskerKind | None
    asker_name: str | None
    contact_name: Secret[str] | None
    contact_phone: Secret[str] | None
    category: Category | None
    visit_kind: VisitKind | None
    place_text: str | None
    own_venue: str | None
    wished_dates: tuple[date, ...]
    deadline_date: date | None


def gather_letters(table: Table, report: Report) -> tuple[Letter, ...]:
    """Group rows by letter number.

    A row without a letter number belongs to the letter above it, as in merged cells. What is said about a letter may
    stand in its first row only; said again, it must say the same.
    """
    letters: dict[str, Letter] = {}
    current: str | None = _key(table.stated.get(Column.REFERENCE))
    for row in table.rows:
        own = _key(row.cells.get(Column.REFERENCE))
        if own is None and current is None and Column.REFERENCE not in table.stated:
            report.add(FindingCode.NO_REFERENCE, Column.REFERENCE, row=row.row)
        current = own or current or ""
        if current not in letters:
            letters[current] = Letter(cells=dict(table.stated))
            letters[current].cells.update(_about_request(row))
        else:
            _merge(letters[current].cells, row, table, report)
        letters[current].rows.append(row)
    return tuple(letters.values())


def read_letter_head(letter: Letter, report: Report, *, days: DateContext, is_office_register: bool) -> LetterHead:
    """Read what is said about one request.

    Parameters
    ----------
    days
        As of the day on which the file was received; a register may say an earlier day for each letter.
    """
    cells = RowReader(letter.cells, letter.rows[0].row, report)
    if is_office_register:
        received_date = cells.optional(Column.RECEIVED, partial(_read_received, days=days))
        days = replace(days, on_date=received_date or days.on_date)
    return LetterHead(
        external_reference=cells.required(Column.REFERENCE, read_text) if Column.REFERENCE in letter.cells else None,
        days=days,
        asker_kind=cells.required(Column.ASKER_KIND, _read_asker_kind),
        asker_name=cells.required(Column.ASKER_NAME, read_text),
        contact_name=cells.required(Column.CONTACT_NAME, read_name),
        contact_phone=cells.required(Column.CONTACT_PHONE, read_phone),
        category=cells.required(Column.CATEGORY, _read_category),
        visit_kind=cells.required(Column.VISIT_KIND, _read_visit_kind),
        place_text=cells.required(Column.PLACE, read_text),
        own_venue=cells.optional(Column.OWN_VENUE, read_text),
        wished_dates=cells.optional(Column.WISHED, partial(read_wished_dates, days=days)) or (),
        deadline_date=cells.optional(Column.DEADLINE, partial(read_plan_date, days=days)),
    )


def _read_received(cell: Cell, *, days: DateContext) -> date | Problem | None:
    day = read_day(cell, counts_days_from_1904=days.counts_days_from_1904)
    return Problem(FindingCode.RECEIVED_IN_FUTURE) if isinstance(day, date) and day > days.on_date else day


def _key(at: Located | None) -> str | None:
    return None if at is None else _comparable(at) or None


def _comparable(at: Located) -> str:
    return "" if at.cell is None else " ".join(str(at.cell).split()).casefold()


def _about_request(row: TableRow) -> dict[Column, Located]:
    return {column: row.cells[column] for column in REQUEST_COLUMNS if column in row.cells}


def _merge(known: dict[Column, Located], row: TableRow, table: Table, report: Report) -> None:
    for column, at in _about_request(row).items():
        before = known.setdefault(column, at)
        if before is table.stated.get(column) or _comparable(before) == _comparable(at):
            continue
        report.add(FindingCode.CONFLICT, column, at=at, details={"other_row": before.row})
