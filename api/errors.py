"""Every status that is not success is chosen here: problem+json (RFC 9457) for programs, a kind page for people."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from api.csrf import CrossSite
from api.i18n import language_of
from api.late_form import FormWaits
from api.rendering import render
from api.schemas.problems import Issue, Problem
from api.security import HEADERS
from mobile_passport.domain.refusal import (
    Busy,
    Conflict,
    Forbidden,
    NotFound,
    NotSignedIn,
    Refusal,
    Stale,
    TooMany,
    TooManyExports,
)
from mobile_passport.domain.status import ForbiddenTransition
from mobile_passport.geo.geocoder import GeocoderUnavailable, UnfitForGeocoding
from mobile_passport.intake.findings import Finding, RefusedFile, Severity
from mobile_passport.intake.venue_findings import RefusedRegister, VenueFinding
from mobile_passport.persistence.answers import OtherRequest
from mobile_passport.persistence.retrying import refusal_of

_LOG = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5
_TYPE = "urn:mobile-passport:problem:"
_UNREADABLE = (
    "Isian tidak dapat dibaca",
    "Tidak ada yang disimpan. Kembali ke halaman sebelumnya, periksa isiannya, lalu coba lagi.",
)
_OUTDATED = (
    "Keadaannya sudah lain",
    "Tidak ada yang disimpan. Buka lagi halaman sebelumnya, lihat keadaan sekarang, lalu putuskan lagi.",
)
_FOR_PEOPLE = {
    400: _UNREADABLE,
    403: ("Tidak diizinkan", "Akun Anda tidak boleh membuka ini. Tanyakan kepada pengelola akun di kantor imigrasi."),
    404: ("Halaman tidak ditemukan", "Alamat ini tidak ada. Mungkin ada salah ketik."),
    405: ("Halaman tidak ditemukan", "Alamat ini tidak dapat dipakai dengan cara itu."),
    409: _OUTDATED,
    412: _OUTDATED,
    413: (
        "Terlalu besar",
        "Paling besar 5 MiB. Hapus gambar dan lembar yang tidak perlu, atau bagi menjadi beberapa berkas.",
    ),
    415: _UNREADABLE,
    422: _UNREADABLE,
    428: _OUTDATED,
    429: ("Terlalu sering", "Tunggu satu menit, lalu coba lagi."),
    503: ("Layanan sedang tidak tersedia", "Coba lagi beberapa menit lagi."),
    500: ("Ada gangguan", "Ini kesalahan kami, bukan kesalahan Anda. Coba lagi beberapa menit lagi."),
}

_FOR_PEOPLE_BY_CODE = {
    TooManyExports.code: (
        "Cukup untuk hari ini",
        "Akun ini sudah mengambil berkas sebanyak yang boleh dalam sehari. Lanjutkan besok, atau minta rekan.",
    ),
    CrossSite.code: ("Halaman ini sudah lama", "Tidak ada yang berubah. Buka lagi halamannya, lalu coba sekali lagi."),
}
"""Problems whose status alone would mislead people."""

type _Handler = Callable[[Request, Exception], Response]
"""What Starlette's types ask for; it hands over the class that was registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What answers of one status have in common."""

    code: str
    title: str
    action: str


KINDS: dict[int, Kind] = {
    400: Kind(code="bad_request", title="Bad request", action="Send it as /openapi.json describes."),
    401: Kind(
        code="unauthenticated", title="Not signed in", action="Sign in, or send a valid token in Authorization: Bearer."
    ),
    403: Kind(
        code="forbidden", title="Not allowed", action="Ask somebody whose role may do this, or an administrator."
    ),
    404: Kind(code="not_found", title="Not found", action="Check the address and the identifiers; list what there is."),
    405: Kind(
        code="method_not_allowed", title="Method not allowed", action="Use one of the methods that the answer allows."
    ),
    409: Kind(code="conflict", title="It does not fit", action="Read what there is now, then decide anew."),
    412: Kind(
        code="stale", title="Changed in between", action="Read it again, compare, and send the new ETag in If-Match."
    ),
    413: Kind(code="too_large", title="Too large", action="Send less at once."),
    415: Kind(
        code="wrong_media_type", title="Wrong media type", action="Send one of the media types of /openapi.json."
    ),
    422: Kind(code="malformed", title="Malformed request", action="Mend every issue, then send it again."),
    428: Kind(
        code="precondition_required",
        title="If-Match is missing",
        action="Read the object and send its ETag in If-Match, so that nobody's change is lost.",
    ),
    429: Kind(code="too_many", title="Too many requests", action="Wait as long as Retry-After says."),
    500: Kind(code="internal", title="Internal error", action="Tell the administrator the time; it has been logged."),
    503: Kind(code="not_ready", title="Not ready", action="Try again after the time in Retry-After."),
}
"""Codes of problems that say no more than their status; refusals bring their own."""

_REFUSALS: tuple[tuple[type[Exception], int], ...] = (
    (NotSignedIn, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (TooMany, 429),
    (Stale, 412),
    (Busy, 503),
    (Conflict, 409),
    (Refusal, 409),
)
"""The first that fits counts: Stale is a Conflict, and all are Refusals."""


class NoPlan(NotFound):
    """No plan has been published yet."""

    code = "no_plan"

    def __init__(self) -> None:
        super().__init__("No plan has been published yet. To make an example, type: make demo")


class NotReady(Busy):
    """The service cannot work now; the message says why and what to do."""

    code = "not_ready"


class Malformed(Refusal):
    """What was sent cannot be read, in a way that its description cannot tell."""

    code = "malformed"


class MissingPrecondition(Refusal):
    """If-Match has to be sent."""

    code = "precondition_required"


_OF_THE_WEB: tuple[tuple[type[Exception], int], ...] = (
    (Malformed, 422),
    (OtherRequest, 422),
    (MissingPrecondition, 428),
)


type Told = Refusal | RefusedFile | RefusedRegister
"""What is answered with its own words."""


def add_error_handlers(app: FastAPI) -> None:
    """Translate every exception into a response."""
    app.add_exception_handler(Refusal, cast(_Handler, _refused))
    app.add_exception_handler(RefusedFile, cast(_Handler, _refused))
    app.add_exception_handler(RefusedRegister, cast(_Handler, _refused))
    app.add_exception_handler(GeocoderUnavailable, _geocoder_unavailable)
    app.add_exception_handler(UnfitForGeocoding, _unfit_for_geocoding)
    app.add_exception_handler(ForbiddenTransition, _forbidden_transition)
    app.add_exception_handler(SQLAlchemyError, _database_failed)
    app.add_exception_handler(RequestValidationError, cast(_Handler, _malformed))
    app.add_exception_handler(HTTPException, cast(_Handler, _http))
    app.add_exception_handler(Exception, _bug)


def status_of(error: Told) -> int:
    """Return the status that answers a refusal."""
    if isinstance(error, RefusedFile | RefusedRegister):
        return 422
    return next(status for kind, status in (*_OF_THE_WEB, *_REFUSALS) if isinstance(error, kind))


def describe(error: Told) -> Problem:
    """Put a refusal in words for programs."""
    status = status_of(error)
    if isinstance(error, RefusedFile | RefusedRegister):
        detail = "The list was not taken over; nothing was changed."
        return _problem(status, detail, code="refused_list", issues=[issue_of(found) for found in error.findings])
    issues = [Issue(code=point.code, what=point.what, where=point.where) for point in error.points]
    code = error.code if error.code != Refusal.code else KINDS[status].code
    return _problem(status, str(error) or KINDS[status].title, code=code, issues=issues)


def answer_of(problem: Problem, request: Request | None = None, *, retry_after_s: int = RETRY_AFTER_S) -> Response:
    """Answer with a problem: as a page when a browser asks for one, otherwise as JSON."""
    headers = {"Retry-After": str(retry_after_s)} if problem.status in (429, 503) else {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if request is not None and "text/html" in request.headers.get("accept", ""):
        by_status = _FOR_PEOPLE.get(problem.status, (problem.title, problem.detail))
        heading, sentence = _FOR_PEOPLE_BY_CODE.get(problem.code, by_status)
        page = render("problem.html", language=language_of(request), heading=heading, sentence=sentence)
        return Response(page, status_code=problem.status, media_type="text/html", headers=headers)
    return Response(problem.model_dump_json(), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def _problem(status: int, detail: str, *, code: str | None = None, issues: Sequence[Issue] = ()) -> Problem:
    kind = KINDS.get(status) or Kind(code=f"http_{status}", title=detail, action=KINDS[400].action)
    code = code or kind.code
    return Problem(
        type=_TYPE + code,
        title=kind.title,
        status=status,
        detail=detail,
        code=code,
        action=kind.action,
        issues=tuple(issues),
    )


def issue_of(found: Finding | VenueFinding) -> Issue:
    """Put a finding of intake in words for programs; it names row and column."""
    shown = found.shown if isinstance(found, Finding) else ""
    return Issue(
        where=tuple(place for place in (found.row, found.column) if place is not None),
        what=f"{found.problem} ({shown})" if shown else found.problem,
        code=found.code,
        action=found.action,
        is_warning=isinstance(found, Finding) and found.severity is Severity.WARNING,
    )


def _refused(request: Request, error: Told) -> Response:
    if isinstance(error, FormWaits):
        return RedirectResponse(error.onward, 303)
    if isinstance(error, NotSignedIn) and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"/masuk?{urlencode({'lanjut': _page_of(request)})}", 303)
    wait_s = error.wait_s if isinstance(error, TooMany) else RETRY_AFTER_S
    return answer_of(describe(error), request, retry_after_s=wait_s)


def _page_of(request: Request) -> str:
    """Return what to open after signing in: nothing that changes anything."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "") if request.method == "GET" else "/"


def _geocoder_unavailable(request: Request, _: Exception) -> Response:
    return answer_of(_problem(503, "The geocoder does not answer; nothing was changed."), request)


def _unfit_for_geocoding(request: Request, _: Exception) -> Response:
    return answer_of(_problem(422, "The place holds a personal number, which must not leave the house."), request)


def _forbidden_transition(request: Request, _: Exception) -> Response:
    return answer_of(_problem(409, "Its present state does not allow this; nothing was changed."), request)


def _database_failed(request: Request, error: Exception) -> Response:
    if isinstance(error, DBAPIError) and (refusal := refusal_of(error)):
        return answer_of(describe(refusal), request)
    _LOG.error("The database failed", extra={"error": type(error).__name__, "path": request.url.path})
    return answer_of(_problem(503, "The database does not answer. Try again in a moment."), request)


def _malformed(request: Request, error: RequestValidationError) -> Response:
    issues = [Issue(where=issue["loc"], what=issue["msg"]) for issue in error.errors()]
    return answer_of(
        _problem(422, "The request does not fit its description at /openapi.json.", issues=issues), request
    )


def _http(request: Request, error: HTTPException) -> Response:
    response = answer_of(_problem(error.status_code, str(error.detail)), request)
    response.headers.update(error.headers or {})
    return response


def _bug(request: Request, error: Exception) -> Response:
    _LOG.error("Unexpected error", extra={"error": type(error).__name__, "path": request.url.path})
    response = answer_of(_problem(500, "An unexpected error; it has been logged."), request)
    response.headers.update(HEADERS)  # this handler runs outside the middleware that sets them
    return response
