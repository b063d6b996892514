"""Dates, times and numbers for those who chose to read English; names of places and offices stay Indonesian."""

from datetime import date, datetime, tzinfo

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from mobile_passport.documents.indonesian import phone

__all__ = ["phone"]

_LOCALE = "en_GB"


def long_date(day: date) -> str:
    """``Tuesday, 1 December 2026``."""
    return format_date(day, "EEEE, d MMMM y", locale=_LOCALE)


def day_and_month(day: date) -> str:
    """``1 Dec``."""
    return format_date(day, "d MMM", locale=_LOCALE)


def short_month(day: date) -> str:
    """``Dec``."""
    return format_date(day, "MMM", locale=_LOCALE)


def weekday(day: date) -> str:
    """``Tuesday``."""
    return format_date(day, "EEEE", locale=_LOCALE)


def date_span(first: date, last: date) -> str:
    """``1 December 2026 – 28 January 2027``, and a single date when both are the same."""
    dates = (first,) if first == last else (first, last)
    return " – ".join(format_date(day, "d MMMM y", locale=_LOCALE) for day in dates)


def clock(moment: datetime) -> str:
    """``08:30``, on the clocks of the zone that the moment carries."""
    return f"{moment:%H:%M}"


def clock_span(first: datetime, last: datetime) -> str:
    """``08:45–10:00``, and a single time when both are the same."""
    return clock(first) if first == last else f"{clock(first)}–{clock(last)}"


def moment_of_day(moment: datetime, zone: tzinfo) -> str:
    """``Monday, 23 November 2026, 19:05 WIB``."""
    local = moment.astimezone(zone)
    return f"{long_date(local)}, {clock(local)} {local.tzname()}"


def whole_number(value: int) -> str:
    """``1,142``."""
    return format_decimal(value, locale=_LOCALE)


def percent(share: float) -> str:
    """``1.2%`` of a share of 1."""
    return format_percent(share, "#,##0.0%", locale=_LOCALE)


def kilometres(distance_m: int) -> str:
    """``64 km``, below ten ``6.4 km``."""
    return f"{format_decimal(distance_m / 1000, '#,##0.#' if distance_m < 10_000 else '#,##0', locale=_LOCALE)} km"


def hours(duration_s: int) -> str:
    """``2 h 5 min``, ``40 min``."""
    whole_hours, minutes = divmod(round(duration_s / 60), 60)
    parts = [f"{whole_hours} h"] if whole_hours else []
    return " ".join([*parts, f"{minutes} min"] if minutes or not parts else parts)


def rupiah(amount: int) -> str:
    """``Rp650,000``."""
    return f"Rp{whole_number(amount)}"
