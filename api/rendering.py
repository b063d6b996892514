"""Templates: HTML-escaped, strict about missing names, in the reader's language with its dates and numbers at hand."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block

from api.assets import asset
from api.i18n import Language, formats_of, language_of, saying, texts
from mobile_passport.documents import words
from mobile_passport.documents.sentences import Say

_TEMPLATES = Path(__file__).parent / "templates"
_FORMATS = (
    "clock",
    "clock_span",
    "date_span",
    "day_and_month",
    "hours",
    "kilometres",
    "long_date",
    "moment_of_day",
    "month_and_year",
    "month_span",
    "percent",
    "phone",
    "rupiah",
    "score",
    "short_month",
    "signed",
    "weekday",
    "whole_number",
)


def render(template: str, *, language: Language = Language.INDONESIAN, **values: Any) -> str:
    """Fill a template."""
    return _environment(language).get_template(template).render(**values)


def page(
    request: Request, template: str, *, status_code: int = 200, block: str | None = None, **values: Any
) -> Response:
    """Answer with a page in the reader's language.

    Parameters
    ----------
    block
        Only this block of the template, when htmx asks for a part of the page; others get all of it.
    """
    language = language_of(request)
    values = {"request": request, **values}
    if block is not None and request.headers.get("HX-Request") == "true":
        text = render_block(_environment(language), template, block, **values)
    else:
        text = render(template, language=language, **values)
    headers = {"Vary": "HX-Request, Cookie", "Cache-Control": "no-store"}
    return Response(text, status_code=status_code, media_type="text/html", headers=headers)


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    spoken = texts(language)
    environment.install_gettext_callables(spoken.gettext, spoken.ngettext, newstyle=True)  # type: ignore[attr-defined]
    formats = formats_of(language)
    environment.filters.update({name: getattr(formats, name) for name in _FORMATS})
    environment.filters.update(
        points=formats.decimal,
        service_dates=lambda plan: words.service_dates(plan, formats),
        light_words=words.LIGHTS.__getitem__,
        lines_on_map=words.lines_on_map,
        punctuality=words.punctuality,
        say=saying(language),
    )
    environment.globals.update(language=language.value, asset=asset, _=_plain(saying(language)))
    return environment


def _plain(say: Say) -> Callable[..., str]:
    """Return the ``_`` of templates: its text is escaped like any other, because an office may have written it."""

    def said(text: str, **values: object) -> str:
        return say(text) % values if values else say(text)

    return said
