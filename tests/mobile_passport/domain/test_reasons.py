"""Every reason has its own words, and an unknown one does no harm."""

import pytest

from mobile_passport.domain.reasons import reason_text
from mobile_passport.planning.outcome import NO_DAY_BEFORE_DEADLINE
from optimizer.gathering.problem import UnservedCode
from optimizer.plan import ReasonCode

CODES = sorted({*map(str, ReasonCode), *map(str, UnservedCode), NO_DAY_BEFORE_DEADLINE})


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_sentence_and_an_offer_of_its_own(code: str) -> None:
    text = reason_text(code)
    assert text != reason_text("never heard of")
    for written in (text.sentence, text.help):
        assert written.endswith(".")
        assert written[0].isupper()
        assert code not in written


def test_no_two_codes_say_the_same() -> None:
    assert len({reason_text(code).sentence for code in CODES}) == len(CODES)


def test_an_unknown_code_sends_people_to_the_office_without_showing_it() -> None:
    text = reason_text("<script>")
    assert "Kantor Imigrasi" in text.help
    assert "script" not in text.sentence + text.help
