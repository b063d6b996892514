"""Sentences in the words of any language of the pages: dates, numbers and durations as it writes them."""

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta

from mobile_passport.documents.formats import INDONESIAN, Formats
from mobile_passport.domain.sentence import Sentence

type Say = Callable[[str], str]
"""Says a text in the reader's language; ``str`` leaves it Indonesian."""


def sentence(form: str, **values: object) -> Sentence:
    """Make a sentence; days, times, numbers and durations are written as people write them."""
    return Sentence(form, values, form.format_map(_written(values, INDONESIAN, str)))


def say(text: str, translate: Callable[[str], str], formats: Formats) -> str:
    """Say a text in another language, as far as there is a translation.

    Parameters
    ----------
    text
        A `Sentence` is filled in anew; any other is translated as it is.
    """
    if not isinstance(text, Sentence):
        return translate(text)
    return translate(text.form).format_map(_written(text.values, formats, translate))


def _written(values: Mapping[str, object], formats: Formats, translate: Callable[[str], str]) -> dict[str, str]:
    return {name: _one(value, formats, translate) for name, value in values.items()}


def _one(value: object, formats: Formats, translate: Callable[[str], str]) -> str:
    match value:
        case date():
            return formats.long_date(value)
        case time():
            return value.strftime(formats.clock_pattern)
        case timedelta():
            return formats.hours(round(value.total_seconds()))
        case int() if not isinstance(value, bool):
            return formats.whole_number(value)
        case float():
            return formats.decimal(value)
        case str():
            return say(value, translate, formats)
        case _:
            return str(value)
