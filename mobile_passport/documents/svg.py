"""SVG elements as text, escaped in one place. Only presentation attributes: a strict CSP refuses `style`."""

from collections.abc import Iterable

from markupsafe import Markup, escape

_NOT_IN_XML = {code: None for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)} | {0x7F: None}


def element(name: str, /, *content: str, **attributes: str | float | None) -> Markup:
    """Write one element.

    Parameters
    ----------
    content
        Text is escaped, `Markup` is not.
    attributes
        ``stroke_width=2`` becomes ``stroke-width="2"``; a trailing ``_`` is dropped (``class_``); ``None`` is left out;
        numbers are written with at most one decimal.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(_text(part) for part in content)
    return Markup(f"<{name}{written}>{inner}</{name}>" if content else f"<{name}{written}/>")  # noqa: S704 - escaped above


def group(children: Iterable[Markup], **attributes: str | float | None) -> Markup:
    """Write a ``<g>`` around elements, nothing when there are none."""
    inside = Markup("").join(children)
    return element("g", inside, **attributes) if inside else Markup("")


def number(value: float) -> str:
    """Write a number with at most one decimal: ``12``, ``0.5``."""
    return f"{value:.1f}".removesuffix(".0")


def _value(value: str | float) -> str:
    return _text(value) if isinstance(value, str) else number(value)


def _text(value: str) -> str:
    return str(escape(value if isinstance(value, Markup) else value.translate(_NOT_IN_XML)))
