"""The description of the API at /openapi.json: complete enough that a generated client needs no code of ours."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.errors import MEDIA_TYPE

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_FRAMEWORK_SCHEMAS = ("HTTPValidationError", "ValidationError")
_METHODS = frozenset({"get", "put", "post", "patch", "delete"})


def describe(app: FastAPI) -> None:
    """Make the app describe itself: errors with their media type."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                tags=app.openapi_tags,
            )
            _tell_problems(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return path, method and description of every operation."""
    return [
        (path, method, operation)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if method in _METHODS
    ]


def _tell_problems(schema: dict[str, Any]) -> None:
    """Problems travel under a media type of their own, and the framework's shape of a 422 is never sent."""
    for _, _, operation in operations(schema):
        for status, answer in operation["responses"].items():
            if status >= "400":
                answer["content"] = {MEDIA_TYPE: {"schema": _PROBLEM}}
    for name in _FRAMEWORK_SCHEMAS:
        schema["components"]["schemas"].pop(name, None)
