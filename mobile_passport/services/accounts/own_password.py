"""One's own password: the first one with an invitation, another one with the old."""

from datetime import datetime

from sqlalchemy.orm import Session

from mobile_passport.domain.account import Account, SessionStage
from mobile_passport.domain.refusal import NotFound, Refusal
from mobile_passport.persistence.accounts.accounts import Accounts
from mobile_passport.persistence.accounts.back_off import Claim
from mobile_passport.persistence.accounts.sessions import Sessions
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.services.accounts.sessions import caller_of_session
from mobile_passport.services.accounts.sign_in import (
    Admission,
    WrongCredentials,
    admit,
    attempt_succeeded,
    count_attempt,
)
from mobile_passport.services.world import World

_FEWEST_DIFFERENT = 6
_FEWEST_OF_OWN = 6


class WeakPassword(Refusal):
    """The password can be guessed too easily; the message says what is missing."""

    code = "weak_password"


class InvitationEnded(NotFound):
    """The invitation was used, has expired, or never was."""

    code = "invitation_ended"


def refuse_weak_password(world: World, password: str, login: str) -> None:
    """Refuse what is too short, or consists of little but the login and words that everybody tries first.

    Raises
    ------
    WeakPassword
    """
    rules = world.account_rules.password
    if not rules.shortest <= len(password) <= rules.longest:
        raise WeakPassword(f"a password has {rules.shortest} to {rules.longest} characters")
    rest = password.casefold()
    for word in (login.partition("@")[0], *rules.refused_words):
        rest = rest.replace(word, "")
    if len(set(password)) < _FEWEST_DIFFERENT or len(rest) < _FEWEST_OF_OWN:
        raise WeakPassword("this password is easy to guess; four words that have nothing to do with each other do well")


def invited_login(world: World, secret: str, *, now: datetime) -> str:
    """Return whose invitation it is.

    Raises
    ------
    InvitationEnded
    """
    with world.database.reading() as session:
        account_id = Sessions(session, world.kanim).invited(secret, now=now)
        account = Accounts(session, world.vault, world.kanim).who_may_sign_in(account_id) if account_id else None
    if account is None:
        raise InvitationEnded("the invitation was used or has expired; ask an administrator for another")
    return account.login


def accept_invitation(world: World, secret: str, password: str, *, now: datetime) -> str:
    """Set the first password of an account and return its login.

    Raises
    ------
    InvitationEnded, WeakPassword, Busy
        And the invitation can still be used if it could before.
    """
    refuse_weak_password(world, password, invited_login(world, secret, now=now))
    stored = world.passwords.hash(password)
    with world.database.transaction() as session:
        account_id = Sessions(session, world.kanim).use_invitation(secret, now=now)
        account = Accounts(session, world.vault, world.kanim).who_may_sign_in(account_id) if account_id else None
        if account is None:
            raise InvitationEnded("the invitation was used or has expired; ask an administrator for another")
        _set(session, world, account, stored, now=now)
        return account.login


def change_password(
    world: World, token: str, *, old: str, new: str, source: str, device: str, now: datetime
) -> Admission:
    """Set another password; every session of the account ends, and a new one begins for whoever changed it.

    Raises
    ------
    NotSignedIn, WrongCredentials, TooManyAttempts, WeakPassword, Busy
    """
    caller = caller_of_session(world, token, now=now)
    refuse_weak_password(world, new, caller.login)
    claim = Claim(who=caller.login, source=source)
    count_attempt(world, claim, now=now)
    with world.database.reading() as session:
        known = Accounts(session, world.vault, world.kanim).password_of(caller.login)
    account, stored = known or (None, None)
    if not world.passwords.is_right(old, stored) or account is None:
        raise WrongCredentials("the old password is wrong")
    renewed = world.passwords.hash(new)
    with world.database.transaction() as session:
        attempt_succeeded(session, world, claim)
        _set(session, world, account, renewed, now=now)
        return admit(session, world, account, stage=SessionStage.COMPLETE, device=device, how="new_password", now=now)


def _set(session: Session, world: World, account: Account, stored: str, *, now: datetime) -> None:
    Accounts(session, world.vault, world.kanim).set_password(account.id, stored, now=now)
    Sessions(session, world.kanim).revoke_all(account.id, now=now, tokens_too=False)
    write_audit(
        session,
        kanim=world.kanim,
        at=now,
        actor=account.login,
        action="set_password",
        subject=str(account.id),
        detail={},
    )
