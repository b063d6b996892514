"""Languages of the pages: Indonesian as written in the templates, English from ``api/locale/en.po``.

Texts are keyed by their Indonesian wording, so a text without translation appears in Indonesian rather than not at all;
a test asks for every one of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from fastapi import Request

from mobile_passport.documents.formats import ENGLISH, INDONESIAN, Formats
from mobile_passport.documents.sentences import Say, say

_CATALOGUE = Path(__file__).parent / "locale" / "en.po"
LANGUAGE_COOKIE = "bahasa"


class Language(StrEnum):
    """What a reader chose; the value is the tag in HTML."""

    INDONESIAN = "id"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The two functions that templates call."""

    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]


def language_of(request: Request) -> Language:
    """Return the language that the reader chose, for this page or for all; Indonesian when nobody chose."""
    chosen = request.query_params.get(LANGUAGE_COOKIE) or request.cookies.get(LANGUAGE_COOKIE, "")
    return Language(chosen) if chosen in set(Language) else Language.INDONESIAN


def texts(language: Language) -> Texts:
    """Return the texts of a language."""
    if language is Language.INDONESIAN:
        return Texts(gettext=lambda text: text, ngettext=lambda one, many, n: one if n == 1 else many)
    words = english()
    return Texts(
        gettext=lambda text: words.get(text, (text,))[0],
        ngettext=lambda one, many, n: words.get(one, (one, many))[0 if n == 1 else -1],
    )


def formats_of(language: Language) -> Formats:
    """Return how a language writes dates and numbers."""
    return ENGLISH if language is Language.ENGLISH else INDONESIAN


def saying(language: Language) -> Say:
    """Return what says any text of the program in a language."""
    translate, formats = texts(language).gettext, formats_of(language)
    return lambda text: say(text, translate, formats)


@cache
def english() -> dict[str, tuple[str, ...]]:
    """Read the English catalogue: Indonesian text to translation, one a plural form."""
    with _CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            (message.string,) if isinstance(message.string, str) else tuple(message.string)
        )
        for message in catalogue
        if message.id and message.string
    }
