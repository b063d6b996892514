import logging

import pytest

from mobile_passport.domain.secret import Secret, mask_name, mask_nik, mask_phone


def test_no_text_form_of_a_secret_shows_its_value() -> None:
    secret = Secret("3505074503589901")
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>40}",
        logging.LogRecord("x", 0, "x", 0, "%s", (secret,), None).getMessage(),
        repr([secret]),
        repr({"a": secret}),
    ]
    assert not any("3505" in text for text in shown)


def test_a_secret_in_an_exception_stays_masked() -> None:
    with pytest.raises(ValueError) as raised:
        raise ValueError("bad", Secret("Siti Aminah"))
    assert "Siti" not in repr(raised.value)


def test_secrets_compare_and_hash_by_value() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"


@pytest.mark.parametrize(
    ("masked", "expected"),
    [
        (mask_nik("3505074503589901"), "************9901"),
        (mask_nik("9901"), "****"),
        (mask_phone("+6286000000017"), "***********017"),
        (mask_phone("17"), "**"),
        (mask_name("Siti Nur Aminah"), "S*** N*** A***"),
        (mask_name(""), ""),
    ],
)
def test_masks_show_only_the_end_or_the_initials(masked: str, expected: str) -> None:
    assert masked == expected
