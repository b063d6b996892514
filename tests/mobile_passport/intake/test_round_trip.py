"""What we write, we read back; and what we write is never a formula."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.domain.person import Need, PassportCase, PersonForm, Sex
from mobile_passport.domain.request import AskerKind, Category, RequestForm, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.intake.render import inert, render_csv, render_workbook
from mobile_passport.intake.template import template_workbook
from tests.mobile_passport.intake.lists import RECEIVED, parse

WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCXYZéüåا", min_size=1, max_size=12)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join).map(Secret)
TEXTS = st.builds(
    lambda first, rest: f"{first} {rest}".strip(), WORDS, st.text('abc XYZ019/.,;:"|-()&<>é', max_size=40)
).map(lambda text: " ".join(text.split()))
PHONES = st.integers(10_000_000, 99_999_999).map(lambda number: Secret(f"+62860{number}"))
FIRST_RECEIVED = RECEIVED - timedelta(days=60)
DATES = st.dates(RECEIVED, date(2027, 12, 31))


@st.composite
def people(draw: st.DrawFn, serial: int) -> PersonForm:
    sex = draw(st.sampled_from(Sex))
    born = draw(st.dates(date(1917, 1, 1), FIRST_RECEIVED))
    day = born.day + (40 if sex is Sex.FEMALE else 0)
    return PersonForm(
        name=draw(NAMES),
        nik=Secret(f"350507{day:02}{born:%m%y}{serial:04}"),
        birth_date=born,
        sex=sex,
        phone=draw(st.none() | PHONES),
        passport_case=draw(st.sampled_from(PassportCase)),
        needs=draw(st.frozensets(st.sampled_from(Need), max_size=3)),
        party=draw(st.none() | TEXTS),
        is_carer=draw(st.booleans()),
    )


@st.composite
def seasons(draw: st.DrawFn) -> tuple[RequestForm, ...]:
    requests = []
    serial = 9001
    for number in range(draw(st.integers(1, 3))):
        size = draw(st.integers(1, 4))
        requests.append(
            RequestForm(
                external_reference=f"{number}/{draw(TEXTS)}",
                asker_kind=draw(st.sampled_from(AskerKind)),
                asker_name=draw(TEXTS),
                contact_name=draw(NAMES),
                contact_phone=draw(PHONES),
                category=draw(st.sampled_from(Category)),
                visit_kind=draw(st.sampled_from(VisitKind)),
                place_text=draw(TEXTS),
                own_venue=draw(st.none() | TEXTS),
                wished_dates=tuple(sorted(draw(st.frozensets(DATES, max_size=4)))),
                deadline_date=draw(st.none() | DATES),
                received_date=draw(st.dates(FIRST_RECEIVED, RECEIVED)),
                people=tuple(draw(people(serial + at)) for at in range(size)),
            )
        )
        serial += size
    return tuple(requests)


BOUNDED = settings(derandomize=True, deadline=None, max_examples=60)


@BOUNDED
@given(seasons(), st.sampled_from(",;|\t"))
def test_requests_written_as_csv_are_read_back(season: tuple[RequestForm, ...], delimiter: str) -> None:
    written = render_csv(season, delimiter=delimiter)
    assert parse(written, is_office_register=True).requests == season


@BOUNDED
@given(seasons())
def test_requests_written_as_a_workbook_are_read_back(season: tuple[RequestForm, ...]) -> None:
    written = render_workbook(season)
    assert parse(written, "a.xlsx", is_office_register=True).requests == season


@settings(derandomize=True, deadline=None, max_examples=25)
@given(seasons())
def test_a_request_in_the_template_is_read_back(season: tuple[RequestForm, ...]) -> None:
    request = season[0]
    for_register = template_workbook(request, spare_rows=1, for_register=True)
    assert parse(for_register, "a.xlsx", is_office_register=True).requests == (request,)


PAYLOADS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", '=cmd|" /C calc"!A0')


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_request_becomes_a_formula(payload: str) -> None:
    person = PersonForm(
        name=Secret(payload),
        nik=Secret("3505074503589901"),
        birth_date=date(1958, 3, 5),
        sex=Sex.FEMALE,
        phone=None,
        passport_case=PassportCase.NEW,
        party=payload,
    )
    request = RequestForm(
        external_reference=payload,
        asker_kind=AskerKind.VILLAGE,
        asker_name=payload,
        contact_name=Secret(payload),
        contact_phone=Secret("+6286000000017"),
        category=Category.OTHER,
        visit_kind=VisitKind.COLLECTIVE,
        place_text=payload,
        own_venue=payload,
        received_date=RECEIVED,
        people=(person,),
    )
    cells = [
        cell
        for row in csv.reader(io.StringIO(render_csv([request]).decode("utf-8-sig")), delimiter=";")
        for cell in row
    ]
    assert cells.count("'" + payload) == 7
    assert not any(cell.startswith(payload[0]) for cell in cells)
    for data in (render_workbook([request]), template_workbook(replace(request, people=(person, person)))):
        types = {cell.data_type for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet for cell in row}
        assert types <= {"s", "n"}  # openpyxl calls empty cells "n"
        assert "f" not in types


def test_harmless_text_is_written_as_it_is() -> None:
    assert inert("Siti = Aminah") == "Siti = Aminah"
    assert inert("=1") == "'=1"
