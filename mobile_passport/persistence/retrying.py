"""One transaction, tried again when the database asks for it: the one place where clashes of writers are decided."""

import random
import time
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from mobile_passport.domain.access import Scope
from mobile_passport.domain.refusal import Busy, Conflict, Refusal
from mobile_passport.persistence.database import Database

RETRIES = 5
LONGEST_PAUSE_S = 0.05  # doubled for each further try

# PostgreSQL, appendix A "Error Codes"
_TRY_AGAIN = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected
_SOMEBODY_WAS_FIRST = frozenset({"23505", "23P01"})  # unique_violation, exclusion_violation
_WAITED_TOO_LONG = frozenset({"55P03"})  # lock_not_available: lock_timeout ran out


def transact[T](
    database: Database,
    work: Callable[[Session], T],
    *,
    scope: Scope | None = None,
    jitter: Callable[[], float] = random.random,
    pause: Callable[[float], None] = time.sleep,
) -> T:
    """Run work in one transaction; after a deadlock or serialization failure, run it anew from the beginning.

    Parameters
    ----------
    work
        Everything of the transaction and nothing outside it: it may run up to six times.
    scope
        Of whoever asks, as of `Database.transaction`.
    jitter
        Share, 0 to 1, of the longest pause, so that those who clashed do not meet again.

    Raises
    ------
    Conflict
        When a unique or exclusion constraint says that somebody else was first.
    Busy
        When locks or a connection were not to be had in time, or every try clashed.
    """
    for tried in range(RETRIES + 1):
        try:
            with database.transaction(scope) as session:
                return work(session)
        except PoolTimeout as error:
            raise Busy("too many are at work right now; try again in a moment") from error
        except DBAPIError as error:
            if _state_of(error) not in _TRY_AGAIN or tried == RETRIES:
                raise refusal_of(error) or error from error
        pause(jitter() * LONGEST_PAUSE_S * 2**tried)
    raise AssertionError("the last try returned or raised")


def refusal_of(error: DBAPIError) -> Refusal | None:
    """Return what a database error means to the caller; ``None`` when it is a fault."""
    state = _state_of(error)
    if state in _SOMEBODY_WAS_FIRST:
        return Conflict("somebody did the same a moment before; look again, then decide")
    if state in _TRY_AGAIN or state in _WAITED_TOO_LONG:
        return Busy("others are changing the same right now; try again in a moment")
    return None


def _state_of(error: DBAPIError) -> str | None:
    """Return the SQLSTATE of an error, for SQLite the one that PostgreSQL would give."""
    sqlite_name = getattr(error.orig, "sqlite_errorname", None)
    if sqlite_name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"):
        return "23505"
    if sqlite_name in ("SQLITE_BUSY", "SQLITE_LOCKED"):
        return "55P03"
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state
