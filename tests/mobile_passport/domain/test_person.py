from datetime import date

import pytest

from mobile_passport.domain.person import Need, PassportCase, PersonForm, Sex, age_on
from mobile_passport.domain.request import AskerKind, Category, RequestForm, VisitKind
from mobile_passport.domain.secret import Secret


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1966, 11, 24), date(2026, 11, 23), 59),
        (date(1966, 11, 24), date(2026, 11, 24), 60),
        (date(1964, 2, 29), date(2027, 2, 28), 62),
        (date(1964, 2, 29), date(2027, 3, 1), 63),
        (date(2026, 12, 1), date(2026, 11, 24), -1),
    ],
)
def test_age_is_in_completed_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def test_the_text_of_a_request_shows_nothing_personal() -> None:
    person = PersonForm(
        name=Secret("Siti Aminah"),
        nik=Secret("3505074503580001"),
        birth_date=date(1958, 3, 5),
        sex=Sex.FEMALE,
        phone=Secret("+6286000000017"),
        passport_case=PassportCase.NEW,
        needs=frozenset({Need.BEDRIDDEN}),
        party="Keluarga Aminah",
    )
    request = RequestForm(
        external_reference="B-1",
        asker_kind=AskerKind.FAMILY,
        asker_name="Bapak Hasan",
        contact_name=Secret("Hasan"),
        contact_phone=Secret("+6286000000034"),
        category=Category.ELDERLY_HOME,
        visit_kind=VisitKind.HOME,
        place_text="RT 1 Ngoran",
        received_date=date(2026, 11, 24),
        people=(person,),
    )
    text = repr(request)
    for personal in ("Siti", "Aminah", "3505", "1958", "017", "bedridden", "Hasan", "034", "Ngoran"):
        assert personal not in text
    assert "B-1" in text
