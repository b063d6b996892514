"""Other drafts with changes by hand that a draft does not have: whoever changes or publishes it is told of them."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from mobile_passport.domain.status import PlanStatus
from mobile_passport.persistence.audit.records import recorded_since
from mobile_passport.persistence.plans.plan_lists import PlanLists
from mobile_passport.planning.adjust import Change, ChangeKind
from mobile_passport.planning.branches import Branch, Step, other_branches
from mobile_passport.services.plans.store_draft import DRAFTED
from mobile_passport.services.world import World


def find_other_drafts(world: World, version: int) -> tuple[Branch, ...]:
    """Find the newest drafts that were changed apart from a draft; none for what is no draft."""
    with world.database.reading() as session:
        return other_drafts_in(session, world, version)


def other_drafts_in(session: Session, world: World, version: int) -> tuple[Branch, ...]:
    """Do the same inside a transaction."""
    lists = PlanLists(session, world.kanim)
    head = lists.head(version, (PlanStatus.DRAFT,))
    return other_branches(version, _steps(session, world, lists, head.inputs_digest)) if head else ()


def told_of_change(version: int, change: Change) -> dict[str, Any]:
    """Return what the log says of a draft that was made from a version by a change; it is read again here."""
    return {
        "adjusted_from": version,
        "change": change.kind.value,
        "visit": change.visit,
        "shift": change.shift,
        "day": change.day.isoformat() if change.day else None,
    }


def _steps(session: Session, world: World, lists: PlanLists, inputs_digest: str) -> Iterator[Step]:
    """Read who changed what: a change leaves the inputs as they are, so all drafts of a tree have the same."""
    drafts = {one.version: one for one in lists.drafts_from(inputs_digest)}
    since = min(one.created_at for one in drafts.values())
    for record in recorded_since(session, kanim=world.kanim, action=DRAFTED, since=since):
        if record.detail["version"] in drafts and "adjusted_from" in record.detail:
            yield Step(
                version=record.detail["version"],
                made_from=record.detail["adjusted_from"],
                change=_change(record.detail),
                actor=record.actor,
                at=record.at,
            )


def _change(detail: Mapping[str, Any]) -> Change:
    day = detail["day"]
    return Change(
        kind=ChangeKind(detail["change"]),
        visit=detail["visit"],
        shift=detail["shift"],
        day=date.fromisoformat(day) if day else None,
    )
