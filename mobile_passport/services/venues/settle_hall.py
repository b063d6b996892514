"""A person of the office says which venue of the register a group means that named its hall in other words."""

from datetime import datetime
from uuid import UUID

from mobile_passport.domain.access import Caller, Scope
from mobile_passport.domain.refusal import NotFound
from mobile_passport.domain.venue import Venue, same_name
from mobile_passport.persistence.audit.records import recorded_of
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.persistence.venues.wanted_halls import groups_that_bring_halls, put_at_venue
from mobile_passport.services.audit.deeds import note_deed
from mobile_passport.services.venues.find_halls import hall_of, halls_in
from mobile_passport.services.world import World

_ACTION = "settle_hall"
_KECAMATAN_DIGITS = 6


def venues_it_may_be(world: World, name: str, village_code: str, scope: Scope) -> tuple[Venue, ...]:
    """Return the venues of the kecamatan that a hall may be, none when no waiting group names it so."""
    with world.database.reading(scope) as session:
        groups = groups_that_bring_halls(session, world.kanim, village_code)
    is_named = any(same_name(name, own) for own in groups.values())
    return halls_in(world, {village_code[:_KECAMATAN_DIGITS]}, scope=scope) if is_named else ()


def settle_hall(world: World, name: str, village_code: str, code: str, *, caller: Caller, now: datetime) -> Venue:
    """Put every waiting group that names a hall in a village at a venue of the same kecamatan.

    They keep their place in the order, which looks at the kecamatan; the next plan finds them at the venue.

    Raises
    ------
    NotFound
        No group names the hall any more, or the register has no such venue there; nothing was changed.
    """
    venue = hall_of(world, code, scope=caller.scope)
    if venue is None or venue.village_code[:_KECAMATAN_DIGITS] != village_code[:_KECAMATAN_DIGITS]:
        raise NotFound("the register has no such venue in that kecamatan; list the venues for their codes")
    with world.database.transaction(caller.scope) as session:
        groups = groups_that_bring_halls(session, world.kanim, village_code, lock=True)
        meant = [request for request, own in groups.items() if same_name(name, own)]
        if not meant:
            raise NotFound("no waiting group names that hall; list the venues for those that are named")
        put_at_venue(session, meant, venue, label=world.gazetteer.village(venue.village_code).label)
        for request in meant:
            note_deed(session, world, _ACTION, request, caller=caller, now=now, venue=venue.code)
    return venue


def hall_settled_at(world: World, request: UUID) -> datetime | None:
    """Return when the office last said which hall a request means, ``None`` when it never did."""
    with world.database.reading() as session, office_wide(session):
        found = recorded_of(session, kanim=world.kanim, subject=str(request), actions=(_ACTION,))
    return found[0].at if found else None
