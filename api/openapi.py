"""The description of the API at /openapi.json: complete enough that a generated client needs no code of ours."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.errors import MEDIA_TYPE
from api.idempotency import REPLAYED
from api.problems import described

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_FRAMEWORK_SCHEMAS = ("HTTPValidationError", "ValidationError")
_METHODS = frozenset({"get", "put", "post", "patch", "delete"})
_IMPLIED = {"idempotency-key": (409, 413), "if-match": (412, 428)}
"""What whoever sends these headers may be answered, whatever the route does."""
_REPLAYED = {"description": "`true` when this is the answer of an earlier request.", "schema": {"type": "string"}}
_DESCRIPTION = """\
Plans of mobile passport outreach of one immigration office.

* **Who asks.** `Authorization: Bearer` with an API token, or the session of a browser with `X-CSRF-Token`. What lies
  outside your reach does not exist for you: 404.
* **Problems.** Everything that fails is `application/problem+json` with a stable `code`, an `action`, and `issues`.
* **Once.** POST takes an `Idempotency-Key`, kept for at least 24 hours: the same request again is answered as the first
  time (`Idempotency-Replayed: true`); with other content 422; while the first is still running 409.
* **Nothing overwritten unseen.** Changes take the `ETag` of what you read in `If-Match`: 428 without, 412 when it
  changed.
* **Pages.** `next` of a page is the `cursor` of the one behind it, and keeps what the first page was pinned to: a
  version of the plan, or the moment of the first page.
* **Units.** `_s` seconds, `_m` metres, `_at` moments with their zone, `_date` local dates, degrees WGS84.
"""


def describe(app: FastAPI) -> None:
    """Make the app describe itself: errors with their media type."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=_DESCRIPTION,
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
        answers = operation["responses"]
        headers = {one["name"].lower(): one for one in operation.get("parameters", ()) if one["in"] == "header"}
        implied = [status for header in headers.keys() & _IMPLIED.keys() for status in _IMPLIED[header]]
        if "if-match" in headers:  # told apart from a malformed one by its own status, so not required by the framework
            headers["if-match"].update(required=True, schema={"type": "string"})
        if "requestBody" in operation:
            implied += [400, 413]  # what is no text at all, and what is too much of it
        for status in implied:
            answers.setdefault(str(status), {"description": described(status)["description"]})
        for status, answer in answers.items():
            if status >= "400":
                answer["content"] = {MEDIA_TYPE: {"schema": _PROBLEM}}
            elif "idempotency-key" in headers:
                answer.setdefault("headers", {})[REPLAYED] = _REPLAYED
    for name in _FRAMEWORK_SCHEMAS:
        schema["components"]["schemas"].pop(name, None)
