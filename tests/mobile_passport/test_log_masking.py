"""The last net under the logs."""

import io
import logging

import pytest

from mobile_passport.log_masking import mask_logs, mask_personal


@pytest.mark.parametrize(
    "written",
    [
        "3505014107459871",
        "350501 410745 9871",
        "350501.410745.9871",
        "3505-0141-0745-9871",
        "nik='3505014107459871'",
        "+6281298761234",
        "6281298761234",
        "081298761234",
        "0812-9876-1234",
        "+62 812 9876 1234",
        "0812.9876.1234",
        '{"to": "+6281298761234"}',
    ],
)
def test_numbers_of_people_are_masked_in_any_spelling(written: str) -> None:
    masked = mask_personal(f"refused {written}: no such person")
    assert not any(digits in masked for digits in ("9871", "9876", "1234", "4107"))
    assert masked.startswith("refused ")
    assert masked.endswith(": no such person")


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-24 08:37:35,123 INFO api: served",
        "e2bdaa10-4a1d-4f44-a20b-20cdd8a35c6a",
        "12345678-1234-4123-8123-081234567890",  # a UUID of digits alone
        "request BLI-2026-0001, 1216 people, 650000 rupiah",
        "objective 0.1234567890123456, bound 0.0812345678901",
        "hash 9f86d081884c7d659a2feaa0c55ad015",
        "0342-000000",  # the office's landline
    ],
)
def test_what_only_looks_alike_stays(written: str) -> None:
    assert mask_personal(written) == written


def test_the_token_of_a_link_never_stands_in_an_access_log() -> None:
    line = '127.0.0.1:50000 - "GET /j/Zm9vYmFyLWJhei1xdXV4_A HTTP/1.1" 200'
    assert mask_personal(line) == '127.0.0.1:50000 - "GET /j/<link> HTTP/1.1" 200'
    assert mask_personal("POST /j/Zm9vYmFyLWJhei1xdXV4_A/datang?bahasa=id") == "POST /j/<link>/datang?bahasa=id"
    assert mask_personal("GET /j%2FZm9vYmFyLWJhei1xdXV4_A") == "GET /j/<link>"


def test_every_handler_masks_message_arguments_and_traceback() -> None:
    stream = io.StringIO()
    logger = logging.getLogger("test-of-the-net")
    logger.propagate = False
    logger.addHandler(logging.StreamHandler(stream))
    nik, phone = "3505014107459871", "+6281298761234"
    logger.warning("before %s", nik)
    mask_logs(logger)
    mask_logs(logger)
    try:
        raise ValueError(f"{nik} of {phone}")
    except ValueError:
        logger.exception("failed for %s", nik)
    before, after = stream.getvalue().split("\n", 1)
    assert before == f"before {nik}"  # without the net it would be there
    assert "ValueError: <nik> of <phone>" in after
    assert nik not in after
    assert phone not in after
