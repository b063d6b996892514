"""Look at versions of the plan: history, visits, slots, and what changes from one to another."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.documents.public_view import public_view
from mobile_passport.domain.access import Scope
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.domain.refusal import NotFound
from mobile_passport.domain.status import PlanStatus
from mobile_passport.persistence.plans.plan_lists import TOLD, PlanLists, PlannedSlot, PlannedVisit, PlanVersion
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.world import World


class ChangeKind(StrEnum):
    """What another version would change for one person."""

    ADDED = "added"
    """Has a slot now, and had none."""
    REMOVED = "removed"
    """Had a slot, and has none."""
    MOVED = "moved"
    """Another time."""
    ELSEWHERE = "elsewhere"
    """Another place, and perhaps another time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changes for one person; ``before`` or ``after`` is ``None`` where there is no slot."""

    person: UUID
    kind: ChangeKind
    before: PlannedSlot | None
    after: PlannedSlot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changes from one version to another, by person.

    Attributes
    ----------
    unchanged
        People with the same slot in both.
    """

    before: PlanVersion
    after: PlanVersion
    unchanged: int
    changes: tuple[Change, ...]

    def count(self, kind: ChangeKind) -> int:
        """Return for how many people that changes."""
        return Counter(change.kind for change in self.changes)[kind]


def current_version(world: World) -> int | None:
    """Return the version that holds, ``None`` before the first publication."""
    with world.database.reading() as session:
        return Plans(session, world.kanim).current_version()


def list_plans(world: World, scope: Scope, *, before: int | None, limit: int) -> tuple[PlanVersion, ...]:
    """Return versions, the newest first; drafts only to whoever sees the whole office."""
    with world.database.reading(scope) as session:
        return PlanLists(session, world.kanim).heads(before=before, limit=limit, statuses=_readable(scope))


def find_plan(world: World, version: int, scope: Scope) -> PlanView:
    """Return a version whole; home visits only by their kecamatan to whoever does not see the whole office.

    Raises
    ------
    NotFound
    """
    with world.database.reading(scope) as session:
        _known(session, world, version, scope)
    plan = show_plan(world, version)
    if plan is None:
        raise NotFound("there is no such version of the plan; list the versions")
    return plan if scope.is_whole_office else public_view(plan, world.gazetteer)


def visits_of_plan(world: World, version: int, scope: Scope, *, after: str, limit: int) -> tuple[PlannedVisit, ...]:
    """Return visits of a version by name.

    Raises
    ------
    NotFound
    """
    with world.database.reading(scope) as session:
        _known(session, world, version, scope)
        return PlanLists(session, world.kanim).visits(version, after=after, limit=limit)


def slots_of_plan(
    world: World, version: int, scope: Scope, *, after: UUID | None, limit: int
) -> tuple[PlannedSlot, ...]:
    """Return slots of a version by person.

    Raises
    ------
    NotFound
    """
    with world.database.reading(scope) as session:
        _known(session, world, version, scope)
        return PlanLists(session, world.kanim).slots(version, after=after, limit=limit)


def compare_plans(world: World, before: int, after: int, scope: Scope) -> Comparison:
    """Tell for whom one version of the plan differs from another, and how.

    Raises
    ------
    NotFound
    """
    with world.database.reading(scope) as session:
        heads = [_known(session, world, version, scope) for version in (before, after)]
        lists = PlanLists(session, world.kanim)
        old, new = (
            {slot.person: slot for slot in lists.slots(version, after=None, limit=None)} for version in (before, after)
        )
    people = sorted(old.keys() | new.keys())
    changes = [(person, _kind(old.get(person), new.get(person))) for person in people]
    return Comparison(
        before=heads[0],
        after=heads[1],
        unchanged=sum(kind is None for _, kind in changes),
        changes=tuple(
            Change(person=person, kind=kind, before=old.get(person), after=new.get(person))
            for person, kind in changes
            if kind is not None
        ),
    )


def _kind(before: PlannedSlot | None, after: PlannedSlot | None) -> ChangeKind | None:
    if before is None:
        return ChangeKind.ADDED
    if after is None:
        return ChangeKind.REMOVED
    if before.place != after.place:
        return ChangeKind.ELSEWHERE
    return None if before.slot_at == after.slot_at else ChangeKind.MOVED


def _readable(scope: Scope) -> tuple[PlanStatus, ...]:
    return tuple(PlanStatus) if scope.is_whole_office else TOLD


def _known(session: Session, world: World, version: int, scope: Scope) -> PlanVersion:
    head = PlanLists(session, world.kanim).head(version, _readable(scope))
    if head is None:
        raise NotFound("there is no such version of the plan; list the versions")
    return head
