"""What is open to an account at the moment, seen and ended by its owner, or ended by whoever may do that for others."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller, Operation, require
from mobile_passport.domain.account import Account
from mobile_passport.domain.refusal import Conflict, NotFound
from mobile_passport.persistence.accounts.accounts import Accounts
from mobile_passport.persistence.accounts.ways_in import OpenSession, OpenToken, WaysIn
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.services.world import World

_FEWEST_DIGITS = 4


def own_sessions(world: World, token: str, *, caller: Caller, now: datetime) -> tuple[OpenSession, ...]:
    """Return the caller's sessions, the last used first.

    Parameters
    ----------
    token
        Of the session that asks, so that it can be told from the others.
    """
    with world.database.reading() as session:
        return _ways_in(session, world, caller.account_id, now).sessions(shown=token)


def end_own_session(world: World, session_id: UUID, *, caller: Caller, now: datetime) -> None:
    """End one of the caller's sessions.

    Raises
    ------
    NotFound
        Also when it is somebody else's, or has ended by itself.
    """
    with world.database.transaction() as session:
        if not _ways_in(session, world, caller.account_id, now).end_session(session_id):
            raise NotFound("there is no such session of yours, or it has ended")
        _note(session, world, "end_sessions", caller.account_id, actor=caller.login, now=now, sessions=1)


def end_other_sessions(world: World, token: str, *, caller: Caller, now: datetime) -> int:
    """End all of the caller's sessions except the one that asks, and return how many."""
    with world.database.transaction() as session:
        ended = _ways_in(session, world, caller.account_id, now).end_sessions(but=token)
        _note(session, world, "end_sessions", caller.account_id, actor=caller.login, now=now, sessions=ended)
        return ended


def sign_somebody_out(world: World, login: str, *, caller: Caller, now: datetime) -> int:
    """End every session of an account that may stay what it is, and return how many.

    Raises
    ------
    Forbidden, NotFound
    """
    require(caller, Operation.SESSIONS_END)
    return end_sessions_of(world, login, actor=caller.login, now=now)


def end_sessions_of(world: World, login: str, *, actor: str, now: datetime) -> int:
    """End every session of an account; its tokens stay, and it can sign in again.

    Raises
    ------
    NotFound
    """
    with world.database.transaction() as session:
        account = _named(session, world, login)
        ended = _ways_in(session, world, account.id, now).end_sessions()
        _note(session, world, "end_sessions", account.id, actor=actor, now=now, sessions=ended)
        return ended


def tokens_of(world: World, login: str, *, now: datetime) -> tuple[OpenToken, ...]:
    """Return the tokens with which programs act for an account, the newest first.

    Raises
    ------
    NotFound
    """
    with world.database.reading() as session:
        return _ways_in(session, world, _named(session, world, login).id, now).tokens()


def revoke_token(world: World, login: str, prefix: str, *, actor: str, now: datetime) -> str:
    """End one token of an account, and return what it was for.

    Parameters
    ----------
    prefix
        How its SHA-256 begins, in hexadecimal digits.

    Raises
    ------
    NotFound
        No token begins so.
    Conflict
        Several do, or could.
    """
    if len(prefix) < _FEWEST_DIGITS:
        raise Conflict(f"give at least {_FEWEST_DIGITS} digits")
    with world.database.transaction() as session:
        account = _named(session, world, login)
        labels = _ways_in(session, world, account.id, now).revoke_token(prefix.strip().casefold())
        if not labels:
            raise NotFound(f"no token of {login} begins so; list them with: mobile-passport user tokens {login}")
        if len(labels) > 1:
            raise Conflict(f"{len(labels)} tokens begin so; give more digits")
        _note(session, world, "revoke_token", account.id, actor=actor, now=now, tokens=1)
        return labels[0]


def _ways_in(session: Session, world: World, account_id: UUID, now: datetime) -> WaysIn:
    idle = timedelta(seconds=world.account_rules.session.idle_s)
    return WaysIn(session, account_id, now=now, idle_since=now - idle)


def _named(session: Session, world: World, login: str) -> Account:
    account = Accounts(session, world.vault, world.kanim).named(login.strip().casefold())
    if account is None:
        raise NotFound("no account has this login")
    return account


def _note(
    session: Session, world: World, action: str, account_id: UUID, *, actor: str, now: datetime, **counts: int
) -> None:
    write_audit(
        session, kanim=world.kanim, at=now, actor=actor, action=action, subject=str(account_id), detail=dict(counts)
    )
