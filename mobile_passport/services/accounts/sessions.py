"""Who asks: from what a browser or a program shows to the caller, on every request anew."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mobile_passport.domain.access import Caller
from mobile_passport.domain.account import Account, SessionStage
from mobile_passport.domain.refusal import NotSignedIn
from mobile_passport.persistence.accounts.accounts import Accounts
from mobile_passport.persistence.accounts.sessions import Sessions
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.services.world import World

_TOUCH_AFTER = timedelta(minutes=1)
"""How old the note of a session's last use may be: writing it at every request would cost a transaction each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session with its account as it is now."""

    stage: SessionStage
    account: Account


def find_session(world: World, token: str, *, now: datetime) -> SignedIn:
    """Return the session of a cookie, at whatever stage.

    Raises
    ------
    NotSignedIn
        When there is none, it has ended, or the account was closed.
    """
    rules = world.account_rules.session
    with world.database.reading() as session:
        found = Sessions(session, world.kanim).find(token, now=now, idle_since=now - timedelta(seconds=rules.idle_s))
        account = Accounts(session, world.vault, world.kanim).who_may_sign_in(found.account_id) if found else None
    if found is None or account is None:
        raise NotSignedIn("nobody is signed in here, or no longer; sign in again")
    if now - found.last_seen_at > _TOUCH_AFTER:
        with world.database.transaction() as session:
            Sessions(session, world.kanim).touch(found.id, now=now)
    return SignedIn(stage=found.stage, account=account)


def caller_of_session(world: World, token: str, *, now: datetime) -> Caller:
    """Return who is signed in completely.

    Raises
    ------
    NotSignedIn
        Also when the second factor is still to come.
    """
    found = find_session(world, token, now=now)
    if found.stage is not SessionStage.COMPLETE:
        raise NotSignedIn("the second factor is still to come; finish signing in")
    return found.account.caller


def caller_of_token(world: World, token: str, *, now: datetime) -> Caller:
    """Return for whom a program acts.

    Raises
    ------
    NotSignedIn
        When the token is unknown, expired or revoked, or the account was closed.
    """
    with world.database.reading() as session:
        account_id = Sessions(session, world.kanim).account_of_token(token, now=now)
        account = Accounts(session, world.vault, world.kanim).who_may_sign_in(account_id) if account_id else None
    if account is None:
        raise NotSignedIn("the token is unknown, has expired or was revoked; ask an administrator for another")
    return account.caller


def sign_out(world: World, token: str, *, now: datetime) -> None:
    """End the session of a cookie; one that has ended already is left alone."""
    try:
        found = find_session(world, token, now=now)
    except NotSignedIn:
        return
    with world.database.transaction() as session:
        Sessions(session, world.kanim).revoke_token(token, now=now)
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=found.account.login,
            action="sign_out",
            subject=str(found.account.id),
            detail={},
        )
