"""A form that came after its session had ended waits until the same account has signed in again."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from mobile_passport.domain.access import Caller
from mobile_passport.domain.refusal import NotFound
from mobile_passport.persistence.accounts.accounts import Accounts
from mobile_passport.persistence.accounts.sessions import Sessions
from mobile_passport.persistence.requests.kept_forms import KeptForm, KeptForms
from mobile_passport.services.world import World


def keep_form(
    world: World,
    path: str,
    fields: Sequence[tuple[str, str]],
    *,
    is_of: Callable[[bytes], bool],
    now: datetime,
) -> UUID | None:
    """Keep a form for whoever was shown it.

    Parameters
    ----------
    is_of
        Tells from the digest of a session's token whether the form was shown to that session.

    Returns
    -------
    UUID or None
        The name by which its sender finds it, once signed in; ``None`` when no session of the last days was shown it.
    """
    longest = timedelta(seconds=world.account_rules.session.longest_s)
    since = now - longest - timedelta(hours=world.intake_rules.drafts.form_hours)
    with world.database.reading() as session:
        shown_to = Sessions(session, world.kanim).account_of_digest(is_of, since=since)
        account = Accounts(session, world.vault, world.kanim).who_may_sign_in(shown_to) if shown_to else None
    if account is None:
        return None
    with world.database.transaction(account.caller.scope) as session:
        return KeptForms(session, world.vault, world.kanim, account.id).add(path, fields, now=now)


def kept_form(world: World, form: UUID, *, caller: Caller, now: datetime) -> KeptForm:
    """Return a form that the caller had sent.

    Raises
    ------
    NotFound
        Also when somebody else had sent it, or it was kept for too long.
    """
    since = now - timedelta(hours=world.intake_rules.drafts.form_hours)
    with world.database.reading(caller.scope) as session:
        found = KeptForms(session, world.vault, world.kanim, caller.account_id).get(form, since=since)
    if found is None:
        raise NotFound("there is no such form for you, or it was kept for too long")
    return found
