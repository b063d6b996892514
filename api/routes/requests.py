"""Requests: handed in as data or as a file, looked at, amended, withdrawn."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.body import RawBody
from api.errors import issue_of
from api.idempotency import OnceDep, Reply
from api.paging import PagingDep, cursor
from api.preconditions import ETAG, SeenDep, tagged
from api.problems import problems
from api.routes.callers import RequestsReader, RequestsWriter
from api.routes.dependencies import NowDep, WorldDep
from api.schemas.paging import Page
from api.schemas.requests import Confirmed, HandedIn, RequestBody, RequestIn, RequestOut, WishesChange, request_out
from api.schemas.texts import Reference
from mobile_passport.domain.access import Scope
from mobile_passport.persistence.requests.letters import LetterHead
from mobile_passport.services.requests.amend_wishes import amend_wishes
from mobile_passport.services.requests.confirm_for_group import confirm_for_group
from mobile_passport.services.requests.hand_in import hand_in_file, hand_in_request
from mobile_passport.services.requests.import_requests import ImportSummary
from mobile_passport.services.requests.read_requests import find_request, list_requests
from mobile_passport.services.requests.withdraw import withdraw_request
from mobile_passport.services.world import World

router = APIRouter(prefix="/api/v1/requests", tags=["requests"])

_FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself, at most 5 MiB. What kind of file it is, `filename` says.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("", operation_id="list_requests", responses=problems())
def listed(world: WorldDep, caller: RequestsReader, paging: PagingDep, now: NowDep) -> Page[RequestOut]:
    """List requests by reference; those that come after the first page was read are left out of the others."""
    until = paging.moment(1) or now
    found = list_requests(world, caller.scope, after=paging.part(0) or "", until=until, limit=paging.limit + 1)
    items, more = paging.cut(found)
    return Page(
        items=tuple(request_out(letter, caller.scope) for letter in items),
        next=cursor(items[-1].reference, until.isoformat()) if more else None,
    )


@router.get(
    "/{reference}",
    operation_id="read_request",
    response_model=RequestBody,
    responses={200: {"headers": ETAG}, **problems(404)},
)
def one(reference: Reference, world: WorldDep, caller: RequestsReader) -> Response:
    """Read one request."""
    return _tagged(find_request(world, reference, caller.scope), caller.scope)


@router.post("", operation_id="hand_in_request", status_code=201, response_model=HandedIn, responses=problems(409, 413))
def handed_in(body: RequestIn, caller: RequestsWriter, once: OnceDep) -> Response:
    """Hand in one request, received today. The same letter with the same content again changes nothing."""
    return once.answer(
        caller,
        lambda world: _taken_in(hand_in_request(world, body.submitted(), caller=caller, now=once.now)),
        status=201,
    )


@router.post(
    "/files",
    operation_id="hand_in_file",
    status_code=201,
    response_model=HandedIn,
    responses=problems(409, 413),
    openapi_extra=_FILE_BODY,
)
def file_handed_in(
    data: RawBody,
    caller: RequestsWriter,
    once: OnceDep,
    filename: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            pattern=r"^[^\x00-\x1f\x7f/\\]+$",
            description="Only its ending counts: .csv, .txt, .xlsx, .xls or .ods.",
            examples=["daftar.xlsx"],
        ),
    ],
) -> Response:
    """Hand in a file of requests: the whole file is taken over, or every problem of it is told at once."""
    return once.answer(
        caller,
        lambda world: _taken_in(hand_in_file(world, data, filename, caller=caller, now=once.now)),
        status=201,
    )


@router.patch(
    "/{reference}",
    operation_id="amend_wishes",
    response_model=RequestBody,
    responses={200: {"headers": ETAG}, **problems(404, 409, 412, 428)},
)
def amended(
    reference: Reference, body: WishesChange, world: WorldDep, caller: RequestsWriter, seen: SeenDep, now: NowDep
) -> Response:
    """Wish other days, or set another deadline, while nobody of the request has an appointment."""
    return _tagged(amend_wishes(world, reference, body.applied_to, seen=seen, caller=caller, now=now), caller.scope)


@router.post(
    "/{reference}/withdrawal",
    operation_id="withdraw_request",
    response_model=RequestBody,
    responses={200: {"headers": ETAG}, **problems(404, 409, 412, 428)},
)
def withdrawn(reference: Reference, caller: RequestsWriter, once: OnceDep, seen: SeenDep) -> Response:
    """Withdraw everybody of a request who waits or has an appointment; whoever was told a time is told again."""

    def work(world: World) -> Reply:
        letter = withdraw_request(world, reference, seen=seen, caller=caller, now=once.now)
        return Reply(body=RequestBody(request=request_out(letter, caller.scope)), etag=letter.revision)

    return once.answer(caller, work)


@router.post(
    "/{reference}/confirmation",
    operation_id="confirm_for_group",
    response_model=Confirmed,
    responses=problems(404, 409, 413),
)
def confirmed(reference: Reference, caller: RequestsWriter, once: OnceDep) -> Response:
    """Say that the people of a request will come: all with an appointment ahead who have not answered themselves."""

    def work(world: World) -> Reply:
        said = confirm_for_group(world, reference, caller=caller, now=once.now)
        return Reply(body=Confirmed(confirmed=said.confirmed, already=said.already, otherwise=said.otherwise))

    return once.answer(caller, work)


def _tagged(letter: LetterHead, scope: Scope) -> Response:
    return tagged(RequestBody(request=request_out(letter, scope)), letter.revision)


def _taken_in(summary: ImportSummary) -> Reply:
    return Reply(
        body=HandedIn(
            references=summary.references,
            requests=summary.requests,
            people=summary.people,
            office_cases=summary.office_cases,
            unchanged=summary.unchanged,
            to_review=summary.to_review,
            warnings=tuple(map(issue_of, summary.warnings)),
        ),
        location=f"/api/v1/requests/{summary.references[0]}" if summary.requests == 1 else None,
    )
