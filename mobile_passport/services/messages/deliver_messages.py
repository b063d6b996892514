"""One pass of the sender: what is due goes out, what is unknown is looked up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mobile_passport.messaging.delivery import Rest, claim, expire, send, settle
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.provider import Accepted, DefiniteNo, Unknown
from mobile_passport.messaging.reconcile import Reconciled, clear_held, reconcile
from mobile_passport.services.messages.receive_receipt import receive_waiting_receipts


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one pass did.

    Attributes
    ----------
    accepted, refused, unknown
        Ends of the attempts of this pass.
    expired
        Messages closed because they came too late.
    reconciled
        Attempts of earlier passes, and messages looked up after a restore.
    receipts
        Callbacks handed over by a provider without HTTP.
    rest_why, rest_until
        Why the pass ended, and when the next may do more; see :class:`Rest`.
    """

    accepted: int
    refused: int
    unknown: int
    expired: int
    reconciled: Reconciled
    receipts: int
    rest_why: str
    rest_until: datetime | None


def deliver_messages(
    desk: Desk,
    *,
    limit: int = 1_000,
    longest_pause_s: float = 1.0,
    told_to_stop: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Look up what is unknown, then send what is due at the provider's pace until nothing is or ``limit`` is reached.

    Any number of processes may run this at once. A pass that dies anywhere leaves nothing that the next one does not
    find.

    Parameters
    ----------
    limit
        A pass ends when it has handled so many messages; a longer backlog is left to the next.
    longest_pause_s
        Longest wait for the pace of the provider; for anything longer the pass ends.
    told_to_stop
        Whether the process is to end: what is claimed is sent and settled, and nothing more is claimed.
    """
    reconciled = clear_held(desk) + reconcile(desk)
    expired = expire(desk)
    accepted = refused = unknown = 0
    rest = Rest(why="limit", until=None, wait_s=None)
    while accepted + refused + unknown < limit:
        if told_to_stop():
            rest = Rest(why="told_to_stop", until=None, wait_s=None)
            break
        claimed = claim(desk)
        if isinstance(claimed, Rest):
            if claimed.why == "pace" and claimed.wait_s is not None and claimed.wait_s <= longest_pause_s:
                desk.timing.pause(claimed.wait_s)
                continue
            rest = claimed
            break
        results = [(one, send(desk, one)) for one in claimed]
        settle(desk, results)
        accepted += sum(isinstance(outcome, Accepted) for _, outcome in results)
        refused += sum(isinstance(outcome, DefiniteNo) for _, outcome in results)
        unknown += sum(isinstance(outcome, Unknown) for _, outcome in results)
    receipts = receive_waiting_receipts(desk)
    return Delivered(
        accepted=accepted,
        refused=refused,
        unknown=unknown,
        expired=expired,
        reconciled=reconciled,
        receipts=receipts,
        rest_why=rest.why,
        rest_until=rest.until,
    )
