"""Look at a publication: what stands in its way before, and what it changed for people afterwards."""

from dataclasses import dataclass
from datetime import datetime

from mobile_passport.domain.refusal import NotFound, Point
from mobile_passport.persistence.audit.records import recorded_of
from mobile_passport.persistence.plans.plans import PlanHead, Plans
from mobile_passport.services.plans.publish_plan import PUBLISHED, StaleDraft, refuse_stale
from mobile_passport.services.plans.snapshot import take_snapshot
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPublication:
    """What a publication changed for people, as the log has it.

    Attributes
    ----------
    without_phone
        People who can be told by a call only; ``None`` when the record is older than the count.
    """

    version: int
    promised: int
    changed: int
    cancelled: int
    messages: int
    without_phone: int | None


def find_publication(world: World, version: int) -> PastPublication:
    """Read what the publication of a version changed.

    Raises
    ------
    NotFound
        It was never published.
    """
    with world.database.reading() as session:
        head = _head(Plans(session, world.kanim), version)
        records = recorded_of(session, kanim=world.kanim, subject=str(head.id), actions=(PUBLISHED,))
    if not records:
        raise NotFound(f"version {version} was never published; list the versions")
    told = records[0].detail
    return PastPublication(
        version=version,
        promised=told["promised"],
        changed=told["changed"],
        cancelled=told["cancelled"],
        messages=told["messages"],
        without_phone=told.get("without_phone"),
    )


def find_changes(world: World, version: int, *, now: datetime) -> tuple[Point, ...]:
    """Tell what changed since a draft was made, so that it cannot be published; empty when nothing did.

    Raises
    ------
    NotFound
    """
    with world.database.reading() as session:
        plans = Plans(session, world.kanim)
        head = _head(plans, version)
        try:
            refuse_stale(take_snapshot(session, world, now=now), head, plans.visits(version))
        except StaleDraft as refusal:
            return refusal.points
    return ()


def _head(plans: Plans, version: int) -> PlanHead:
    head = plans.head(version)
    if head is None:
        raise NotFound("there is no such version of the plan; list the versions")
    return head
