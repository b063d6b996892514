"""Fold the spellings of a place name together: old and new, spaced and joined, doubled and single letters."""

import re
import unicodedata

# Van Ophuijsen and Soewandi spellings, which families and mosques keep, to the spelling in force since 1972
# (Keputusan Presiden 57/1972), then Javanese digraphs that are written with and without h.
_REPLACEMENTS = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("dh", "d"), ("th", "t"))
_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")
_REPEATED = re.compile(r"(.)\1+")


def plain(text: str) -> str:
    """Return the text in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def join(name: str) -> str:
    """Return the small letters and digits of a name and nothing else: "Suko Rejo" → "sukorejo"."""
    return _NOT_ALPHANUMERIC.sub("", plain(name))


def fold(name: str) -> str:
    """Return the form under which spellings of one name are equal: "Soekoredjo" and "Suko Rejo" → "sukorejo"."""
    folded = join(name)
    for old, new in _REPLACEMENTS:
        folded = folded.replace(old, new)
    return _REPEATED.sub(r"\1", folded)
