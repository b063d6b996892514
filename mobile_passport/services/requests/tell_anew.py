"""Whoever is reached under another number than before is told again what holds, and nothing goes to the old one."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.written import Written
from mobile_passport.persistence.messages.message_facts import MessageFacts
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.services.world import World

type Numbers = Mapping[UUID, Secret[str] | None]
"""By person with an appointment that lies ahead: the own number, a carer's, or none."""


def numbers_of(session: Session, world: World, requests: Collection[UUID], *, now: datetime) -> Numbers:
    """Return under which number everybody of some requests is reached, before they are changed."""
    with office_wide(session):
        return MessageFacts(session, world.vault, world.kanim).numbers_of(requests, after=now)


def tell_anew(
    session: Session,
    world: World,
    before: Numbers,
    requests: Collection[UUID],
    *,
    also: Collection[UUID] = (),
    now: datetime,
) -> Written:
    """Promise the same once more to whom it may have been told wrongly, and take back what waits for the old number.

    Parameters
    ----------
    before
        Of these requests, as of `numbers_of`.
    also
        People who are told again whatever their numbers are.
    """
    with office_wide(session):
        after = MessageFacts(session, world.vault, world.kanim).numbers_of(requests, after=now)
        moved = [person for person, number in after.items() if person in also or number != before.get(person)]
        appointments = Appointments(session, world.kanim)
        return world.outbox.announce(session, [one for one in moved if appointments.renew(one, now=now)], now)
