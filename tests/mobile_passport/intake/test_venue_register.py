import csv
import io
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.domain.venue import SurveyState, VenueKind
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.intake.venue_findings import RefusedRegister
from mobile_passport.intake.venue_register import COLUMNS, parse_register

TODAY = date(2026, 11, 24)
GAZETTEER = Gazetteer.load(("3504", "3505", "3572"))
GARUM = next(village for village in GAZETTEER.villages_of("350511") if village.name == "Garum")
HALL = {
    "kode": "BD-1",
    "nama": "Balai Desa Garum",
    "jenis": "balai desa",
    "kode_desa": GARUM.code,
    "lintang": f"{GARUM.position.lat:.4f}",
    "bujur": f"{GARUM.position.lon:.4f}",
    "kapasitas_per_hari": "60",
    "tanpa_tangga": "ya",
    "listrik": "ya",
    "internet": "tidak",
    "survei": "sudah",
    "tanggal_survei": "2026-11-02",
    "sumber": "survei lapangan",
}


def register(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS, delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    return text.getvalue().encode()


def codes(data: bytes) -> list[str]:
    with pytest.raises(RefusedRegister) as refused:
        parse_register(data, GAZETTEER, today=TODAY)
    return [finding.code for finding in refused.value.findings]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_register_is_read_whatever_the_delimiter_and_the_order_of_columns(delimiter: str) -> None:
    (venue,) = parse_register(register(HALL, columns=COLUMNS[::-1], delimiter=delimiter), GAZETTEER, today=TODAY)
    assert (venue.code, venue.kind, venue.capacity_a_day) == ("BD-1", VenueKind.VILLAGE_HALL, 60)
    assert (venue.step_free, venue.power, venue.internet) == (True, True, False)
    assert (venue.survey_state, venue.surveyed_date) == (SurveyState.SURVEYED, date(2026, 11, 2))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kode": ""}, "V301"),
        ({"nama": "x" * 201}, "V302"),
        ({"jenis": "gedung"}, "V303"),
        ({"survei": "mungkin"}, "V303"),
        ({"tanpa_tangga": "1"}, "V303"),
        ({"kode_desa": "3201010001"}, "V306"),
        ({"lintang": "abc"}, "V307"),
        ({"bujur": "nan"}, "V307"),
        ({"lintang": "-8.9"}, "V308"),  # in the sea south of Blitar
        ({"lintang": "112.25", "bujur": "-8.05"}, "V308"),  # exchanged
        ({"lintang": "1e308"}, "V308"),
        ({"kapasitas_per_hari": "0"}, "V309"),
        ({"kapasitas_per_hari": ""}, "V309"),
        ({"kapasitas_per_hari": "-5"}, "V309"),
        ({"kapasitas_per_hari": "99999999999"}, "V309"),
        ({"kapasitas_per_hari": "²"}, "V309"),
        ({"tanggal_survei": "2 Nov"}, "V310"),
        ({"tanggal_survei": ""}, "V311"),
        ({"survei": "belum"}, "V311"),
        ({"tanggal_survei": "2026-11-25"}, "V312"),
    ],
)
def test_a_venue_that_cannot_be_is_refused_with_its_reason(changes: dict[str, str], code: str) -> None:
    assert codes(register(HALL | changes)) == [code]


def test_all_findings_of_all_rows_come_at_once() -> None:
    wrong = HALL | {"kode": "BD-2", "nama": "Balai Lain", "kapasitas_per_hari": "0", "jenis": "?"}
    assert sorted(codes(register(wrong, HALL, HALL))) == ["V303", "V304", "V309"]


def test_two_venues_of_one_name_in_one_village_are_one_too_many() -> None:
    assert codes(register(HALL, HALL | {"kode": "BD-2", "nama": "balai desa  GARUM"})) == ["V305"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ["V201"] * len(COLUMNS)),
        (register(), ["V203"]),
        (b"\xff\xfe\x00", ["V101"]),
        (b'kode,"nama\n', ["V101"]),
        (register(HALL) + b"too,few\r\n", ["V313"]),
        (register(HALL, columns=(*COLUMNS, "kode")), ["V202", "V202"]),
    ],
)
def test_a_file_that_is_no_register_is_refused(data: bytes, expected: list[str]) -> None:
    assert codes(data) == expected


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=12), max_size=4))
def test_whatever_the_cells_a_register_is_read_or_refused(changes: dict[str, str]) -> None:
    try:
        venues = parse_register(register(HALL | changes), GAZETTEER, today=TODAY)
    except RefusedRegister:
        return
    assert all(venue.capacity_a_day >= 1 and venue.code and venue.name for venue in venues)


def test_the_sample_register_is_clean_and_has_every_state() -> None:
    data = (files("mobile_passport.sample") / "venues_2027.csv").read_bytes()
    venues = parse_register(data, GAZETTEER, today=TODAY)
    assert len(venues) > 60
    assert {venue.survey_state for venue in venues} == set(SurveyState)
    assert {venue.kind for venue in venues} == set(VenueKind)
    assert {venue.step_free for venue in venues} == {True, False}
    assert all(venue.source.startswith("Contoh") for venue in venues)
