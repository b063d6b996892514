"""A request in the making is kept for who makes it, until it is handed in, dropped, or left alone for days."""

from datetime import datetime, timedelta
from uuid import UUID

from mobile_passport.domain.access import Caller
from mobile_passport.domain.refusal import NotFound
from mobile_passport.persistence.requests.group_drafts import GroupDrafts, KeptDraft, forget_drafts
from mobile_passport.persistence.requests.kept_forms import forget_forms
from mobile_passport.services.world import World


def start_draft(world: World, content: str, *, caller: Caller, now: datetime) -> UUID:
    """Begin a request; returns the name by which its maker finds it again."""
    with world.database.transaction(caller.scope) as session:
        return GroupDrafts(session, world.vault, world.kanim, caller.account_id).add(content, now=now)


def find_draft(world: World, draft: UUID, *, caller: Caller, now: datetime) -> KeptDraft:
    """Return a request in the making.

    Raises
    ------
    NotFound
        Also when it is somebody else's, or was left alone for too long.
    """
    with world.database.reading(caller.scope) as session:
        found = GroupDrafts(session, world.vault, world.kanim, caller.account_id).get(draft, since=_since(world, now))
    return _known(found)


def unfinished_drafts(world: World, *, caller: Caller, now: datetime) -> tuple[KeptDraft, ...]:
    """Return what the caller has begun and not handed in, the latest first."""
    with world.database.reading(caller.scope) as session:
        drafts = GroupDrafts(session, world.vault, world.kanim, caller.account_id)
        return drafts.unfinished(since=_since(world, now))


def change_draft(world: World, draft: UUID, content: str, *, seen: int, caller: Caller, now: datetime) -> KeptDraft:
    """Keep what was typed. Two windows that write different things make two drafts of it: nothing is overwritten.

    Parameters
    ----------
    seen
        The revision on which the content builds.

    Returns
    -------
    KeptDraft
        The one that holds the content: another one when the known one was changed in between.

    Raises
    ------
    NotFound
    """
    with world.database.transaction(caller.scope) as session:
        drafts = GroupDrafts(session, world.vault, world.kanim, caller.account_id)
        since = _since(world, now)
        before = _known(drafts.get(draft, since=since, lock=True))
        if before.content == content:
            return before
        if before.revision != seen:
            draft = drafts.add(content, now=now)
        else:
            drafts.put(draft, content, now=now)
        return _known(drafts.get(draft, since=since))


def finish_draft(world: World, draft: UUID, reference: str, *, caller: Caller) -> None:
    """Note as what a draft was handed in; its content is not kept a second time."""
    with world.database.transaction(caller.scope) as session:
        GroupDrafts(session, world.vault, world.kanim, caller.account_id).finish(draft, reference)


def drop_draft(world: World, draft: UUID, *, caller: Caller) -> None:
    """Forget a draft; one that is gone already is no trouble."""
    with world.database.transaction(caller.scope) as session:
        GroupDrafts(session, world.vault, world.kanim, caller.account_id).drop(draft)


def forget_unfinished(world: World, *, now: datetime) -> int:
    """Forget what nobody has gone on with for too long: drafts and kept forms. Returns how many."""
    limits = world.intake_rules.drafts
    with world.database.transaction() as session:
        forgotten = forget_drafts(session, world.kanim, _since(world, now))
        forgotten += forget_forms(session, world.kanim, now - timedelta(hours=limits.form_hours))
    if forgotten:
        world.database.scrub()
    return forgotten


def _since(world: World, now: datetime) -> datetime:
    return now - timedelta(days=world.intake_rules.drafts.draft_days)


def _known(found: KeptDraft | None) -> KeptDraft:
    if found is None:
        raise NotFound("there is no such draft, or it was left alone for too long; begin anew")
    return found
