"""A request that a program hands in, judged by the very rules that a spreadsheet is judged by."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from mobile_passport.domain.person import Need, PassportCase, PersonForm, Sex
from mobile_passport.domain.request import AskerKind, Category, VisitKind
from mobile_passport.intake.columns import Column
from mobile_passport.intake.findings import Finding, RefusedFile
from mobile_passport.intake.grid import Cell
from mobile_passport.intake.people import Surroundings, read_person
from mobile_passport.intake.report import Report, RowReader
from mobile_passport.intake.table import Located, Table, TableRow
from mobile_passport.intake.words import (
    ASKER_WORDS,
    CASE_WORDS,
    CATEGORY_WORDS,
    NEED_WORDS,
    NO,
    SEX_WORDS,
    VISIT_WORDS,
    YES,
)

FIELDS = {
    Column.REFERENCE: "external_reference",
    Column.ASKER_KIND: "asker_kind",
    Column.ASKER_NAME: "asker_name",
    Column.CONTACT_NAME: "contact_name",
    Column.CONTACT_PHONE: "contact_phone",
    Column.CATEGORY: "category",
    Column.VISIT_KIND: "visit_kind",
    Column.PLACE: "place_text",
    Column.OWN_VENUE: "own_venue",
    Column.WISHED: "wished_dates",
    Column.DEADLINE: "deadline_date",
    Column.NAME: "name",
    Column.NIK: "nik",
    Column.BIRTH_DATE: "birth_date",
    Column.SEX: "sex",
    Column.PHONE: "phone",
    Column.PASSPORT_CASE: "passport_case",
    Column.NEEDS: "needs",
    Column.PARTY: "party",
    Column.CARER: "is_carer",
}
"""What findings call the columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedPerson:
    """One person as handed in; texts are not checked yet."""

    name: str = field(repr=False)
    nik: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: Sex
    phone: str | None = field(repr=False)
    passport_case: PassportCase
    needs: frozenset[Need] = field(repr=False)
    party: str | None = field(repr=False)
    is_carer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedRequest:
    """One letter as handed in; texts are not checked yet. ``people`` has n >= 1.

    Attributes
    ----------
    asker_kind, asker_name
        ``None`` when the one who hands it in is the asker.
    """

    external_reference: str
    asker_kind: AskerKind | None
    asker_name: str | None = field(repr=False)
    contact_name: str = field(repr=False)
    contact_phone: str = field(repr=False)
    category: Category
    visit_kind: VisitKind
    place_text: str = field(repr=False)
    own_venue: str | None
    wished_dates: tuple[date, ...]
    deadline_date: date | None
    people: tuple[SubmittedPerson, ...]


def table_of(request: SubmittedRequest) -> Table:
    """Write a request down as the list that a clerk would have handed in; row 1 is the first person."""
    head = _head(request)
    rows = tuple(_row(number, head | _person(person)) for number, person in enumerate(request.people, start=1))
    return Table(headers=FIELDS, indexes={}, stated={}, rows=rows, counts_days_from_1904=False)


def read_submitted_person(person: SubmittedPerson, around: Surroundings) -> tuple[PersonForm, tuple[Finding, ...]]:
    """Read one person who joins a request, or is amended, with the warnings about them.

    Raises
    ------
    RefusedFile
        With every problem found.
    """
    row = _row(1, _person(person))
    report = Report(Table(headers=FIELDS, indexes={}, stated={}, rows=(row,), counts_days_from_1904=False))
    form = read_person(RowReader(row.cells, row.row, report), around)
    if form is None or report.has_errors():
        raise RefusedFile(report.findings())
    return form, report.findings()


def _head(request: SubmittedRequest) -> dict[Column, Cell]:
    return {
        Column.REFERENCE: request.external_reference,
        Column.ASKER_KIND: ASKER_WORDS[request.asker_kind][0] if request.asker_kind else None,
        Column.ASKER_NAME: request.asker_name,
        Column.CONTACT_NAME: request.contact_name,
        Column.CONTACT_PHONE: request.contact_phone,
        Column.CATEGORY: CATEGORY_WORDS[request.category][0],
        Column.VISIT_KIND: VISIT_WORDS[request.visit_kind][0],
        Column.PLACE: request.place_text,
        Column.OWN_VENUE: request.own_venue,
        Column.WISHED: "; ".join(map(_written, request.wished_dates)) or None,
        Column.DEADLINE: _written(request.deadline_date) if request.deadline_date else None,
    }


def _person(person: SubmittedPerson) -> dict[Column, Cell]:
    return {
        Column.NAME: person.name,
        Column.NIK: person.nik,
        Column.BIRTH_DATE: _written(person.birth_date),
        Column.SEX: SEX_WORDS[person.sex][0],
        Column.PHONE: person.phone,
        Column.PASSPORT_CASE: CASE_WORDS[person.passport_case][0],
        Column.NEEDS: ", ".join(NEED_WORDS[need][0] for need in sorted(person.needs)) or None,
        Column.PARTY: person.party,
        Column.CARER: YES if person.is_carer else NO,
    }


def _written(day: date) -> str:
    """Write a day as text: it says its century, which a date cell does not (a program may have chosen it)."""
    return f"{day.day:02}-{day.month:02}-{day.year:04}"


def _row(number: int, cells: dict[Column, Cell]) -> TableRow:
    return TableRow(row=number, cells=dict(_located(number, cells)))


def _located(number: int, cells: dict[Column, Cell]) -> Iterator[tuple[Column, Located]]:
    for index, (column, cell) in enumerate(cells.items()):
        if cell is not None and cell != "":
            yield column, Located(row=number, index=index, cell=cell)
