"""Dates, times and numbers as people in Indonesia write and say them."""

from datetime import date, datetime, tzinfo

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

_LOCALE = "id_ID"
_ZONE_NAMES = ("WIB", "WITA", "WIT")


def long_date(day: date) -> str:
    """``Selasa, 1 Desember 2026``."""
    return format_date(day, "EEEE, d MMMM y", locale=_LOCALE)


def day_and_month(day: date) -> str:
    """``1 Des``."""
    return format_date(day, "d MMM", locale=_LOCALE)


def short_month(day: date) -> str:
    """``Des``."""
    return format_date(day, "MMM", locale=_LOCALE)


def weekday(day: date) -> str:
    """``Selasa``."""
    return format_date(day, "EEEE", locale=_LOCALE)


def date_span(first: date, last: date) -> str:
    """``1 Desember 2026 – 28 Januari 2027``, and a single date when both are the same."""
    dates = (first,) if first == last else (first, last)
    return " – ".join(format_date(day, "d MMMM y", locale=_LOCALE) for day in dates)


def clock(moment: datetime) -> str:
    """``08.30``, on the clocks of the zone that the moment carries."""
    return f"{moment:%H.%M}"


def clock_span(first: datetime, last: datetime) -> str:
    """``08.45–10.00``, and a single time when both are the same."""
    return clock(first) if first == last else f"{clock(first)}–{clock(last)}"


def moment_of_day(moment: datetime, zone: tzinfo) -> str:
    """``Senin, 23 November 2026, 19.05 WIB``; no zone is named where Indonesia has no short name for it."""
    local = moment.astimezone(zone)
    name = f" {local.tzname()}" if local.tzname() in _ZONE_NAMES else ""
    return f"{long_date(local)}, {clock(local)}{name}"


def whole_number(value: int) -> str:
    """``1.142``."""
    return format_decimal(value, locale=_LOCALE)


def percent(share: float) -> str:
    """``1,2%`` of a share of 1."""
    return format_percent(share, "#,##0.0%", locale=_LOCALE)


def kilometres(distance_m: int) -> str:
    """``64 km``, below ten ``6,4 km``."""
    return f"{format_decimal(distance_m / 1000, '#,##0.#' if distance_m < 10_000 else '#,##0', locale=_LOCALE)} km"


def hours(duration_s: int) -> str:
    """``2 jam 5 menit``, ``40 menit``."""
    whole_hours, minutes = divmod(round(duration_s / 60), 60)
    parts = [f"{whole_number(whole_hours)} jam"] if whole_hours else []
    return " ".join([*parts, f"{minutes} menit"] if minutes or not parts else parts)


def rupiah(amount: int) -> str:
    """``Rp650.000``."""
    return f"Rp{whole_number(amount)}"


def phone(number: str) -> str:
    """``0812-3456-7890`` of an E.164 number of Indonesia; any other writing stays as it is."""
    if not (number.startswith("+62") and number[1:].isdigit()):
        return number
    national = f"0{number.removeprefix('+62')}"
    return "-".join(part for part in (national[:4], national[4:8], national[8:]) if part)
