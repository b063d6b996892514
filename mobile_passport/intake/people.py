"""One row of a list into one person."""

from dataclasses import dataclass
from functools import partial

from mobile_passport.domain.eligibility import EligibilityRules, RoutedToOffice, eligibility
from mobile_passport.domain.nik import NikMismatch, NikParts, mismatches, read_nik
from mobile_passport.domain.person import Need, PersonForm, age_on
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.intake.cells import (
    BirthDate,
    DateContext,
    Problem,
    read_birth_date,
    read_choice,
    read_name,
    read_needs,
    read_nik_cell,
    read_phone,
    read_text,
    read_yes_no,
)
from mobile_passport.intake.columns import Column
from mobile_passport.intake.findings import FindingCode
from mobile_passport.intake.grid import Cell
from mobile_passport.intake.report import RowReader
from mobile_passport.intake.words import CASE_WORDS, CATEGORY_WORDS, SEX_WORDS

_IDENTIFYING = (Column.NIK, Column.BIRTH_DATE, Column.SEX, Column.PASSPORT_CASE)
_GROWN_UP = frozenset({Category.HAJJ, Category.ELDERLY_HOME})
_MISMATCHES = {
    NikMismatch.BIRTH_DATE: FindingCode.NIK_OTHER_BIRTH_DATE,
    NikMismatch.SEX: FindingCode.NIK_OTHER_SEX,
    NikMismatch.REGION: FindingCode.NIK_OTHER_REGION,
}
_read_sex = read_choice(SEX_WORDS)
_read_case = read_choice(CASE_WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a row is judged by besides itself.

    Attributes
    ----------
    days
        Ages count on the day the request was received.
    category, visit_kind
        ``None`` while the request's own cells cannot be read.
    regency_codes
        The office's working area.
    """

    days: DateContext
    category: Category | None
    visit_kind: VisitKind | None
    eligibility_rules: EligibilityRules
    regency_codes: frozenset[str]


def read_person(row: RowReader, around: Surroundings) -> PersonForm | None:
    """Read one person; ``None`` means that an error was reported."""
    if not any(column in row.cells for column in _IDENTIFYING):
        row.report.add_row(FindingCode.NOT_A_PERSON_ROW, row.row)
        return None
    name = row.required(Column.NAME, read_name)
    nik = row.required(Column.NIK, read_nik_cell)
    birth = row.required(Column.BIRTH_DATE, partial(read_birth_date, days=around.days))
    sex = row.required(Column.SEX, _read_sex)
    phone = row.optional(Column.PHONE, partial(_read_own_phone, row))
    case = row.required(Column.PASSPORT_CASE, _read_case)
    needs = row.optional(Column.NEEDS, read_needs)
    party = row.optional(Column.PARTY, read_text)
    is_carer = row.optional(Column.CARER, read_yes_no)
    if birth is not None:
        _check_century(birth, row, around)
    if name is None or nik is None or birth is None or sex is None or case is None:
        return None
    person = PersonForm(
        name=name,
        nik=nik,
        birth_date=birth.day,
        sex=sex,
        phone=phone,
        passport_case=case,
        needs=needs or frozenset(),
        party=party,
        is_carer=bool(is_carer),
    )
    _look_closer(person, row, around)
    return person


def _read_own_phone(row: RowReader, cell: Cell) -> Secret[str] | Problem | None:
    """A person's phone: a landline is worth a remark, not a refusal."""
    phone = read_phone(cell)
    if isinstance(phone, Problem) and phone.code is FindingCode.PHONE_LANDLINE:
        row.report.add(FindingCode.PERSON_LANDLINE, Column.PHONE, at=row.cells[Column.PHONE])
        return None
    return phone


def _check_century(birth: BirthDate, row: RowReader, around: Surroundings) -> None:
    """Doubt children among pilgrims and the home-bound: a program may have read 1926 as 2026."""
    age = age_on(birth.day, around.days.on_date)
    if around.category not in _GROWN_UP or age + 100 > around.days.limits.maximum_age_years:
        return
    at = row.cells[Column.BIRTH_DATE]
    years: dict[str, object] = {"early": birth.day.year - 100, "late": birth.day.year}
    if birth.has_century:
        row.report.add(
            FindingCode.CHILD_UNLIKELY,
            Column.BIRTH_DATE,
            at=at,
            details=years | {"category": CATEGORY_WORDS[around.category][0]},
        )
    else:
        row.report.add(FindingCode.DATE_CENTURY, Column.BIRTH_DATE, at=at, details=years)


def _look_closer(person: PersonForm, row: RowReader, around: Surroundings) -> None:
    """Report what is worth a look but no reason to refuse."""
    parts = read_nik(person.nik.reveal())
    if isinstance(parts, NikParts):
        found = mismatches(parts, birth_date=person.birth_date, sex=person.sex, regencies=around.regency_codes)
        for mismatch in found:
            row.report.add(_MISMATCHES[mismatch], Column.NIK, at=row.cells[Column.NIK])
    if person.is_carer and person.party is None:
        row.report.add(FindingCode.CARER_WITHOUT_PARTY, Column.CARER, at=row.cells[Column.CARER])
    if Need.BEDRIDDEN in person.needs and around.visit_kind is VisitKind.COLLECTIVE:
        row.report.add(FindingCode.BEDRIDDEN_IN_COLLECTIVE, Column.NEEDS, at=row.cells[Column.NEEDS])
    if around.category is None:
        return
    outcome = eligibility(
        person,
        category=around.category,
        is_home_visit=around.visit_kind is VisitKind.HOME,
        rules=around.eligibility_rules,
        on_date=around.days.on_date,
    )
    if isinstance(outcome, RoutedToOffice):
        at = row.cells[Column.PASSPORT_CASE]
        details = {"sentence": outcome.sentence, "action": outcome.action}
        row.report.add(FindingCode.ROUTED_TO_OFFICE, Column.PASSPORT_CASE, at=at, details=details)
