"""The register of venues."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.idempotency import OnceDep, Reply
from api.paging import PagingDep, cursor
from api.preconditions import ETAG, SeenDep, tagged
from api.problems import problems
from api.routes.callers import VenuesManager, VenuesReader
from api.routes.dependencies import NowDep, WorldDep
from api.schemas.paging import Page
from api.schemas.venues import SurveyIn, VenueChange, VenueIn, VenueOut
from mobile_passport.services.venues.keep_venues import (
    KnownVenue,
    add_venue,
    amend_venue,
    find_venue,
    list_venues,
    survey_venue,
)

router = APIRouter(prefix="/api/v1/venues", tags=["venues"])

Code = Annotated[str, Path(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9._-]+$", examples=["KUA-KANIGORO"])]


@router.get("", operation_id="list_venues", responses=problems())
def listed(world: WorldDep, caller: VenuesReader, paging: PagingDep) -> Page[VenueOut]:
    """List the register by code."""
    found = list_venues(world, after=paging.part(0) or "", limit=paging.limit + 1)
    items, more = paging.cut(found)
    return Page(
        items=tuple(VenueOut.model_validate(known.venue) for known in items),
        next=cursor(items[-1].venue.code) if more else None,
    )


@router.get(
    "/{code}",
    operation_id="read_venue",
    response_model=VenueOut,
    responses={200: {"headers": ETAG}, **problems(404)},
)
def one(code: Code, world: WorldDep, caller: VenuesReader) -> Response:
    """Read one venue."""
    return _tagged(find_venue(world, code))


@router.post(
    "",
    operation_id="add_venue",
    status_code=201,
    response_model=VenueOut,
    responses={201: {"headers": ETAG}, **problems(409)},
)
def added(body: VenueIn, caller: VenuesManager, once: OnceDep) -> Response:
    """Add a venue. Plans may propose it; nobody is told to come there before its survey."""

    def work(world: WorldDep) -> Reply:
        known = add_venue(world, body.venue(), caller=caller, now=once.now)
        return Reply(
            body=VenueOut.model_validate(known.venue),
            etag=known.revision,
            location=f"/api/v1/venues/{known.venue.code}",
        )

    return once.answer(caller, work, status=201)


@router.put(
    "/{code}",
    operation_id="amend_venue",
    response_model=VenueOut,
    responses={200: {"headers": ETAG}, **problems(404, 412, 428)},
)
def amended(
    code: Code, body: VenueChange, world: WorldDep, caller: VenuesManager, seen: SeenDep, now: NowDep
) -> Response:
    """Write down what is known better about a venue; its survey stays."""
    return _tagged(amend_venue(world, code, body.applied_to, seen=seen, caller=caller, now=now))


@router.put(
    "/{code}/survey",
    operation_id="survey_venue",
    response_model=VenueOut,
    responses={200: {"headers": ETAG}, **problems(404, 412, 428)},
)
def surveyed(
    code: Code, body: SurveyIn, world: WorldDep, caller: VenuesManager, seen: SeenDep, now: NowDep
) -> Response:
    """Write down what somebody of the office found at a venue."""
    known = survey_venue(
        world,
        code,
        state=body.survey_state,
        surveyed_date=body.surveyed_date,
        seen=seen,
        caller=caller,
        now=now,
    )
    return _tagged(known)


def _tagged(known: KnownVenue) -> Response:
    return tagged(VenueOut.model_validate(known.venue), known.revision)
