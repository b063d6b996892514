import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.geo.address import MAX_WORDS, Part, read_address, without_labels
from mobile_passport.geo.geocoder import PlaceQuery

LABELS = ["ds", "desa", "kel.", "Kec.", "kab", "kota", "dsn", "jl.", "RT.01/RW.02", "masjid", "KUA", "kantor", "no"]
NAMES = ["Karangsono", "Kanigoro", "Blitar", "Soekoredjo", "5", "66171", ",", ";", "-", "/", "(", "\n"]
WRITTEN = st.lists(st.one_of(st.sampled_from(LABELS + NAMES), st.text(max_size=8)), max_size=30).map(" ".join)


def read(text: str) -> list[tuple[str, Part | None]]:
    return [(w.text, w.label) for w in read_address(PlaceQuery(text=text)).words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ds.Karangsono kec Kanigoro", [("karangsono", Part.VILLAGE), ("kanigoro", Part.KECAMATAN)]),
        ("karangsono kanigoro", [("karangsono", None), ("kanigoro", None)]),
        ("KAB. TULUNGAGUNG, JAWA TIMUR, INDONESIA", [("tulungagung", Part.KABUPATEN)]),
        ("Kotamadya Blitar", [("blitar", Part.KOTA)]),
        ("RT 01/RW 02 Ngunut", [("ngunut", None)]),
        ("rt.003 rw.001 Ngunut", [("ngunut", None)]),
        ("RT 3/2 Ngunut", [("ngunut", None)]),
        ("Jl. Raya Blitar no. 5 Ngunut", [("ngunut", None)]),
        ("Dsn. Krajan Ngunut", [("ngunut", None)]),
        ("Balai Desa Garum", [("garum", Part.VILLAGE)]),
        ("Desa Desa Garum", [("garum", Part.VILLAGE)]),
        ("Desa, Garum", [("garum", None)]),
        ("", []),
        ("RT 1", []),
    ],
)
def test_labels_are_read_and_noise_is_left_out(text: str, words: list[tuple[str, Part | None]]) -> None:
    assert read(text) == words


def test_columns_of_a_form_are_read_as_labels() -> None:
    address = read_address(PlaceQuery(village="Karangsono", kecamatan="Kec. Kanigoro", regency="Kab. Blitar"))
    assert [(w.text, w.label) for w in address.words] == [
        ("karangsono", Part.VILLAGE),
        ("kanigoro", Part.KECAMATAN),
        ("blitar", Part.KABUPATEN),
    ]


def test_commas_labels_and_house_numbers_divide_segments() -> None:
    segments = [w.segment for w in read_address(PlaceQuery(text="Suko Rejo, Sutojayan 5 Blitar")).words]
    assert segments[0] == segments[1]
    assert len(set(segments)) == 3


def test_words_behind_a_building_are_incidental_until_the_next_phrase() -> None:
    words = read_address(PlaceQuery(text="Masjid Al-Huda, Garum")).words
    assert [(w.text, w.incidental) for w in words] == [("al", True), ("huda", True), ("garum", False)]


@pytest.mark.parametrize(
    ("text", "office"),
    [("KUA Garum", True), ("Kantor Kecamatan Garum", True), ("Kec. Garum", False), ("Kantor Desa Garum", False)],
)
def test_offices_that_every_kecamatan_has_are_recognised(text: str, office: bool) -> None:
    assert read_address(PlaceQuery(text=text)).kecamatan_office is office


def test_postal_code_is_read_but_no_longer_number() -> None:
    assert read_address(PlaceQuery(text="Garum 66182")).postal_code == "66182"
    assert read_address(PlaceQuery(text="3505111001660001")).postal_code is None


def test_online_text_has_no_labels() -> None:
    query = PlaceQuery(text="RT 1/RW 2, Ds. Karangsono, Kec.Kanigoro, Kab. Blitar")
    assert without_labels(query) == "karangsono, kanigoro, blitar"


@settings(derandomize=True, deadline=None, max_examples=300)
@given(WRITTEN)
def test_any_text_is_read_the_same_twice_and_within_bounds(text: str) -> None:
    query = PlaceQuery(text=text)
    address = read_address(query)
    assert address == read_address(query)
    assert len(address.words) <= MAX_WORDS
    assert all(word.text.isalpha() or "'" in word.text for word in address.words)
    assert ",," not in without_labels(query)
