"""One JSON object a line, whatever is logged, and still under the mask."""

import io
import json
import logging
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from mobile_passport.log_lines import REQUEST_ID, LogFormat, write_as


@pytest.fixture
def written() -> tuple[logging.Logger, io.StringIO]:
    """A logger, and what it writes."""
    stream = io.StringIO()
    logger = logging.Logger("test")  # noqa: LOG001 - one of our own, which no other test sees
    logger.addHandler(logging.StreamHandler(stream))
    write_as(LogFormat.JSON, logger)
    return logger, stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_object_with_its_extra(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written
    run = UUID(int=7)
    logger.warning("two\nlines", extra={"run": run, "count": 3, "ended": None})
    (line,) = lines(stream)
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", "test", "two\nlines")
    assert (line["run"], line["count"], line["ended"]) == (str(run), 3, None)
    assert datetime.fromisoformat(line["at"]).tzinfo == UTC
    assert "request_id" not in line


def test_a_traceback_stays_on_the_line(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written
    try:
        raise OSError("gone")
    except OSError:
        logger.exception("failed")
    (line,) = lines(stream)
    assert "OSError: gone" in line["exception"]


@pytest.mark.parametrize("nik", ["3505014107459871", 3505014107459871, ["3505014107459871"], "+6281298761234"])
def test_the_mask_stays_and_what_it_masks_is_still_json(
    written: tuple[logging.Logger, io.StringIO], nik: object
) -> None:
    logger, stream = written
    logger.info("seen %s", nik, extra={"seen": nik})
    (line,) = lines(stream)
    assert "9871" not in stream.getvalue()
    assert "9876" not in stream.getvalue()
    assert "<" in line["seen"]


def test_a_line_names_the_request_that_it_belongs_to(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written
    reset = REQUEST_ID.set("f" * 32)
    logger.info("inside")
    REQUEST_ID.reset(reset)
    logger.info("outside")
    inside, outside = lines(stream)
    assert inside["request_id"] == "f" * 32
    assert "request_id" not in outside


def test_plain_lines_are_for_people_and_masked() -> None:
    stream = io.StringIO()
    logger = logging.Logger("test")  # noqa: LOG001 - as above
    logger.addHandler(logging.StreamHandler(stream))
    write_as(LogFormat.PLAIN, logger)
    logger.info("seen 3505014107459871")
    assert stream.getvalue().endswith(" INFO test: seen <nik>\n")
