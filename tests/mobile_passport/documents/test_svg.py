"""What is written into a drawing stays text."""

import xml.etree.ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from mobile_passport.documents.svg import element, group, number

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=40)


@given(text=TEXTS, value=TEXTS)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_any_text_and_attribute_comes_back_as_it_was_but_for_control_characters(text: str, value: str) -> None:
    read = ET.fromstring(element("text", text, aria_label=value))
    assert (read.text or "").split() == _printable(text).split()
    assert read.attrib["aria-label"].split() == _printable(value).split()
    assert len(read) == 0


def test_markup_is_kept_and_text_is_not_markup() -> None:
    inner = element("b", "a<b")
    assert element("g", inner, "<i>") == Markup("<g><b>a&lt;b</b>&lt;i&gt;</g>")


def test_names_of_attributes_are_those_of_svg_and_nothing_is_left_out_by_chance() -> None:
    assert element("path", stroke_width=0, class_="a", fill=None) == '<path stroke-width="0" class="a"/>'


def test_a_group_of_nothing_is_nothing() -> None:
    assert group([Markup("")], class_="x") == ""


def test_numbers_carry_one_decimal_at_most() -> None:
    assert [number(value) for value in (12.0, 0.25, -3.96, 0.04)] == ["12", "0.2", "-4", "0"]


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter in "\t\n\r" or (ord(letter) >= 0x20 and ord(letter) != 0x7F))
