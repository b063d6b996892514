"""The second factor: a code that changes every 30 seconds (RFC 6238), taken once, or a recovery code.

Failures are counted for the account whatever address they come from: whoever gets this far knows the password.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from mobile_passport.domain.account import Account, SessionStage
from mobile_passport.domain.refusal import NotSignedIn
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.accounts.back_off import Claim
from mobile_passport.persistence.accounts.second_factors import SecondFactors
from mobile_passport.persistence.accounts.sessions import Sessions
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.services.accounts.sessions import find_session
from mobile_passport.services.accounts.sign_in import Admission, admit, attempt_succeeded, count_attempt
from mobile_passport.services.world import World

_STEP_S = 30
_CLOCK_ERROR_STEPS = 1
"""RFC 6238 5.2: at most one step either way, for clocks that differ and fingers that are slow."""


class WrongCode(NotSignedIn):
    """The code is wrong, too old, or was used before."""

    code = "wrong_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What somebody enters into an authenticator once.

    Attributes
    ----------
    uri
        For a QR code.
    secret
        The same to be typed, in base 32.
    """

    uri: Secret[str]
    secret: Secret[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """Somebody is signed in. ``recovery_codes`` are new after an enrolment, to be written down; otherwise none."""

    admission: Admission
    recovery_codes: tuple[Secret[str], ...]


def enrolment(world: World, token: str, *, now: datetime) -> Enrolment | None:
    """Return what to enrol with; ``None`` when the account has a confirmed second factor already.

    Raises
    ------
    NotSignedIn
        When the password has yet to be given.
    """
    account = _waiting(world, token, now=now)
    if account.has_second_factor:
        return None
    with world.database.transaction() as session:
        factors = SecondFactors(session, world.vault, world.kanim)
        factors.begin(account.id, Secret(pyotp.random_base32()))
        secret = factors.secret_of(account.id)
    if secret is None:
        raise NotSignedIn("the account is gone; sign in again")
    issuer = world.rulebook.office.brand
    uri = pyotp.TOTP(secret.reveal()).provisioning_uri(name=account.login, issuer_name=issuer)
    return Enrolment(uri=Secret(uri), secret=secret)


def give_code(world: World, token: str, code: str, *, device: str, now: datetime) -> Confirmed:
    """Finish signing in: the session of the password ends, and another one begins.

    Parameters
    ----------
    code
        Six digits, or a recovery code.

    Raises
    ------
    NotSignedIn
        When the password has yet to be given.
    WrongCode
        Also for a code that was right, but was used before.
    TooManyAttempts
        The code was not looked at.
    """
    account = _waiting(world, token, now=now)
    claim = Claim(who=str(account.id), source="")
    count_attempt(world, claim, now=now)
    with world.database.transaction() as session:
        factors = SecondFactors(session, world.vault, world.kanim)
        how = _use(factors, account, code, now=now)
        if how is None:
            _note(session, world, account, "second_factor_failed", now=now)
        else:
            attempt_succeeded(session, world, claim)
            Sessions(session, world.kanim).revoke_token(token, now=now)
            codes: tuple[Secret[str], ...] = ()
            if not account.has_second_factor:
                count = world.account_rules.second_factor.recovery_codes
                codes = factors.confirm(account.id, recovery_codes=count, now=now)
                _note(session, world, account, "enrol_second_factor", now=now)
            admission = admit(session, world, account, stage=SessionStage.COMPLETE, device=device, how=how, now=now)
            return Confirmed(admission=admission, recovery_codes=codes)
    raise WrongCode("the code is wrong or was used before; wait for the next one")


def _waiting(world: World, token: str, *, now: datetime) -> Account:
    found = find_session(world, token, now=now)
    if found.stage is not SessionStage.SECOND_FACTOR:
        raise NotSignedIn("nobody waits for a code here; sign in")
    return found.account


def _use(factors: SecondFactors, account: Account, code: str, *, now: datetime) -> str | None:
    """Use a code up and say how it was right; ``None`` when it was not."""
    secret = factors.secret_of(account.id)
    if secret is None:
        return None
    digits = code.replace(" ", "")
    totp = pyotp.TOTP(secret.reveal(), interval=_STEP_S)
    for offset in range(-_CLOCK_ERROR_STEPS, _CLOCK_ERROR_STEPS + 1):
        if hmac.compare_digest(totp.at(now, counter_offset=offset).encode(), digits.encode()):
            step = int(now.timestamp()) // _STEP_S + offset
            return "code" if factors.take_step(account.id, step) else None
    if account.has_second_factor and factors.use_recovery_code(account.id, code, now=now):
        return "recovery_code"
    return None


def _note(session: Session, world: World, account: Account, action: str, *, now: datetime) -> None:
    write_audit(
        session,
        kanim=world.kanim,
        at=now,
        actor=account.login,
        action=action,
        subject=str(account.id),
        detail={},
    )
