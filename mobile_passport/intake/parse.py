"""A file that somebody hands in, into requests: whole, or refused whole with every problem at once."""

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from mobile_passport.domain.eligibility import EligibilityRules
from mobile_passport.domain.person import PersonForm
from mobile_passport.domain.request import RequestForm
from mobile_passport.domain.secret import Secret
from mobile_passport.intake.cells import DateContext, read_nik_cell
from mobile_passport.intake.columns import Column
from mobile_passport.intake.compound import COMPOUND_MAGIC
from mobile_passport.intake.delimited import read_delimited
from mobile_passport.intake.findings import Finding, FindingCode, RefusedFile, finding, refuse
from mobile_passport.intake.grid import Grid
from mobile_passport.intake.letters import Letter, LetterHead, gather_letters, read_letter_head
from mobile_passport.intake.people import Surroundings, read_person
from mobile_passport.intake.report import Report, RowReader
from mobile_passport.intake.rules import FileLimits, IntakeRules
from mobile_passport.intake.table import Located, Table, TableRow, read_table
from mobile_passport.intake.workbook import read_workbook

_MEBIBYTE = 1_048_576
_ENDINGS = frozenset({".csv", ".txt", ".xlsx", ".xls", ".ods"})
_ZIP_MAGIC = b"PK"
_BARE_RECORDS = re.compile(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00")  # BOF of Excel 2 to 5: [MS-XLS] 2.4.21
_FEWEST_TO_SUSPECT_ROUNDING = 5  # by chance, all NIK ending in 0: 1 in 100,000


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile:
    """What a file says.

    Attributes
    ----------
    requests
        n >= 1, in the order of their first rows.
    warnings
        Worth a look by the one who handed the file in.
    """

    requests: tuple[RequestForm, ...]
    warnings: tuple[Finding, ...]


def parse_file(
    data: bytes,
    filename: str,
    *,
    rules: IntakeRules,
    eligibility_rules: EligibilityRules,
    regency_codes: frozenset[str],
    received_date: date,
    is_office_register: bool = False,
) -> ParsedFile:
    """Read a CSV, XLSX, XLS or ODS file of one or many requests.

    Parameters
    ----------
    filename
        As handed in; only its ending is looked at.
    regency_codes
        Four-digit codes of the office's working area; a NIK from elsewhere is worth a warning.
    received_date
        Day on which the office received the file; ages count on it.
    is_office_register
        The file is the office's own register of letters: its column "Tanggal Diterima" is believed, up to
        ``received_date``. From anybody else the column is ignored, or one could date oneself to the front.

    Returns
    -------
    ParsedFile
        The same for the same bytes, always.

    Raises
    ------
    RefusedFile
        With every problem found. Nothing else is raised, whatever the bytes.
    """
    grid, warnings = _read_grid(data, filename, rules.files)
    table, table_warnings = read_table(grid, rules.files)
    if not is_office_register:
        warnings += _ignored_received_date(table)
    return parse_table(
        table,
        rules=rules,
        eligibility_rules=eligibility_rules,
        regency_codes=regency_codes,
        received_date=received_date,
        is_office_register=is_office_register,
        found_before=(*warnings, *(replace(one, shown="") for one in table_warnings)),  # may be about anybody
    )


def read_list(
    data: bytes, filename: str, limits: FileLimits, *, required: Container[Column]
) -> tuple[Table, tuple[Finding, ...]]:
    """Find the list in a CSV, XLSX, XLS or ODS file, its cells not judged yet.

    Parameters
    ----------
    required
        Columns without which the file is refused.

    Raises
    ------
    RefusedFile
        When there is no such list.
    """
    grid, warnings = _read_grid(data, filename, limits)
    table, table_warnings = read_table(grid, limits, required=required)
    return table, (*warnings, *table_warnings)


def parse_table(
    table: Table,
    *,
    rules: IntakeRules,
    eligibility_rules: EligibilityRules,
    regency_codes: frozenset[str],
    received_date: date,
    is_office_register: bool = False,
    found_before: tuple[Finding, ...] = (),
) -> ParsedFile:
    """Read a list whose cells are known by column, wherever it came from; the same rules for all.

    Parameters
    ----------
    found_before
        Warnings about what the list came in; they stand before those about the list.

    Raises
    ------
    RefusedFile
        With every problem found.
    """
    report = Report(table)
    terms = _Terms(
        days=DateContext(on_date=received_date, limits=rules.lists, counts_days_from_1904=table.counts_days_from_1904),
        eligibility_rules=eligibility_rules,
        regency_codes=regency_codes,
        is_office_register=is_office_register,
    )
    niks: dict[str, Located] = {}
    requests = [_read_letter(letter, terms, report, niks) for letter in gather_letters(table, report)]
    _suspect_rounding(niks, report)
    found = (*found_before, *report.findings())
    if report.has_errors() or not all(requests):
        raise RefusedFile(found)
    return ParsedFile(requests=tuple(request for request in requests if request), warnings=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """What every letter of a file is read by."""

    days: DateContext
    eligibility_rules: EligibilityRules
    regency_codes: frozenset[str]
    is_office_register: bool


def _read_letter(letter: Letter, terms: _Terms, report: Report, niks: dict[str, Located]) -> RequestForm | None:
    head = read_letter_head(letter, report, days=terms.days, is_office_register=terms.is_office_register)
    around = Surroundings(
        days=head.days,
        category=head.category,
        visit_kind=head.visit_kind,
        eligibility_rules=terms.eligibility_rules,
        regency_codes=terms.regency_codes,
    )
    return _form(head, _read_people(letter, around, report, niks))


def _read_grid(data: bytes, filename: str, limits: FileLimits) -> tuple[Grid, tuple[Finding, ...]]:
    if len(data) > limits.maximum_bytes:
        raise refuse(FindingCode.FILE_TOO_LARGE, limit=limits.maximum_bytes // _MEBIBYTE)
    if not data.strip():
        raise refuse(FindingCode.FILE_EMPTY)
    if PurePath(filename).suffix.lower() not in _ENDINGS or _BARE_RECORDS.match(data):
        raise refuse(FindingCode.UNSUPPORTED_TYPE)
    is_workbook = data.startswith((_ZIP_MAGIC, COMPOUND_MAGIC))
    return read_workbook(data, limits) if is_workbook else read_delimited(data, limits)


def _read_people(
    letter: Letter, around: Surroundings, report: Report, niks: dict[str, Located]
) -> tuple[PersonForm, ...]:
    people = []
    for row in letter.rows:
        _check_repeated(row, report, niks)
        person = read_person(RowReader(row.cells, row.row, report), around)
        if person is not None:
            people.append(person)
    return tuple(people)


def _check_repeated(row: TableRow, report: Report, niks: dict[str, Located]) -> None:
    """Report a NIK seen before, also in a row that has other problems."""
    at = row.cells.get(Column.NIK)
    nik = read_nik_cell(at.cell) if at else None
    if at is None or not isinstance(nik, Secret):
        return
    first = niks.setdefault(nik.reveal(), at)
    if first is not at:
        report.add(FindingCode.NIK_DUPLICATE, Column.NIK, at=at, details={"other_row": first.row})


def _form(head: LetterHead, people: tuple[PersonForm, ...]) -> RequestForm | None:
    if (
        head.external_reference is None
        or head.asker_kind is None
        or head.asker_name is None
        or head.contact_name is None
        or head.contact_phone is None
        or head.category is None
        or head.visit_kind is None
        or head.place_text is None
    ):
        return None
    return RequestForm(
        external_reference=head.external_reference,
        asker_kind=head.asker_kind,
        asker_name=head.asker_name,
        contact_name=head.contact_name,
        contact_phone=head.contact_phone,
        category=head.category,
        visit_kind=head.visit_kind,
        place_text=head.place_text,
        own_venue=head.own_venue,
        wished_dates=head.wished_dates,
        deadline_date=head.deadline_date,
        received_date=head.days.on_date,
        people=people,
    )


def _suspect_rounding(niks: dict[str, Located], report: Report) -> None:
    if len(niks) >= _FEWEST_TO_SUSPECT_ROUNDING and all(nik.endswith("0") for nik in niks):
        report.add(FindingCode.NIK_ALL_ROUNDED, Column.NIK, details={"count": len(niks)})


def _ignored_received_date(table: Table) -> tuple[Finding, ...]:
    stated = table.stated.get(Column.RECEIVED)
    if not (stated and stated.cell) and not any(Column.RECEIVED in row.cells for row in table.rows):
        return ()
    return (finding(FindingCode.RECEIVED_DATE_IGNORED, column=table.headers.get(Column.RECEIVED)),)
