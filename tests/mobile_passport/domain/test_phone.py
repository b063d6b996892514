import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.domain.phone import PhoneFault, normalise_phone
from mobile_passport.domain.secret import Secret


@pytest.mark.parametrize(
    "written",
    [
        "086000000017",
        "6286000000017",
        "86000000017",
        "+6286000000017",
        "006286000000017",
        "0860-0000-0017",
        "0860.0000.0017",
        "(0860) 0000 0017",
        "+62 860 0000 0017",
        "+62 0860 0000 0017",
        " 0860/00000017 ",
    ],
)
def test_every_spelling_of_a_number_becomes_the_same_number(written: str) -> None:
    assert normalise_phone(written) == Secret("+6286000000017")


def test_62_without_plus_is_a_country_code_and_no_landline() -> None:
    assert normalise_phone("62812345678") == Secret("+62812345678")


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", PhoneFault.NOT_A_NUMBER),
        ("-", PhoneFault.NOT_A_NUMBER),
        ("tidak ada", PhoneFault.NOT_A_NUMBER),
        ("0860O0000017", PhoneFault.NOT_A_NUMBER),
        ("٠٨٦٠٠٠٠٠٠٠١٧", PhoneFault.NOT_A_NUMBER),
        ("+60123456789", PhoneFault.FOREIGN),
        ("00966500000000", PhoneFault.FOREIGN),
        ("0342-000001", PhoneFault.LANDLINE),
        ("62 355 000001", PhoneFault.LANDLINE),
        ("0812345", PhoneFault.INVALID),
        ("08123456789012345", PhoneFault.INVALID),
        ("084000000017", PhoneFault.INVALID),
        ("08", PhoneFault.INVALID),
        ("086000000017 / 086000000034", PhoneFault.INVALID),
    ],
)
def test_what_cannot_receive_sms_is_named(written: str, fault: PhoneFault) -> None:
    assert normalise_phone(written) is fault


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text(alphabet=st.sampled_from("0123456789+-() ./ab"), max_size=20))
def test_any_text_gives_an_indonesian_mobile_number_or_a_fault(written: str) -> None:
    phone = normalise_phone(written)
    assert isinstance(phone, PhoneFault) or re.fullmatch(r"\+628[0-9]{8,11}", phone.reveal())
