"""No code reaches a reader untranslated."""

from dataclasses import replace
from datetime import date

from mobile_passport.documents import words
from mobile_passport.domain.person import Need, PassportCase
from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.gathering import HOME_VISIT, VULNERABLE_GROUP
from tests.mobile_passport.documents.sample_plan import sample_plan


def test_every_case_need_and_kind_has_a_word() -> None:
    assert words.PASSPORT_CASES.keys() == set(PassportCase)
    assert words.NEEDS.keys() == set(Need)
    assert words.VISIT_KINDS.keys() == set(VisitKind)


def test_every_waiver_is_said_or_said_by_the_kind_of_visit() -> None:
    assert words.waiver(VULNERABLE_GROUP).startswith("kelompok rentan")
    assert words.waiver(HOME_VISIT) == ""


def test_unknown_codes_stay_as_they_are() -> None:
    assert (words.need("x"), words.passport_case("y"), words.waiver("z")) == ("x", "y", "z")


def test_the_dates_of_a_plan_are_those_on_which_somebody_goes_out() -> None:
    longer = replace(sample_plan(), first_date=date(2026, 11, 24), last_date=date(2027, 2, 1))
    assert words.service_dates(longer) == "1 Desember 2026 – 14 Januari 2027"
    assert words.service_dates(replace(longer, days=())) == "24 November 2026 – 1 Februari 2027"
