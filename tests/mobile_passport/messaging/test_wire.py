"""What the other side says about when to come back."""

from datetime import UTC, datetime

import pytest

from mobile_passport.messaging.wire import retry_after_s

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("120", 120),
        ("Tue, 24 Nov 2026 12:02:00 GMT", 120),
        ("Tue, 24 Nov 2026 12:02:00 -0000", 120),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0),  # over
        ("Tue, 99 Nov 2026 12:02:00 GMT", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_wish_is_read_in_seconds_and_as_a_date(wish: str, seconds: float | None) -> None:
    assert retry_after_s({"retry-after": wish}, now=NOON) == seconds
