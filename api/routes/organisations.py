"""Organisations that ask for visits."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.idempotency import OnceDep, Reply
from api.paging import PagingDep, cursor
from api.preconditions import ETAG, SeenDep, tagged
from api.problems import problems
from api.routes.callers import OrganisationsManager, OrganisationsReader
from api.routes.dependencies import NowDep, WorldDep
from api.schemas.organisations import OrganisationChange, OrganisationIn, OrganisationOut
from api.schemas.paging import Page
from mobile_passport.domain.account import Organisation
from mobile_passport.services.accounts.organisations import (
    add_organisation,
    change_organisation,
    find_organisation,
    list_organisations,
    revision_of_organisation,
)

router = APIRouter(prefix="/api/v1/organisations", tags=["organisations"])


@router.get("", operation_id="list_organisations", responses=problems())
def listed(world: WorldDep, caller: OrganisationsReader, paging: PagingDep) -> Page[OrganisationOut]:
    """List organisations by identifier."""
    after = paging.identifier(0)
    found = sorted(list_organisations(world), key=lambda one: one.id)
    items, more = paging.cut([one for one in found if after is None or one.id > after])
    return Page(items=tuple(map(OrganisationOut.model_validate, items)), next=cursor(items[-1].id) if more else None)


@router.get(
    "/{organisation}",
    operation_id="read_organisation",
    response_model=OrganisationOut,
    responses={200: {"headers": ETAG}, **problems(404)},
)
def one(organisation: UUID, world: WorldDep, caller: OrganisationsReader) -> Response:
    """Read one organisation."""
    found = find_organisation(world, organisation)
    return tagged(OrganisationOut.model_validate(found), revision_of_organisation(found))


@router.post(
    "",
    operation_id="add_organisation",
    status_code=201,
    response_model=OrganisationOut,
    responses={201: {"headers": ETAG}, **problems(409)},
)
def added(body: OrganisationIn, caller: OrganisationsManager, once: OnceDep) -> Response:
    """Register an organisation; kind and name together have to be new."""
    return once.answer(
        caller,
        lambda world: _reply(
            add_organisation(
                world, kind=body.kind, name=body.name, regency=body.regency, actor=caller.login, now=once.now
            ),
            is_new=True,
        ),
        status=201,
    )


@router.put(
    "/{organisation}",
    operation_id="change_organisation",
    response_model=OrganisationOut,
    responses={200: {"headers": ETAG}, **problems(404, 409, 412, 428)},
)
def changed(
    organisation: UUID,
    body: OrganisationChange,
    world: WorldDep,
    caller: OrganisationsManager,
    seen: SeenDep,
    now: NowDep,
) -> Response:
    """Correct an organisation, or close it: then its coordinators can no longer sign in."""
    after = change_organisation(
        world,
        organisation,
        name=body.name,
        regency=body.regency,
        is_active=body.is_active,
        seen=seen,
        actor=caller.login,
        now=now,
    )
    return tagged(OrganisationOut.model_validate(after), revision_of_organisation(after))


def _reply(organisation: Organisation, *, is_new: bool = False) -> Reply:
    return Reply(
        body=OrganisationOut.model_validate(organisation),
        etag=revision_of_organisation(organisation),
        location=f"/api/v1/organisations/{organisation.id}" if is_new else None,
    )
