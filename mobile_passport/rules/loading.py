"""Read an office's rule files into typed, validated dataclasses."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mobile_passport.domain.refusal import Point, Refusal


class InvalidRules(Refusal):
    """A rule file is missing or says something impossible; the message names file, key, cause and action.

    Its points are the faults one by one, each with its way into the document.
    """


def load_rules[T](shape: type[T], name: str, *, office: str, directory: Path | None = None) -> T:
    """Read one rule file of an office.

    Parameters
    ----------
    shape
        Frozen dataclass that the file's tables and keys must fit exactly.
    name
        File name without ending: ``"travel"`` reads ``travel.toml``.
    office
        Short name of the office, the folder under ``mobile_passport/rules``.
    directory
        The office's own folder of edited files. A file found there replaces the shipped one whole.

    Raises
    ------
    InvalidRules
        When the file is missing, is no TOML, or does not fit ``shape``.
    """
    own = directory / f"{name}.toml" if directory else None
    source = own if own and own.is_file() else files(__package__) / office / f"{name}.toml"
    try:
        data: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InvalidRules(
            f"{source}: no such rule file; copy the shipped one of another office and edit it"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidRules(f"{source}: not readable as TOML ({error}); compare it with the shipped file") from error
    return fit(shape, data, origin=str(source))


def fit[T](shape: type[T], data: Mapping[str, Any], *, origin: str) -> T:
    """Make rules of what a document says: the one judge of files, forms and stored editions.

    Parameters
    ----------
    data
        Tables and keys; dates, times and numbers may be text.
    origin
        What is told of where the data comes from.

    Raises
    ------
    InvalidRules
        When something is missing, unknown or does not fit ``shape``.
    """
    try:
        rules = TypeAdapter(shape).validate_python(data)
    except ValidationError as error:
        points = tuple(Point(code=e["type"], what=e["msg"], where=e["loc"]) for e in error.errors())
        lines = [f"{'.'.join(map(str, point.where))}: {point.what}" for point in points]
        raise InvalidRules(f"{origin}: " + "; ".join(lines), points=points) from error
    if unknown := sorted(_unknown_keys(data, rules)):
        points = tuple(Point(code="unknown_key", what="no such key", where=(key,)) for key in unknown)
        message = f"{origin}: {', '.join(unknown)}: no such key; a misspelt one would be ignored"
        raise InvalidRules(message, points=points)
    return rules


def as_json[T](shape: type[T], rules: T) -> str:
    """Write rules as JSON that `fit` reads back the same."""
    return TypeAdapter(shape).dump_json(rules).decode()


def _unknown_keys(data: Any, rules: Any, path: str = "") -> Iterator[str]:
    """Name what a file says that no field took: pydantic's dataclasses pass over it in silence."""
    if isinstance(data, dict) and is_dataclass(rules):
        known = {field.name for field in fields(rules)}
        for key, value in data.items():
            if key in known:
                yield from _unknown_keys(value, getattr(rules, key), f"{path}{key}.")
            else:
                yield f"{path}{key}"
    elif isinstance(data, list) and isinstance(rules, tuple):
        for index, (item, rule) in enumerate(zip(data, rules, strict=True)):
            yield from _unknown_keys(item, rule, f"{path}{index}.")
