"""Requests back into the layout of a list: what :func:`~mobile_passport.intake.parse.parse_file` reads."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import xlsxwriter

from mobile_passport.domain.person import PersonForm
from mobile_passport.domain.request import RequestForm
from mobile_passport.domain.secret import Secret
from mobile_passport.intake.columns import LAYOUT, Column
from mobile_passport.intake.dates import write_date
from mobile_passport.intake.words import (
    ASKER_WORDS,
    CASE_WORDS,
    CATEGORY_WORDS,
    NEED_WORDS,
    SEX_WORDS,
    VISIT_WORDS,
    YES,
)

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
CREATED_AT = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # fixed: equal content gives equal bytes


def render_csv(requests: Iterable[RequestForm], *, delimiter: str = ";") -> bytes:
    """Write requests as CSV, UTF-8 with byte order mark, as Excel opens it without asking."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(LAYOUT[column].label for column in Column)
    for row in _rows(requests):
        writer.writerow(inert(row.get(column, "")) for column in Column)
    return buffer.getvalue().encode("utf-8-sig")


def render_workbook(requests: Iterable[RequestForm]) -> bytes:
    """Write requests as one sheet of an XLSX, every cell a text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": CREATED_AT})
        as_text = workbook.add_format({"num_format": "@"})
        bold = workbook.add_format({"bold": True, "bg_color": "#DDE7F0"})
        sheet = workbook.add_worksheet("Permohonan")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(Column) - 1, 18, as_text)
        for index, column in enumerate(Column):
            sheet.write_string(0, index, LAYOUT[column].label, bold)
        for at, row in enumerate(_rows(requests), start=1):
            for index, column in enumerate(Column):
                if text := row.get(column):
                    sheet.write_string(at, index, inert(text), as_text)
    return buffer.getvalue()


def request_cells(request: RequestForm) -> dict[Column, str]:
    """What is said about a request, as words of the layout."""
    return {
        Column.REFERENCE: request.external_reference,
        Column.RECEIVED: write_date(request.received_date),
        Column.ASKER_KIND: ASKER_WORDS[request.asker_kind][0],
        Column.ASKER_NAME: request.asker_name,
        Column.CONTACT_NAME: request.contact_name.reveal(),
        Column.CONTACT_PHONE: _national(request.contact_phone),
        Column.CATEGORY: CATEGORY_WORDS[request.category][0],
        Column.VISIT_KIND: VISIT_WORDS[request.visit_kind][0],
        Column.PLACE: request.place_text,
        Column.OWN_VENUE: request.own_venue or "",
        Column.WISHED: "; ".join(write_date(day) for day in request.wished_dates),
        Column.DEADLINE: write_date(request.deadline_date) if request.deadline_date else "",
    }


def person_cells(person: PersonForm) -> dict[Column, str]:
    """One person, as words of the layout."""
    needs = sorted(NEED_WORDS[need][0] for need in person.needs)
    return {
        Column.NAME: person.name.reveal(),
        Column.NIK: person.nik.reveal(),
        Column.BIRTH_DATE: write_date(person.birth_date),
        Column.SEX: SEX_WORDS[person.sex][0],
        Column.PHONE: _national(person.phone) if person.phone else "",
        Column.PASSPORT_CASE: CASE_WORDS[person.passport_case][0],
        Column.NEEDS: ", ".join(needs),
        Column.PARTY: person.party or "",
        Column.CARER: YES if person.is_carer else "",
    }


def inert(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula: OWASP, "CSV Injection"."""
    return "'" + text if text.startswith(_FORMULA_SIGNS) else text


def _rows(requests: Iterable[RequestForm]) -> Iterator[dict[Column, str]]:
    """One row a person; what is said about the request stands in its first row, the letter number in all."""
    for request in requests:
        about = request_cells(request)
        for number, person in enumerate(request.people, start=1):
            yield about | {Column.NUMBER: str(number)} | person_cells(person)
            about = {Column.REFERENCE: request.external_reference}


def _national(phone: Secret[str]) -> str:
    """``0812…``: the way people write it, and no sign in front."""
    return "0" + phone.reveal().removeprefix("+62")
