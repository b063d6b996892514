"""What may be answered "no" to, and is no fault of the program."""

from typing import ClassVar


class Refusal(Exception):
    """Something cannot be done as asked, and nothing was changed. The message says why and what to do instead.

    Attributes
    ----------
    code
        Stable name of the refusal, for programs; a subclass that programs must tell apart sets its own.
    """

    code: ClassVar[str] = "refused"


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
