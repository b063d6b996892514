"""Sign in: password, then a code where the role asks for one. Guessing is slow, and tells nothing.

An attempt is counted before it is looked at, in a transaction of its own; the password is checked outside any. For a
login that does not exist everything happens just so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mobile_passport.domain.account import Account, SessionStage
from mobile_passport.domain.refusal import NotSignedIn, TooManyAttempts
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.accounts.accounts import Accounts
from mobile_passport.persistence.accounts.back_off import BackOff, Claim
from mobile_passport.persistence.accounts.sessions import Sessions
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.services.world import World

_UNKNOWN = "unknown"


class WrongCredentials(NotSignedIn):
    """Login and password do not belong together; nobody is told which is wrong."""

    code = "wrong_credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A session that has begun. ``token`` goes into the cookie and is stored nowhere."""

    token: Secret[str]
    stage: SessionStage
    account: Account


def sign_in(world: World, login: str, password: str, *, source: str, device: str, now: datetime) -> Admission:
    """Check a password and begin a session; whoever needs a second factor gets no further with it than to its page.

    Parameters
    ----------
    source
        Network address that the attempt comes from.
    device
        Browser and kind of device, to be recognised in a list of sessions.

    Raises
    ------
    WrongCredentials
        After a time that does not depend on whether there is such a login.
    TooManyAttempts
        The attempt was not looked at.
    Busy
        When too many others are signing in.
    """
    login = login.strip().casefold()
    claim = Claim(who=login, source=source)
    count_attempt(world, claim, now=now)
    with world.database.reading() as session:
        known = Accounts(session, world.vault, world.kanim).password_of(login)
    account, stored = known or (None, None)
    is_right = world.passwords.is_right(password, stored)
    if account is None or stored is None or not is_right:
        _note_failure(world, account, now=now)
        raise WrongCredentials("login or password is wrong")
    renewed = world.passwords.hash(password) if world.passwords.is_outdated(stored) else None
    stage = SessionStage.SECOND_FACTOR if needs_second_factor(world, account) else SessionStage.COMPLETE
    with world.database.transaction() as session:
        _back_off(session, world).succeed(claim)
        if renewed:
            Accounts(session, world.vault, world.kanim).set_password(account.id, renewed, now=None)
        return admit(session, world, account, stage=stage, device=device, how="password", now=now)


def needs_second_factor(world: World, account: Account) -> bool:
    """Whether the role asks for a code, or the account has one."""
    return account.has_second_factor or account.role in world.account_rules.second_factor.roles


def count_attempt(world: World, claim: Claim, *, now: datetime) -> None:
    """Count an attempt as failed before it is looked at.

    Raises
    ------
    TooManyAttempts
        It may not be looked at, and was not counted.
    """
    with world.database.transaction() as session:
        back_off = _back_off(session, world)
        back_off.forget_old(now=now)
        wait_s = back_off.begin(claim, now=now)
    if wait_s:
        raise TooManyAttempts(wait_s)


def attempt_succeeded(session: Session, world: World, claim: Claim) -> None:
    """Forget the failures of a claim."""
    _back_off(session, world).succeed(claim)


def admit(
    session: Session, world: World, account: Account, *, stage: SessionStage, device: str, how: str, now: datetime
) -> Admission:
    """Begin a session, as part of a transaction."""
    rules = world.account_rules.session
    lifetime_s = rules.longest_s if stage is SessionStage.COMPLETE else rules.second_factor_s
    token = Sessions(session, world.kanim).open(
        account.id, stage=stage, device=device, now=now, expires_at=now + timedelta(seconds=lifetime_s)
    )
    if stage is SessionStage.COMPLETE:
        _note(session, world, account, "sign_in", how=how, now=now)
    return Admission(token=token, stage=stage, account=account)


def _note_failure(world: World, account: Account | None, *, now: datetime) -> None:
    with world.database.transaction() as session:
        _note(session, world, account, "sign_in_failed", how="password", now=now)


def _note(session: Session, world: World, account: Account | None, action: str, *, how: str, now: datetime) -> None:
    write_audit(
        session,
        kanim=world.kanim,
        at=now,
        actor=account.login if account else _UNKNOWN,
        action=action,
        subject=str(account.id) if account else _UNKNOWN,
        detail={"how": how},
    )


def _back_off(session: Session, world: World) -> BackOff:
    return BackOff(session, world.vault, world.kanim, world.account_rules.back_off)
