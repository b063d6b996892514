"""Places that a person has to settle."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.idempotency import OnceDep, Reply
from api.paging import PagingDep, cursor
from api.problems import problems
from api.routes.callers import PlacesSettler
from api.routes.dependencies import NowDep, WorldDep
from api.schemas.base import PointOut
from api.schemas.paging import Page
from api.schemas.requests import CandidateOut, PlacesOut, RequestOut, Settlement, VillageOut, request_out
from api.schemas.texts import Reference
from mobile_passport.geo.geocoder import PlaceQuery
from mobile_passport.services.requests.read_requests import list_requests
from mobile_passport.services.requests.settle_place import settle_place
from mobile_passport.services.world import World

router = APIRouter(prefix="/api/v1/places", tags=["places"])


@router.get("", operation_id="list_unsettled_places", responses=problems())
def listed(world: WorldDep, caller: PlacesSettler, paging: PagingDep, now: NowDep) -> Page[RequestOut]:
    """List requests whose place is ambiguous or was not found, with what it may mean."""
    until = paging.moment(1) or now
    found = list_requests(
        world, caller.scope, after=paging.part(0) or "", until=until, limit=paging.limit + 1, needs_place=True
    )
    items, more = paging.cut(found)
    return Page(
        items=tuple(request_out(letter, caller.scope) for letter in items),
        next=cursor(items[-1].reference, until.isoformat()) if more else None,
    )


@router.get("/search", operation_id="search_places", responses=problems())
def searched(
    world: WorldDep,
    caller: PlacesSettler,
    text: Annotated[
        str,
        Query(
            min_length=2,
            max_length=200,
            pattern=r"^[^\x00-\x1f\x7f]+$",
            description="A place as people write it.",
            examples=["Karangsono, Kanigoro"],
        ),
    ],
) -> PlacesOut:
    """Tell what a written place may mean, with the codes of villages."""
    located = world.geocoder.locate(PlaceQuery(text=text))
    return PlacesOut(
        verdict=located.verdict.value,
        reason=located.reason,
        candidates=tuple(
            CandidateOut(
                label=candidate.label,
                village_code=candidate.village.code if candidate.village else None,
                confidence=round(candidate.confidence, 3),
            )
            for candidate in located.candidates
        ),
    )


@router.post("/{reference}/settlement", operation_id="settle_place", response_model=VillageOut, responses=problems(409))
def settled(reference: Reference, body: Settlement, caller: PlacesSettler, once: OnceDep) -> Response:
    """Say in which village a request is that waits for its place."""

    def work(world: World) -> Reply:
        village = settle_place(
            world, reference, body.village_code, scope=caller.scope, actor=caller.login, now=once.now
        )
        return Reply(
            body=VillageOut(
                village_code=village.code, label=village.label, position=PointOut.model_validate(village.position)
            )
        )

    return once.answer(caller, work)
