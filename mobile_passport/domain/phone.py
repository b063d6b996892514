"""Phone numbers as people write them, turned into one form that can receive SMS."""

import re
from enum import StrEnum

import phonenumbers

from mobile_passport.domain.secret import Secret

_COUNTRY = "62"
_SEPARATORS = re.compile(r"[\s().\-–/]+")
_DIGITS = re.compile(r"\+?[0-9]+")
_SMS_CAPABLE = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE})


class PhoneFault(StrEnum):
    """Why a text is no number for SMS."""

    NOT_A_NUMBER = "not_a_number"
    FOREIGN = "foreign"
    LANDLINE = "landline"
    INVALID = "invalid"


def normalise_phone(text: str) -> Secret[str] | PhoneFault:
    """Turn ``0812…``, ``62812…``, ``812…`` or ``+62 812…`` into E.164, and insist on a mobile number.

    The prefix is settled here, before the library sees the number: given a region, it reads ``62812345678`` as a
    landline +62 62 812… and calls it valid. ``8…`` is what Excel leaves of ``08…``.

    Parameters
    ----------
    text
        One number; spaces, dots, hyphens and brackets are ignored.
    """
    compact = _SEPARATORS.sub("", text.strip())
    if not _DIGITS.fullmatch(compact):
        return PhoneFault.NOT_A_NUMBER
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    if compact.startswith("+") and not compact.startswith("+" + _COUNTRY):
        return PhoneFault.FOREIGN
    national = compact.removeprefix("+").removeprefix(_COUNTRY) if _has_country(compact) else compact
    try:
        number = phonenumbers.parse(f"+{_COUNTRY}{national.removeprefix('0')}")
    except phonenumbers.NumberParseException:
        return PhoneFault.INVALID
    kind = phonenumbers.number_type(number)
    if kind == phonenumbers.PhoneNumberType.UNKNOWN:  # what the library says of numbers outside the numbering plan
        return PhoneFault.INVALID
    if kind not in _SMS_CAPABLE:
        return PhoneFault.LANDLINE
    return Secret(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _has_country(compact: str) -> bool:
    return compact.startswith(("+" + _COUNTRY, _COUNTRY))
