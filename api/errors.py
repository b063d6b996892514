"""Every status that is not success is chosen here: problem+json (RFC 9457) for programs, a kind page for people."""

import logging
from collections.abc import Callable, Sequence
from typing import cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from api.rendering import render
from api.schemas import Issue, Problem
from api.security import HEADERS

_LOG = logging.getLogger(__name__)
_MEDIA_TYPE = "application/problem+json"
_FOR_PEOPLE = {
    404: ("Halaman tidak ditemukan", "Alamat ini tidak ada. Mungkin ada salah ketik."),
    405: ("Halaman tidak ditemukan", "Alamat ini tidak dapat dipakai dengan cara itu."),
    503: ("Layanan sedang tidak tersedia", "Coba lagi beberapa menit lagi."),
    500: ("Ada gangguan", "Ini kesalahan kami, bukan kesalahan Anda. Coba lagi beberapa menit lagi."),
}

type _Handler = Callable[[Request, Exception], Response]
"""What Starlette's types ask for; it hands over the class that was registered."""


class NoPlan(Exception):
    """No plan has been published yet."""


class NotReady(Exception):
    """The service cannot work now; the message says why and what to do."""


def add_error_handlers(app: FastAPI) -> None:
    """Translate every exception into a response."""
    app.add_exception_handler(NoPlan, _no_plan)
    app.add_exception_handler(NotReady, _not_ready)
    app.add_exception_handler(SQLAlchemyError, _database_failed)
    app.add_exception_handler(RequestValidationError, cast(_Handler, _malformed))
    app.add_exception_handler(HTTPException, cast(_Handler, _http))
    app.add_exception_handler(Exception, _bug)


def problem(request: Request, status: int, title: str, detail: str, issues: Sequence[Issue] = ()) -> Response:
    """Answer with a problem: as a page when a browser asks for one, otherwise as JSON."""
    if "text/html" in request.headers.get("accept", ""):
        heading, sentence = _FOR_PEOPLE.get(status, (title, detail))
        page = render("problem.html", heading=heading, sentence=sentence)
        return Response(page, status_code=status, media_type="text/html")
    body = Problem(title=title, status=status, detail=detail, issues=tuple(issues))
    return Response(
        body.model_dump_json(exclude=None if issues else {"issues"}), status_code=status, media_type=_MEDIA_TYPE
    )


def _no_plan(request: Request, _: Exception) -> Response:
    return problem(request, 404, "No plan", "No plan has been published yet. To make an example, type: make demo")


def _not_ready(request: Request, error: Exception) -> Response:
    return problem(request, 503, "Not ready", str(error))


def _database_failed(request: Request, error: Exception) -> Response:
    _LOG.error("The database failed", extra={"error": type(error).__name__, "path": request.url.path})
    return problem(request, 503, "Not ready", "The database does not answer. Try again in a moment.")


def _malformed(request: Request, error: RequestValidationError) -> Response:
    issues = [Issue(where=issue["loc"], what=issue["msg"]) for issue in error.errors()]
    detail = "The request does not fit its description at /openapi.json."
    return problem(request, 422, "Malformed request", detail, issues)


def _http(request: Request, error: HTTPException) -> Response:
    response = problem(request, error.status_code, str(error.detail), str(error.detail))
    response.headers.update(error.headers or {})
    return response


def _bug(request: Request, error: Exception) -> Response:
    _LOG.error("Unexpected error", extra={"error": type(error).__name__, "path": request.url.path})
    response = problem(request, 500, "Internal error", "An unexpected error; it has been logged.")
    response.headers.update(HEADERS)  # this handler runs outside the middleware that sets them
    return response
