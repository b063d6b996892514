"""What may be answered "no" to, and is no fault of the program."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that stands in the way.

    Attributes
    ----------
    code
        Stable name of it.
    what
        What it is, with counts and references; never a personal value.
    where
        Way into what was sent, when it stands there.
    """

    code: str
    what: str
    where: tuple[str | int, ...] = ()


class Refusal(Exception):
    """Something cannot be done as asked, and nothing was changed. The message says why and what to do instead.

    Attributes
    ----------
    code
        Stable name of the refusal, for programs; a subclass that programs must tell apart sets its own.
    points
        What stands in the way, one by one, when it is more than one thing.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, message: str = "", *, points: tuple[Point, ...] = ()) -> None:
        super().__init__(message)
        self.points = points


class NotFound(Refusal):
    """It does not exist, or lies outside what the caller sees: nobody is told which."""

    code = "not_found"


class Conflict(Refusal):
    """It does not fit what is there now; look again, then decide."""

    code = "conflict"


class Stale(Conflict):
    """What the caller changes is no longer what the caller saw."""

    code = "stale"


class Forbidden(Refusal):
    """The caller's role may never do this."""

    code = "forbidden"


class Busy(Refusal):
    """Others are at it right now; the same call may succeed in a moment."""

    code = "busy"


class NotSignedIn(Refusal):
    """Nobody known asks: no session or token, or one that has ended."""

    code = "not_signed_in"


class TooMany(Busy):
    """Somebody did as much as may be done in some time.

    Parameters
    ----------
    wait_s
        Seconds until more may be done.
    """

    def __init__(self, message: str, *, wait_s: int) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class TooManyAttempts(TooMany):
    """Somebody failed too often from one place; the message says how long to wait.

    Parameters
    ----------
    wait_s
        Seconds until the next attempt is looked at.
    """

    code = "too_many_attempts"

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many failed attempts; try again in {wait_s} seconds", wait_s=wait_s)


class TooManyExports(TooMany):
    """Somebody took out as many files as may be taken on a day."""

    code = "too_many_exports"
