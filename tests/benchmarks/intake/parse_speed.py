"""Measure how long intake takes for one large list, in both formats.

    python tests/benchmarks/intake/parse_speed.py [ROWS]

Every row is a different person with an own phone, in letters of 50 people; the limit of rows is lifted to fit.
"""

import sys
import time
from dataclasses import replace
from datetime import date, timedelta

from mobile_passport.domain.eligibility import EligibilityRules
from mobile_passport.domain.person import PassportCase, PersonForm, Sex
from mobile_passport.domain.request import AskerKind, Category, RequestForm, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.intake.parse import parse_file
from mobile_passport.intake.render import render_csv, render_workbook
from mobile_passport.intake.rules import IntakeRules
from mobile_passport.rules.loading import load_rules

ROWS = 20_000
PEOPLE_A_LETTER = 50
RECEIVED = date(2026, 11, 24)
REPEATS = 3


def person(number: int) -> PersonForm:
    """Make the n-th person: born a day after the one before, phones and NIK of the invented ranges."""
    born = date(1936, 1, 1) + timedelta(days=number % 18_000)
    return PersonForm(
        name=Secret("Siti Nur Aminah"),
        nik=Secret(f"350507{born.day + 40:02}{born:%m%y}{9901 + number // 18_000:04}"),
        birth_date=born,
        sex=Sex.FEMALE,
        phone=Secret(f"+62860{number:08}"),
        passport_case=PassportCase.NEW,
    )


def letters(rows: int) -> tuple[RequestForm, ...]:
    """Make requests of ``rows`` people together."""
    return tuple(
        RequestForm(
            external_reference=f"B-{first}/2026",
            asker_kind=AskerKind.KBIHU,
            asker_name="KBIHU Cahaya Mina",
            contact_name=Secret("Hasan Basri"),
            contact_phone=Secret("+6286000000017"),
            category=Category.OTHER,
            visit_kind=VisitKind.COLLECTIVE,
            place_text="Ds. Karangsono, Kanigoro",
            received_date=RECEIVED,
            people=tuple(person(number) for number in range(first, min(first + PEOPLE_A_LETTER, rows))),
        )
        for first in range(0, rows, PEOPLE_A_LETTER)
    )


def measure(rows: int = ROWS, *, repeats: int = REPEATS) -> dict[str, float]:
    """Return the fastest of some runs, seconds of processor time on one core, by format."""
    shipped = load_rules(IntakeRules, "intake", office="blitar")
    rules = replace(shipped, files=replace(shipped.files, maximum_rows=rows))
    eligibility_rules = load_rules(EligibilityRules, "eligibility", office="blitar")
    season = letters(rows)
    best = {}
    for filename, data in (("list.csv", render_csv(season)), ("list.xlsx", render_workbook(season))):
        times = []
        for _ in range(repeats):
            began = time.process_time()
            parsed = parse_file(
                data,
                filename,
                rules=rules,
                eligibility_rules=eligibility_rules,
                regency_codes=frozenset({"3504", "3505", "3572"}),
                received_date=RECEIVED,
                is_office_register=True,
            )
            times.append(time.process_time() - began)
        if parsed.requests != season:
            raise RuntimeError(f"{filename} was not read back")
        best[filename] = min(times)
    return best


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    for name, seconds in measure(wanted).items():
        sys.stdout.write(f"{name}: {wanted} rows in {seconds:.2f} s\n")
