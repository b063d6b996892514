"""A person says where an unclear place is."""

from datetime import datetime

from mobile_passport.domain.access import Scope
from mobile_passport.domain.refusal import Refusal
from mobile_passport.geo.gazetteer import UnknownPlaceCode, Village
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.requests.requests import PlaceToReview, Requests
from mobile_passport.services.world import World


class CannotSettle(Refusal):
    """No such request waits for its place, or no such village exists; nothing was changed."""

    code = "cannot_settle"


def places_to_settle(world: World, scope: Scope | None = None) -> tuple[PlaceToReview, ...]:
    """Return requests whose place is ambiguous or was not found, oldest first."""
    with world.database.reading(scope) as session:
        return Requests(session, world.vault, world.kanim).to_review()


def settle_place(
    world: World, reference: str, village_code: str, *, scope: Scope | None = None, actor: str, now: datetime
) -> Village:
    """Put a request that waits for its place at a village.

    Raises
    ------
    CannotSettle
        And nothing was changed.
    """
    try:
        village = world.gazetteer.village(village_code)
    except UnknownPlaceCode as error:
        raise CannotSettle(f"{error}; look for the code with: mobile-passport places") from error
    with world.database.transaction(scope) as session:
        request_id = Requests(session, world.vault, world.kanim).settle_place(
            reference, label=village.label, village_code=village.code, position=village.position
        )
        if request_id is None:
            raise CannotSettle(f"no request {reference} waits for its place; list them with: mobile-passport places")
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=actor,
            action="settle_place",
            subject=str(request_id),
            detail={"village_code": village.code},
        )
    return village
