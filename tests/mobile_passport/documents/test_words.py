"""No code reaches a reader untranslated."""

from dataclasses import replace
from datetime import date

import pytest

from mobile_passport.documents import words
from mobile_passport.domain.person import Need, PassportCase
from mobile_passport.domain.plan_view import Punctuality
from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.gathering import HOME_VISIT, VULNERABLE_GROUP
from optimizer.punctuality import Light
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


def test_every_light_has_a_sign_of_its_own_and_words() -> None:
    assert words.LIGHTS.keys() == set(Light)
    assert len({text[0] for text in words.LIGHTS.values()}) == len(Light)


@pytest.mark.parametrize(
    ("kind", "buffer_minutes", "sentence"),
    [
        (VisitKind.COLLECTIVE, 0, "mulai paling lambat 15 menit sesudah jamnya pada 84% hari simulasi"),
        (VisitKind.HOME, 0, "datang dalam jam yang diberitahukan pada 84% hari simulasi"),
        (
            VisitKind.COLLECTIVE,
            10,
            "mulai paling lambat 15 menit sesudah jamnya pada 84% hari simulasi; cadangan 10 menit disarankan",
        ),
    ],
)
def test_punctuality_is_said_with_the_buffer_that_would_help(
    kind: VisitKind, buffer_minutes: int, sentence: str
) -> None:
    stop = replace(sample_plan().days[0].routes[0].stops[0], kind=kind)
    found = Punctuality(on_time=0.84, within_minutes=15, light=Light.AMBER, buffer_minutes=buffer_minutes)
    assert words.punctuality(stop, found) == sentence


def test_lines_of_a_map_are_called_roads_only_where_they_are() -> None:
    straight = sample_plan().days[0].routes[0]
    on_road = replace(straight, way=(sample_plan().depot, straight.stops[0].position))
    assert words.lines_on_map([straight]).startswith("Garis lurus")
    assert words.lines_on_map([]).startswith("Garis lurus")
    assert words.lines_on_map([on_road]) == "Garis mengikuti jalan menurut peta jalan."
    both = words.lines_on_map([on_road, straight])
    assert "Garis berkelok mengikuti jalan." in both
    assert "Garis lurus" in both
