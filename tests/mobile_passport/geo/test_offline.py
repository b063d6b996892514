import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.geo.area import WorkingArea
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.geocoder import Geocoder, PlaceQuery, Precision, Verdict
from mobile_passport.geo.wiring import build_geocoder


@pytest.fixture(scope="module")
def geocoder(area: WorkingArea, gazetteer: Gazetteer) -> Geocoder:
    return build_geocoder("offline", area=area, gazetteer=gazetteer)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Ds. Karangsono kec Kanigoro", "Desa Karangsono, Kec. Kanigoro, Kab. Blitar"),
        ("Desa Sukorejo, Kec. Sutojayan, Kab. Blitar", "Kel. Sukorejo, Kec. Sutojayan, Kab. Blitar"),
        ("SOEKOREDJO SOETODJAJAN", "Kel. Sukorejo, Kec. Sutojayan, Kab. Blitar"),
        ("karangsono kanigoro", "Desa Karangsono, Kec. Kanigoro, Kab. Blitar"),
        ("karangsno kanigoro", "Desa Karangsono, Kec. Kanigoro, Kab. Blitar"),
        ("kanigoro karangsono", "Desa Karangsono, Kec. Kanigoro, Kab. Blitar"),
        ("Karangsono T.Agung", "Desa Karangsono, Kec. Ngunut, Kab. Tulungagung"),
        ("Ds. Wajak Lor boyolangu T. Agung", "Desa Wajak Lor, Kec. Boyolangu, Kab. Tulungagung"),
        ("Desa Tanggung Gunung", "Desa Tanggunggunung, Kec. Tanggunggunung, Kab. Tulungagung"),
        ("bendogerit", "Kel. Bendogerit, Kec. Sananwetan, Kota Blitar"),
        ("Tanjungsari kotamadya blitar", "Kel. Tanjungsari, Kec. Sukorejo, Kota Blitar"),
        ("Kel. Sukorejo, Kec. Sukorejo, Kota Blitar", "Kel. Sukorejo, Kec. Sukorejo, Kota Blitar"),
        ("Bakung Bakung", "Desa Bakung, Kec. Bakung, Kab. Blitar"),
        ("Balai Desa Garum", "Kel. Garum, Kec. Garum, Kab. Blitar"),
        ("Jl. Mawar 5, Plosokerep, Sananwetan, Kota Blitar 66134", "Kel. Plosokerep, Kec. Sananwetan, Kota Blitar"),
        ("Dsn. Krajan RT 01/RW 02 Ds. Ngunut Kec. Ngunut", "Desa Ngunut, Kec. Ngunut, Kab. Tulungagung"),
        ("Masjid Al Huda Karangsno Kanigoro", "Desa Karangsono, Kec. Kanigoro, Kab. Blitar"),
        ("Purwoejo Sanankulon", "Desa Purworejo, Kec. Sanankulon, Kab. Blitar"),
        ("Suruhan Kidul Bandung", "Desa Suruhan Kidul, Kec. Bandung, Kab. Tulungagung"),
    ],
)
def test_what_people_write_is_found(geocoder: Geocoder, text: str, label: str) -> None:
    located = geocoder.locate(PlaceQuery(text=text))
    assert (located.verdict, located.candidates[0].label) == (Verdict.FOUND, label)
    assert located.best is not None
    assert located.best.village is not None
    assert located.best.position == located.best.village.position


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Sukorejo", "pilih"),
        ("Garum", "Kec. Garum"),
        ("Blitar", "tidak dikenal"),
        ("Tulungagung", "Hanya kecamatan"),
        ("Kec. Kanigoro", "Hanya kecamatan"),
        ("Dusun Sumberjo Kec Sutojayan", "Hanya kecamatan"),
        ("Karangbendo Kanigoro", "pilih"),
        ("Krajan Kebonsari", "tidak dikenal"),
        ("Kebonsri", "tidak dikenal"),
        ("Desa Bendogerit, Kec. Sukorejo", "bukan milik"),
        ("Karangsono, Kec. Garum", "pilih"),
        ("Desa Anjunsgai, Kec. Boyolangu, Kab. Tulungagung", "jauh berbeda"),
    ],
    ids=lambda value: value,
)
def test_what_could_be_several_places_is_never_taken_silently(geocoder: Geocoder, text: str, word: str) -> None:
    located = geocoder.locate(PlaceQuery(text=text))
    assert located.verdict is Verdict.AMBIGUOUS
    assert located.candidates
    assert located.best is None
    assert word in located.reason


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "Tidak ada"),
        ("RT 1", "Tidak ada"),
        ("asdf qwer", "Tidak ada"),
        ("Desa Zzzz Kec. Kanigoro", "Tidak ada"),
        ("sumber makmur jaya", "Tidak ada"),
        ("Desa Sumberagung, Kec. Gandusari, Kab. Trenggalek", "Kab. Trenggalek"),
        ("Desa Watulimo, Kec. Watulimo, Kab. Trengalek", "Kab. Trenggalek"),
        ("Kebonsari Malang", "Malang"),
        ("Karangsono, Kec. Kanigoro, Kediri", "Kediri"),
    ],
)
def test_what_is_not_in_the_working_area_is_not_found(geocoder: Geocoder, text: str, word: str) -> None:
    located = geocoder.locate(PlaceQuery(text=text))
    assert located.verdict is Verdict.NOT_FOUND
    assert located.best is None
    assert word in located.reason


def test_namesakes_are_all_offered(geocoder: Geocoder) -> None:
    located = geocoder.locate(PlaceQuery(text="Desa Sukorejo"))
    assert [c.village.name for c in located.candidates if c.village] == ["Sukorejo"] * 5
    assert {round(c.confidence, 2) for c in located.candidates if c.village} == {0.2}


def test_postal_code_decides_between_namesakes(geocoder: Geocoder, gazetteer: Gazetteer) -> None:
    meant = next(v for v in gazetteer.villages if v.name == "Sukorejo" and v.kecamatan == "Sutojayan")
    with_code = geocoder.locate(PlaceQuery(text=f"Desa Sukorejo {meant.postal_code}"))
    assert with_code.candidates[0].village == meant
    assert with_code.candidates[0].confidence > 0.9


def test_office_of_a_kecamatan_is_found_at_its_anchor(geocoder: Geocoder, gazetteer: Gazetteer) -> None:
    best = geocoder.locate(PlaceQuery(text="KUA Wlingi")).best
    assert best is not None
    assert (best.precision, best.village) == (Precision.KECAMATAN, None)
    assert best.position == gazetteer.kecamatan_by_code("350517").anchor


def test_columns_are_found_like_text(geocoder: Geocoder) -> None:
    best = geocoder.locate(PlaceQuery(village="karangsono", kecamatan="KANIGORO", regency="Kab. Blitar")).best
    assert best is not None
    assert best.label == "Desa Karangsono, Kec. Kanigoro, Kab. Blitar"


def test_corrected_spelling_is_said(geocoder: Geocoder) -> None:
    assert "Ejaan diperbaiki" in geocoder.locate(PlaceQuery(text="Karangsno, Kec. Kanigoro")).reason
    assert "Ejaan" not in geocoder.locate(PlaceQuery(text="Karangsono, Kec. Kanigoro")).reason


def test_confirmed_landmark_is_found_and_unconfirmed_one_goes_to_review(geocoder: Geocoder) -> None:
    hospital = geocoder.locate(PlaceQuery(text="RSUD dr. Iskak Tulungagung"))
    assert (hospital.verdict, hospital.candidates[0].precision) == (Verdict.FOUND, Precision.LANDMARK)
    office = geocoder.locate(PlaceQuery(text="Kantor Kemenag Kabupaten Blitar"))
    assert office.verdict is Verdict.AMBIGUOUS
    assert "belum dipastikan" in office.reason


def test_landmark_beside_other_words_goes_to_review(geocoder: Geocoder) -> None:
    located = geocoder.locate(PlaceQuery(text="Desa Bago dekat RSUD dr Iskak"))
    assert located.verdict is Verdict.AMBIGUOUS
    assert "bago" in located.reason


def test_landmark_of_the_other_regency_is_not_mixed_up(geocoder: Geocoder) -> None:
    assert "Kota" in geocoder.locate(PlaceQuery(text="Kemenag Kota Blitar")).candidates[0].label
    assert geocoder.locate(PlaceQuery(text="Kantor Kemenag Blitar")).verdict is not Verdict.FOUND


@pytest.mark.parametrize("piece", ["a", "kec kab ", "rt 1 ", "sukorejo bakung "])
def test_endless_text_is_answered_at_once(geocoder: Geocoder, piece: str) -> None:
    started = time.perf_counter()
    assert geocoder.locate(PlaceQuery(text=piece * 200_000)).verdict is not Verdict.FOUND
    assert time.perf_counter() - started < 1


WORDS = ["ds", "kec", "kab", "kota", "garum", "sukorejo", "blitar", "bakung", "kua", "masjid", ",", "dsn", "66171"]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), max_size=12))
def test_any_text_gets_one_honest_answer(geocoder: Geocoder, words: list[str]) -> None:
    query = PlaceQuery(text=" ".join(words))
    located = geocoder.locate(query)
    assert located == geocoder.locate(query)
    shares = [c.confidence for c in located.candidates]
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)
    assert sum(shares) <= 1.001
    assert (located.verdict is Verdict.FOUND) <= bool(shares and shares[0] >= 0.95)
    assert located.reason.endswith(".")
