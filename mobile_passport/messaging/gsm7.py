"""The alphabet of a plain SMS: how texts are folded into it, and how many segments they cost.

References
----------
.. [1] 3GPP TS 23.038, table 6.2.1 and 6.2.1.1: the default alphabet and its extension table.
.. [2] 3GPP TS 23.040, 9.2.3.24.1: a concatenated message carries 153 septets a segment, a single one 160.
"""

import re
import unicodedata

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "^{}\\[~]|€\f"
SINGLE_SEPTETS = 160
SEGMENT_SEPTETS = 153

_PLAIN = re.compile(r"[A-Za-z0-9 .,:;/()+'\"!?@#%&*=<>$_-]*")  # most texts: nothing to fold but white space

# Signs that decomposition does not bring into the alphabet. Extended characters cost two septets: replaced as well.
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼʻʿʾ`´′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−~", "-"),
        **dict.fromkeys("[{", "("),
        **dict.fromkeys("]}", ")"),
        **dict.fromkeys("\\|", "/"),
        "…": "...",
        "€": "EUR",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
        "œ": "oe",
        "Œ": "OE",
        "þ": "th",
        "ð": "d",
        "•": "-",
        "·": ".",
        "₹": "Rs",
        "№": "No",
    }
)


class NotGsm7(ValueError):
    """A text holds a character that would turn the whole message into UCS-2, at 70 characters a segment."""


def fold(text: str) -> str:
    """Write a text with unaccented characters of one septet each, on one line.

    Letters lose their marks, typographic signs become plain ones, runs of white space one space; what has no plain
    form (emoji, Arabic, Javanese script) is left out.
    """
    if text.isascii() and _PLAIN.fullmatch(text):
        return " ".join(text.split())
    plain = []
    for char in unicodedata.normalize("NFKC", text).translate(_SIGNS):
        for part in unicodedata.normalize("NFKD", char):
            if part.isspace():
                plain.append(" ")
            elif part in _BASIC and part.isascii():
                plain.append(part)
    return " ".join("".join(plain).split())


def septets(text: str) -> int:
    """Count the septets of a text.

    Raises
    ------
    NotGsm7
        When a character is not in the alphabet.
    """
    total = 0
    for char in text:
        if char in _BASIC:
            total += 1
        elif char in _EXTENDED:
            total += 2
        else:
            raise NotGsm7(f"U+{ord(char):04X} is not in the GSM 7-bit alphabet")
    return total


def segments(text: str) -> int:
    """Count the segments that a text is charged as; an escape pair is never split between two [2]_.

    Raises
    ------
    NotGsm7
        When a character is not in the alphabet.
    """
    if septets(text) <= SINGLE_SEPTETS:
        return 1
    count, used = 1, 0
    for char in text:
        width = 2 if char in _EXTENDED else 1
        if used + width > SEGMENT_SEPTETS:
            count, used = count + 1, 0
        used += width
    return count
