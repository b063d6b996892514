"""People of requests: read, added, amended, withdrawn, and the papers they bring."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Response

from api.errors import issue_of
from api.idempotency import OnceDep, Reply
from api.paging import PagingDep, cursor
from api.preconditions import ETAG, SeenDep, tagged
from api.problems import problems
from api.routes.callers import NikRevealer, PeopleReviewer, RequestsReader, RequestsWriter
from api.routes.dependencies import NowDep, WorldDep
from api.schemas.paging import Page
from api.schemas.people import (
    PaperTick,
    PersonBody,
    PersonChange,
    PersonChanged,
    PersonIn,
    PersonOut,
    ReadinessOut,
    RevealedNik,
    RevealIn,
    person_out,
)
from api.schemas.texts import Reference
from mobile_passport.domain.access import Caller
from mobile_passport.services.privacy.reveal import reveal_nik
from mobile_passport.services.requests.change_people import Changed, add_person, amend_person
from mobile_passport.services.requests.read_requests import find_person, people_of
from mobile_passport.services.requests.readiness import readiness_of, tick_paper
from mobile_passport.services.requests.withdraw import withdraw_person
from mobile_passport.services.world import World

router = APIRouter(prefix="/api/v1", tags=["people"])

NO_STORE: dict[str, Any] = {
    "Cache-Control": {
        "description": "``no-store``: not to be kept anywhere.",
        "required": True,
        "schema": {"type": "string", "const": "no-store"},
    }
}


@router.get("/requests/{reference}/people", operation_id="list_people", responses=problems(404))
def listed(
    reference: Reference, world: WorldDep, caller: RequestsReader, paging: PagingDep, now: NowDep
) -> Page[PersonOut]:
    """List the people of a request in the order of its list, as far as the caller's role shows them."""
    after = paging.number(0)
    found = people_of(world, reference, caller.scope)
    items, more = paging.cut([person for person in found if after is None or person.position > after])
    today = now.astimezone(world.rulebook.office.zone).date()
    return Page(
        items=tuple(person_out(person, caller, today) for person in items),
        next=cursor(items[-1].position) if more else None,
    )


@router.post(
    "/requests/{reference}/people",
    operation_id="add_person",
    status_code=201,
    response_model=PersonChanged,
    responses={201: {"headers": ETAG}, **problems(404, 409)},
)
def added(reference: Reference, body: PersonIn, caller: RequestsWriter, once: OnceDep) -> Response:
    """Add somebody to a request."""

    def work(world: World) -> Reply:
        changed = add_person(world, reference, body.submitted(), caller=caller, now=once.now)
        return Reply(
            body=_changed(changed, world, caller, once.now),
            etag=changed.person.revision,
            location=f"/api/v1/people/{changed.person.id}",
        )

    return once.answer(caller, work, status=201)


@router.get(
    "/people/{person}",
    operation_id="read_person",
    response_model=PersonBody,
    responses={200: {"headers": ETAG}, **problems(404)},
)
def one(person: UUID, world: WorldDep, caller: RequestsReader, now: NowDep) -> Response:
    """Read one person, as far as the caller's role shows them."""
    found = find_person(world, person, caller.scope)
    today = now.astimezone(world.rulebook.office.zone).date()
    return tagged(PersonBody(person=person_out(found, caller, today)), found.revision)


@router.patch(
    "/people/{person}",
    operation_id="amend_person",
    response_model=PersonChanged,
    responses={200: {"headers": ETAG}, **problems(404, 409, 412, 428)},
)
def amended(
    person: UUID, body: PersonChange, world: WorldDep, caller: RequestsWriter, seen: SeenDep, now: NowDep
) -> Response:
    """Correct what was handed in about a person."""
    changed = amend_person(world, person, body.applied_to, seen=seen, caller=caller, now=now)
    return tagged(_changed(changed, world, caller, now), changed.person.revision)


@router.post(
    "/people/{person}/withdrawal",
    operation_id="withdraw_person",
    response_model=PersonBody,
    responses={200: {"headers": ETAG}, **problems(404, 409, 412, 428)},
)
def withdrawn(person: UUID, caller: RequestsWriter, once: OnceDep, seen: SeenDep) -> Response:
    """Take one person out of the queue; an appointment is cancelled, and the person is told."""

    def work(world: World) -> Reply:
        found = withdraw_person(world, person, seen=seen, caller=caller, now=once.now)
        today = once.now.astimezone(world.rulebook.office.zone).date()
        return Reply(body=PersonBody(person=person_out(found, caller, today)), etag=found.revision)

    return once.answer(caller, work)


@router.post(
    "/people/{person}/nik-reveals",
    operation_id="reveal_nik",
    status_code=201,
    responses={201: {"headers": NO_STORE}, **problems(404, 413)},
)
def revealed(
    person: UUID, body: RevealIn, world: WorldDep, caller: NikRevealer, now: NowDep, response: Response
) -> RevealedNik:
    """Show a person's full NIK. Every call is a look of its own and recorded: it takes no key, nothing is kept."""
    nik = reveal_nik(world, person, purpose=body.purpose, caller=caller, now=now)
    response.headers["Cache-Control"] = "no-store"
    return RevealedNik(nik=nik.reveal())


@router.get(
    "/people/{person}/readiness",
    operation_id="read_readiness",
    response_model=ReadinessOut,
    responses={200: {"headers": ETAG}, **problems(404, 409)},
)
def readiness(person: UUID, world: WorldDep, caller: RequestsReader, now: NowDep) -> Response:
    """Tell whether a visit can serve a person, which papers they bring, and which of them were seen."""
    found = readiness_of(world, person, caller.scope, now=now)
    return tagged(ReadinessOut.of(found), found.revision)


@router.put(
    "/people/{person}/papers/{paper}",
    operation_id="tick_paper",
    response_model=ReadinessOut,
    responses={200: {"headers": ETAG}, **problems(404, 409, 412, 428)},
)
def ticked(
    person: UUID,
    paper: Annotated[str, Path(pattern="^[0-9a-f]{12}$", description="Key of the paper.")],
    body: PaperTick,
    world: WorldDep,
    caller: PeopleReviewer,
    seen: SeenDep,
    now: NowDep,
) -> Response:
    """Note that a paper of a person was seen, or take it back."""
    after = tick_paper(world, person, paper, is_seen=body.is_seen, seen=seen, caller=caller, now=now)
    return tagged(ReadinessOut.of(after), after.revision)


def _changed(changed: Changed, world: World, caller: Caller, now: datetime) -> PersonChanged:
    today = now.astimezone(world.rulebook.office.zone).date()
    return PersonChanged(
        person=person_out(changed.person, caller, today), warnings=tuple(map(issue_of, changed.warnings))
    )
