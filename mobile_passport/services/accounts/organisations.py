"""Organisations that ask for visits through accounts of their own."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from mobile_passport.domain.account import Organisation
from mobile_passport.domain.refusal import Conflict, NotFound, Refusal
from mobile_passport.domain.request import AskerKind
from mobile_passport.persistence.accounts.accounts import Organisations
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.services.seen import refuse_unseen
from mobile_passport.services.world import World


class OrganisationExists(Conflict):
    """Another organisation has this kind and name."""

    code = "organisation_exists"


class UnknownRegency(Refusal):
    """The regency does not belong to this office."""

    code = "unknown_regency"


def list_organisations(world: World) -> tuple[Organisation, ...]:
    """Return every organisation of the office, by name."""
    with world.database.reading() as session:
        return Organisations(session, world.kanim).all()


def find_organisation(world: World, organisation_id: UUID) -> Organisation:
    """Return one organisation.

    Raises
    ------
    NotFound
    """
    with world.database.reading() as session:
        return _known(Organisations(session, world.kanim), organisation_id)


def organisation_named(world: World, name: str) -> Organisation:
    """Return the one organisation of a name.

    Raises
    ------
    NotFound
        Also when several kinds of organisation have that name.
    """
    with world.database.reading() as session:
        found = Organisations(session, world.kanim).named(name)
    if len(found) != 1:
        raise NotFound(f"{len(found)} organisations have the name {name}; list them: mobile-passport organisation list")
    return found[0]


def add_organisation(
    world: World, *, kind: AskerKind, name: str, regency: str, actor: str, now: datetime
) -> Organisation:
    """Register an organisation.

    Raises
    ------
    OrganisationExists, UnknownRegency
    """
    _refuse_other_regencies(world, regency)
    with world.database.transaction() as session:
        organisations = Organisations(session, world.kanim)
        if organisations.named(name, kind):
            raise OrganisationExists(f"an organisation of this kind and name is registered: {name}")
        organisation = organisations.add(kind=kind, name=name, regency=regency, now=now)
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=actor,
            action="add_organisation",
            subject=str(organisation.id),
            detail={"kind": kind.value, "regency": regency},
        )
        return organisation


def change_organisation(
    world: World,
    organisation_id: UUID,
    *,
    name: str,
    regency: str,
    is_active: bool,
    seen: str,
    actor: str,
    now: datetime,
) -> Organisation:
    """Correct an organisation, or close it: then its coordinators can no longer sign in, and their sessions are void.

    Parameters
    ----------
    seen
        Revision that the actor saw.

    Raises
    ------
    NotFound, Stale, OrganisationExists, UnknownRegency
    """
    _refuse_other_regencies(world, regency)
    with world.database.transaction() as session:
        organisations = Organisations(session, world.kanim)
        before = _known(organisations, organisation_id, lock=True)
        refuse_unseen(seen, revision_of_organisation(before))
        if any(other.id != organisation_id for other in organisations.named(name, before.kind)):
            raise OrganisationExists(f"an organisation of this kind and name is registered: {name}")
        after = replace(before, name=name, regency=regency, is_active=is_active)
        organisations.change(organisation_id, name=name, regency=regency, is_active=is_active)
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=actor,
            action="change_organisation",
            subject=str(organisation_id),
            detail={"regency": regency, "is_active": is_active},
        )
        return after


def revision_of_organisation(organisation: Organisation) -> str:
    """Return what tells this state of an organisation from another."""
    return sha256(repr(organisation).encode()).hexdigest()[:24]


def _known(organisations: Organisations, organisation_id: UUID, *, lock: bool = False) -> Organisation:
    found = organisations.get(organisation_id, lock=lock)
    if found is None:
        raise NotFound("there is no such organisation")
    return found


def _refuse_other_regencies(world: World, regency: str) -> None:
    codes = world.rulebook.area.regencies.codes
    if regency not in codes:
        raise UnknownRegency(f"regency {regency} does not belong to this office; it has {', '.join(codes)}")
