import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.spelling import fold


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("SOEKOREDJO", "Sukorejo"),
        ("Soetodjajan", "Sutojajan"),
        ("Tjampoerdarat", "Campurdarat"),
        ("Suko Rejo", "Sukorejo"),
        ("Sumberrejo", "Sumberejo"),
        ("Mojo-Agung", "Mojoagung"),
        ("Kedhungsoko", "Kedungsoko"),
        ("Ngüling", "Nguling"),
    ],
)
def test_spellings_of_one_name_fold_together(written: str, meant: str) -> None:
    assert fold(written) == fold(meant)


def test_no_two_villages_of_one_kecamatan_fold_together(gazetteer: Gazetteer) -> None:
    folded = {(v.kecamatan_code, fold(v.name)) for v in gazetteer.villages}
    assert len(folded) == len(gazetteer.villages)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(max_size=40))
def test_folded_text_holds_small_letters_and_digits_only(text: str) -> None:
    folded = fold(text)
    assert all(c in "abcdefghijklmnopqrstuvwxyz0123456789" for c in folded)
