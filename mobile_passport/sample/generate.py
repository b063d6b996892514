"""The sample season as the files it came in: each asker writes dates, phones and headers in an own way."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from importlib.resources import files
from random import Random

import xlsxwriter
from babel.dates import format_date

from mobile_passport.domain.request import RequestForm
from mobile_passport.intake.columns import LAYOUT, Column
from mobile_passport.intake.render import CREATED_AT, person_cells, request_cells
from mobile_passport.intake.template import template_workbook
from mobile_passport.sample.people import InventedPerson, Inventor
from mobile_passport.sample.season import SheetName, Sketch, season_2027

SEED = 2027
_FOLDER = "season_2027"

type Written = str | float | datetime
"""What stands in a cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRequest:
    """One request of the season: what is meant, and how it is written.

    Attributes
    ----------
    form
        What intake must make of it.
    village
        Kecamatan code and village name meant by the place, however it is written.
    cells
        One row a person, as the layout's own words.
    """

    form: RequestForm
    village: tuple[str, str]
    sheet: SheetName
    cells: tuple[dict[Column, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hand:
    """How one asker writes."""

    birth: Callable[[str], Written] = str
    phone: Callable[[str], Written] = str
    labels: dict[Column, str] = field(default_factory=dict)
    delimiter: str = ";"
    encoding: str = "utf-8-sig"

    def header(self) -> list[str]:
        return [self.labels.get(column, LAYOUT[column].label) for column in Column]

    def row(self, cells: dict[Column, str]) -> list[Written]:
        return [self._cell(column, cells.get(column, "")) for column in Column]

    def _cell(self, column: Column, text: str) -> Written:
        if text and column is Column.BIRTH_DATE:
            return self.birth(text)
        if text and column in {Column.PHONE, Column.CONTACT_PHONE} and text.startswith("08"):
            return self.phone(text)
        return text


def _in_words(text: str) -> str:
    return format_date(_as_date_cell(text), "d MMMM yyyy", locale="id")


def _as_date_cell(text: str) -> datetime:
    day, month, year = (int(part) for part in text.split("-"))
    return datetime.combine(date(year, month, day), time(), tzinfo=UTC).replace(tzinfo=None)


_HANDS: dict[SheetName, _Hand] = {
    SheetName.REGISTER: _Hand(),
    SheetName.KBIHU_TULUNGAGUNG: _Hand(
        birth=lambda text: text.replace("-", "/"),
        phone=lambda text: "62" + text[1:],
        labels={
            Column.NAME: "Nama Jamaah",
            Column.NIK: "No. KTP",
            Column.BIRTH_DATE: "Tgl Lahir",
            Column.SEX: "L/P",
            Column.PHONE: "No. HP/WA",
            Column.PASSPORT_CASE: "Baru/Ganti",
        },
        delimiter=",",
        encoding="utf-8",
    ),
    SheetName.KBIHU_BLITAR: _Hand(
        birth=_in_words,
        phone=lambda text: f"{text[:4]}-{text[4:8]}-{text[8:]}",
        labels={Column.NAME: "NAMA LENGKAP", Column.NIK: "NIK (16 angka)", Column.PARTY: "MAHRAM"},
        encoding="cp1252",
    ),
    SheetName.MIGRANT_WORKERS: _Hand(
        birth=lambda text: text.replace("-", "."),
        phone=lambda text: text[1:],
        labels={Column.NAME: "Nama CPMI", Column.NIK: "Nomor KTP", Column.PHONE: "HP"},
        delimiter="\t",
        encoding="utf-16",
    ),
    SheetName.UMRAH: _Hand(birth=_as_date_cell, phone=float),
    SheetName.HOME_VISITS: _Hand(
        birth=lambda text: text[:6] + text[8:],
        phone=lambda text: f"+62 {text[1:4]} {text[4:8]} {text[8:]}",
        labels={Column.PHONE: "No. Telepon"},
    ),
}


def generate_season(seed: int = SEED) -> tuple[SampleRequest, ...]:
    """Invent the season; the same seed gives the same people."""
    sketches = season_2027()
    inventor = Inventor(Random(seed), max(sketch.received for sketch in sketches))  # noqa: S311  # invents, hides nothing
    return tuple(_request(sketch, inventor) for sketch in sketches)


def write_season(requests: Iterable[SampleRequest]) -> dict[SheetName, bytes]:
    """Write the season's files.

    Returns
    -------
    dict
        Content by file name, in the order of :class:`SheetName`. The text of CSV files is the same for equal requests;
        of XLSX files, what the cells say.
    """
    all_of = tuple(requests)
    written: dict[SheetName, bytes] = {}
    for name in SheetName:
        own = tuple(request for request in all_of if request.sheet is name)
        if name is SheetName.KEMENAG_TULUNGAGUNG:
            written[name] = template_workbook(own[0].form, spare_rows=5, for_register=True)
        elif name.endswith(".csv"):
            written[name] = _csv(own, _HANDS[name])
        else:
            written[name] = _workbook(own, _HANDS[name])
    return written


def committed_season() -> dict[SheetName, bytes]:
    """Read the season's files as they come with the package."""
    folder = files(__package__) / _FOLDER
    return {name: (folder / name).read_bytes() for name in SheetName}


def _request(sketch: Sketch, inventor: Inventor) -> SampleRequest:
    people = inventor.group(sketch)
    contact_name, contact_phone = inventor.contact()
    form = RequestForm(
        external_reference=sketch.reference,
        asker_kind=sketch.asker,
        asker_name=sketch.name,
        contact_name=contact_name,
        contact_phone=contact_phone,
        category=sketch.category,
        visit_kind=sketch.visit,
        place_text=sketch.place,
        own_venue=sketch.venue,
        wished_dates=sketch.wished,
        deadline_date=sketch.deadline,
        received_date=sketch.received,
        people=tuple(person.form for person in people),
    )
    cells = tuple(_cells(form, person, number) for number, person in enumerate(people, start=1))
    return SampleRequest(form=form, village=(sketch.kecamatan, sketch.village), sheet=sketch.sheet, cells=cells)


def _cells(form: RequestForm, person: InventedPerson, number: int) -> dict[Column, str]:
    about = request_cells(form) if number == 1 else {Column.REFERENCE: form.external_reference}
    cells = about | {Column.NUMBER: str(number)} | person_cells(person.form)
    return cells | {Column.PHONE: person.landline} if person.landline else cells


def _csv(requests: Iterable[SampleRequest], hand: _Hand) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=hand.delimiter, lineterminator="\r\n")
    writer.writerow(hand.header())
    for request in requests:
        writer.writerows(hand.row(cells) for cells in request.cells)
    return buffer.getvalue().encode(hand.encoding)


def _workbook(requests: Iterable[SampleRequest], hand: _Hand) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": CREATED_AT})
        as_date = workbook.add_format({"num_format": "dd/mm/yyyy"})
        sheet = workbook.add_worksheet("Sheet1")
        rows: list[list[Written]] = [list(hand.header())]
        rows.extend(hand.row(cells) for request in requests for cells in request.cells)
        for at, row in enumerate(rows):
            for index, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(at, index, value, as_date)
                elif isinstance(value, float):
                    sheet.write_number(at, index, value)
                elif value:
                    sheet.write_string(at, index, value)
    return buffer.getvalue()
