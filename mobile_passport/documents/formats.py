"""Dates, times and numbers as people write and say them, once for every language of the pages."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

_ZONE_NAMES = ("WIB", "WITA", "WIT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """How one language writes. The examples are the Indonesian ones.

    Attributes
    ----------
    locale
        Of Babel.
    clock_pattern
        Of ``strftime``.
    hour_word, minute_word
        Of durations.
    """

    locale: str
    clock_pattern: str
    hour_word: str
    minute_word: str

    def long_date(self, day: date) -> str:
        """``Selasa, 1 Desember 2026``."""
        return self._date(day, "EEEE, d MMMM y")

    def day_and_month(self, day: date) -> str:
        """``1 Des``."""
        return self._date(day, "d MMM")

    def short_month(self, day: date) -> str:
        """``Des``."""
        return self._date(day, "MMM")

    def month_and_year(self, day: date) -> str:
        """``Desember 2026``."""
        return self._date(day, "MMMM y")

    def weekday(self, day: date) -> str:
        """``Selasa``."""
        return self._date(day, "EEEE")

    def date_span(self, first: date, last: date) -> str:
        """``1 Desember 2026 – 28 Januari 2027``, and a single date when both are the same."""
        dates = (first,) if first == last else (first, last)
        return " – ".join(self._date(day, "d MMMM y") for day in dates)

    def month_span(self, first: date, last: date) -> str:
        """``Desember 2026 – Januari 2027``, ``Juli – September 2026``, and a single month when both are the same."""
        if (first.year, first.month) == (last.year, last.month):
            return self.month_and_year(last)
        begin = self._date(first, "MMMM") if first.year == last.year else self.month_and_year(first)
        return f"{begin} – {self.month_and_year(last)}"

    def clock(self, moment: datetime) -> str:
        """``08.30``, on the clocks of the zone that the moment carries."""
        return moment.strftime(self.clock_pattern)

    def clock_span(self, first: datetime, last: datetime) -> str:
        """``08.45–10.00``, and a single time when both are the same."""
        return self.clock(first) if first == last else f"{self.clock(first)}–{self.clock(last)}"

    def moment_of_day(self, moment: datetime, zone: tzinfo) -> str:
        """``Senin, 23 November 2026, 19.05 WIB``; no zone is named where Indonesia has no short name for it."""
        local = moment.astimezone(zone)
        name = f" {local.tzname()}" if local.tzname() in _ZONE_NAMES else ""
        return f"{self.long_date(local)}, {self.clock(local)}{name}"

    def whole_number(self, value: int) -> str:
        """``1.142``."""
        return format_decimal(value, locale=self.locale)

    def score(self, value: Decimal) -> str:
        """``88,43``, ``3,564``: what was measured, to the hundredth at least."""
        return format_decimal(value, "0.00#", locale=self.locale)

    def decimal(self, value: float) -> str:
        """``12,2037``."""
        return format_decimal(value, "#,##0.####", locale=self.locale)

    def signed(self, value: float) -> str:
        """``+2``, ``−10``: points added or taken away."""
        return f"{'−' if value < 0 else '+'}{self.decimal(abs(value))}"

    def percent(self, share: float) -> str:
        """``1,2%`` of a share of 1."""
        return format_percent(share, "#,##0.0%", locale=self.locale)

    def kilometres(self, distance_m: int) -> str:
        """``64 km``, below ten ``6,4 km``."""
        pattern = "#,##0.#" if distance_m < 10_000 else "#,##0"
        return f"{format_decimal(distance_m / 1000, pattern, locale=self.locale)} km"

    def hours(self, duration_s: int) -> str:
        """``2 jam 5 menit``, ``40 menit``."""
        whole_hours, minutes = divmod(round(duration_s / 60), 60)
        parts = [f"{self.whole_number(whole_hours)} {self.hour_word}"] if whole_hours else []
        return " ".join([*parts, f"{minutes} {self.minute_word}"] if minutes or not parts else parts)

    def rupiah(self, amount: int) -> str:
        """``Rp650.000``."""
        return f"Rp{self.whole_number(amount)}"

    def phone(self, number: str) -> str:
        """``0812-3456-7890`` of an E.164 number of Indonesia; any other writing stays as it is."""
        if not (number.startswith("+62") and number[1:].isdigit()):
            return number
        national = f"0{number.removeprefix('+62')}"
        return "-".join(part for part in (national[:4], national[4:8], national[8:]) if part)

    def _date(self, day: date, pattern: str) -> str:
        return format_date(day, pattern, locale=self.locale)


INDONESIAN = Formats(locale="id_ID", clock_pattern="%H.%M", hour_word="jam", minute_word="menit")
ENGLISH = Formats(locale="en_GB", clock_pattern="%H:%M", hour_word="h", minute_word="min")
