"""A sentence is said in another language from its form, with dates and numbers as that language writes them."""

import pickle
from datetime import date, timedelta

from mobile_passport.documents.formats import ENGLISH
from mobile_passport.documents.sentences import say, sentence
from mobile_passport.domain.sentence import Sentence

WORDS = {
    "{people} orang, {way}, {day}{note}": "{people} people, {way}, {day}{note}",
    " (perkiraan)": " (estimate)",
    "Halo": "Hello",
}


def english(text: str) -> str:
    """Look a text up."""
    return WORDS.get(text, text)


def test_a_sentence_is_indonesian_text_and_is_said_anew_in_another_language() -> None:
    said = sentence(
        "{people} orang, {way}, {day}{note}",
        people=1142,
        way=timedelta(minutes=125),
        day=date(2026, 12, 1),
        note=sentence(" (perkiraan)"),
    )
    assert said == "1.142 orang, 2 jam 5 menit, Selasa, 1 Desember 2026 (perkiraan)"
    assert say(said, english, ENGLISH) == "1,142 people, 2 h 5 min, Tuesday, 1 December 2026 (estimate)"
    assert say("Halo", english, ENGLISH) == "Hello"


def test_what_was_typed_is_not_taken_for_a_place_to_fill_in() -> None:
    said = Sentence("{typed} orang", {"typed": "{people}"})
    assert said == "{people} orang"
    assert say(said, english, ENGLISH) == "{people} orang"


def test_a_sentence_keeps_its_form_on_the_way_to_another_process() -> None:
    said = sentence("{people} orang, {way}, {day}{note}", people=3, way=timedelta(0), day=date(2026, 12, 1), note="{x}")
    back = pickle.loads(pickle.dumps(said))
    assert (back, back.form, back.values) == (said, said.form, said.values)
