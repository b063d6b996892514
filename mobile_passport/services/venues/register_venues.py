"""Take in a register of venues, the whole file or nothing, and read it back."""

from datetime import datetime

from mobile_passport.domain.venue import Venue
from mobile_passport.intake.venue_register import parse_register
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.venues.venues import Registered, Venues
from mobile_passport.services.world import World


def register_venues(data: bytes, world: World, *, actor: str, now: datetime) -> Registered:
    """Add the venues of a CSV file to the register; those whose code is known are replaced.

    Raises
    ------
    RefusedRegister
        And nothing was stored.
    """
    today = now.astimezone(world.rulebook.office.zone).date()
    venues = parse_register(data, world.gazetteer, today=today)
    with world.database.transaction() as session:
        registered = Venues(session, world.kanim).put(venues, now=now)
        if registered.added or registered.changed:
            write_audit(
                session,
                kanim=world.kanim,
                at=now,
                actor=actor,
                action="register_venues",
                subject=world.kanim,
                detail={"added": registered.added, "changed": registered.changed},
            )
    return registered


def registered_venues(world: World) -> tuple[Venue, ...]:
    """Return the register, by code."""
    with world.database.reading() as session:
        return Venues(session, world.kanim).all()
