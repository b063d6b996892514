"""Templates: HTML-escaped, strict about missing names, with Indonesian words at hand."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mobile_passport.documents import indonesian, words

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters.update(
    long_date=indonesian.long_date,
    service_dates=words.service_dates,
    light_words=words.LIGHTS.__getitem__,
    lines_on_map=words.lines_on_map,
    weekday=indonesian.weekday,
    moment_of_day=indonesian.moment_of_day,
    clock_span=indonesian.clock_span,
    punctuality=words.punctuality,
    percent=indonesian.percent,
    short_month=indonesian.short_month,
    day_and_month=indonesian.day_and_month,
    clock=indonesian.clock,
    kilometres=indonesian.kilometres,
    whole_number=indonesian.whole_number,
)


def render(template: str, **values: Any) -> str:
    """Fill a template."""
    return _ENVIRONMENT.get_template(template).render(**values)
