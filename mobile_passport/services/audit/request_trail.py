"""Who was served when and why: one request's whole way, from the log and from what was stored with the plans."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mobile_passport.documents.rank_words import RankReason, rank_reasons
from mobile_passport.domain.access import Caller, Operation, require
from mobile_passport.domain.refusal import NotFound
from mobile_passport.persistence.audit.request_trail import Deeds, Move, Promises, RequestTrail
from mobile_passport.persistence.plans.order_records import OrderRecords
from mobile_passport.persistence.plans.overrides import Overrides
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.services.requests.show_queue import Queue
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A request's place in an order.

    Attributes
    ----------
    version
        Of the plan that was made by this order; ``None`` for the queue as it is now.
    points
        For each of its people, the sum of its reasons.
    """

    version: int | None
    rank: int
    points: float
    reasons: tuple[RankReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """A request's way; nobody is named."""

    reference: str
    people: dict[str, int]
    place: Place | None
    promises: tuple[Promises, ...]
    moves: tuple[Move, ...]
    deeds: tuple[Deeds, ...]

    @property
    def asked_at(self) -> datetime:
        """When the log first heard of it."""
        return self.deeds[0].first_at


def follow_request(world: World, reference: str, queue: Queue, *, caller: Caller) -> Trail:
    """Return the way of a request.

    Parameters
    ----------
    queue
        As it is now, for a request that no published plan was asked to serve.

    Raises
    ------
    Forbidden, NotFound
    """
    require(caller, Operation.AUDIT_READ)
    require(caller, Operation.REQUESTS_READ)
    with world.database.reading(caller.scope) as session:
        request_id = Overrides(session, world.vault, world.kanim).request_of(reference)
        if request_id is None:
            raise NotFound(f"no request {reference}")
        trail = RequestTrail(session, world.kanim, request_id)
        return Trail(
            reference=reference,
            people=trail.people(),
            place=_planned_place(session, world, reference) or _place_now(queue, reference),
            promises=trail.promises(),
            moves=trail.moves(),
            deeds=trail.deeds(),
        )


def _planned_place(session: Session, world: World, reference: str) -> Place | None:
    """Find the last published order that a request stood in: the one by which its people were promised a day."""
    current = Plans(session, world.kanim).current_version()
    for stored in OrderRecords(session, world.kanim).until(current) if current is not None else ():
        record = stored.record
        if all(one.claim.reference != reference for one in record.facts):
            continue
        ranked = next(one for one in record.order() if one.reference == reference)
        reasons = rank_reasons(ranked, record.rules)
        return Place(version=stored.version, rank=ranked.rank, points=ranked.points.total, reasons=reasons)
    return None


def _place_now(queue: Queue, reference: str) -> Place | None:
    for line in queue.lines:
        if line.reference == reference:
            return Place(version=None, rank=line.rank, points=line.points, reasons=line.reasons)
    return None
