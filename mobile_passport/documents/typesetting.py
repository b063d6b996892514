"""Typst, with the fonts that the package brings, so that a document is the same on every machine.

Data go in as JSON beside the template, never into its text: a name like ``#panic()`` stays a name.
"""

import json
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import typst


def make_png(template: bytes, data: dict[str, Any], *, ppi: float) -> bytes:
    """Typeset a document of one page as a picture; the template finds ``data`` as JSON in ``sys.inputs.data``."""
    return _one_file(
        typst.compile(template, format="png", ppi=ppi, font_paths=_fonts(), sys_inputs={"data": json.dumps(data)})
    )


def make_pdf(template: bytes, data: dict[str, Any]) -> bytes:
    """Typeset a PDF/UA-1: tagged, with a title and a language, so that a screen reader reads it."""
    return _one_file(
        typst.compile(
            template,
            format="pdf",
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(data)},
            pdf_standards="ua-1",
        )
    )


@cache
def _fonts() -> typst.Fonts:
    with as_file(files(__package__) / "fonts") as directory:
        return typst.Fonts(include_system_fonts=False, font_paths=[str(directory)])


def _one_file(made: bytes | list[bytes] | None) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError(f"typst made {type(made).__name__}, not one file")
    return made
