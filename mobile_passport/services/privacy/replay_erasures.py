"""A backup remembers whom the office forgot: after a restore they are forgotten again, from a list kept apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mobile_passport.domain.refusal import NotFound
from mobile_passport.persistence.privacy.subject_erasure import SubjectErasure
from mobile_passport.services.privacy.erase_person import MessageUnderWay, erase_person
from mobile_passport.services.privacy.forget_typed import forget_typed
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What became of a list.

    Attributes
    ----------
    gone
        Not known to this database, or erased already.
    waiting
        Not erased yet: a message to them is being sent.
    """

    erased: int
    gone: int
    waiting: int


def list_erased(world: World) -> tuple[UUID, ...]:
    """Return everybody who was erased, in the order in which they were; the identifiers say nothing about anybody."""
    with world.database.reading() as session:
        return SubjectErasure(session, world.kanim).erased()


def replay_erasures(world: World, subjects: Iterable[UUID], *, actor: str, now: datetime) -> Replayed:
    """Erase everybody of a list whom the database still knows, each in a transaction of their own."""
    erased = gone = waiting = 0
    for subject in subjects:
        try:
            with world.database.transaction() as session:
                forget_typed(session, world, subject, actor=actor, now=now)
                erase_person(session, world, subject, actor=actor, reason="replay", now=now)
            erased += 1
        except NotFound:
            gone += 1
        except MessageUnderWay:
            waiting += 1
    if erased:
        world.database.scrub()
    return Replayed(erased=erased, gone=gone, waiting=waiting)
