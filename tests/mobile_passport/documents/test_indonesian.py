"""Dates, times and figures as people write them in Indonesia."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mobile_passport.documents import indonesian

DAY = date(2026, 12, 1)
MOMENT = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
EIGHT, TEN = datetime(2026, 12, 1, 8, 45, tzinfo=UTC), datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (indonesian.long_date(DAY), "Selasa, 1 Desember 2026"),
        (indonesian.day_and_month(DAY), "1 Des"),
        (indonesian.short_month(DAY), "Des"),
        (indonesian.weekday(DAY), "Selasa"),
        (indonesian.date_span(DAY, date(2027, 1, 28)), "1 Desember 2026 – 28 Januari 2027"),
        (indonesian.date_span(DAY, DAY), "1 Desember 2026"),
        (indonesian.clock(EIGHT), "08.45"),
        (indonesian.clock_span(EIGHT, TEN), "08.45–10.00"),
        (indonesian.clock_span(TEN, TEN), "10.00"),
        (indonesian.moment_of_day(MOMENT, ZoneInfo("Asia/Jakarta")), "Senin, 23 November 2026, 19.05 WIB"),
        (indonesian.moment_of_day(MOMENT, ZoneInfo("Asia/Jayapura")), "Senin, 23 November 2026, 21.05 WIT"),
        (indonesian.moment_of_day(MOMENT, ZoneInfo("America/Sao_Paulo")), "Senin, 23 November 2026, 09.05"),
        (indonesian.whole_number(1_142), "1.142"),
        (indonesian.percent(0.0119), "1,2%"),
        (indonesian.kilometres(64_400), "64 km"),
        (indonesian.kilometres(6_400), "6,4 km"),
        (indonesian.kilometres(1_234_567), "1.235 km"),
        (indonesian.kilometres(0), "0 km"),
        (indonesian.hours(7_500), "2 jam 5 menit"),
        (indonesian.hours(2_400), "40 menit"),
        (indonesian.hours(7_200), "2 jam"),
        (indonesian.hours(0), "0 menit"),
        (indonesian.rupiah(650_000), "Rp650.000"),
        (indonesian.phone("+6281234567890"), "0812-3456-7890"),
        (indonesian.phone("+628123456789"), "0812-3456-789"),
        (indonesian.phone("0342-000000"), "0342-000000"),
        (indonesian.phone("+62 abc"), "+62 abc"),
    ],
)
def test_it_reads_as_people_write_it(written: str, expected: str) -> None:
    assert written == expected
