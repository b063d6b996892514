"""A provider reports what became of a message; simulated and real reports enter here alike."""

from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.provider import Callback
from mobile_passport.messaging.receipts import ReceiptEffect, take_callbacks


def receive_receipt(desk: Desk, callback: Callback) -> ReceiptEffect:
    """Take one callback.

    Parameters
    ----------
    callback
        Token from the path, form fields as received, signature header. Nothing in it is trusted before the provider's
        own check.

    Returns
    -------
    ReceiptEffect
        ``FORGED`` answers 403, ``MALFORMED`` 400, everything else 204: a provider repeats what is not answered so.
    """
    return take_callbacks(desk, [callback])[0]


def receive_waiting_receipts(desk: Desk) -> int:
    """Take the callbacks of a provider that hands them over here instead of posting them. Returns how many."""
    count = 0
    while batch := desk.provider.waiting_callbacks():
        take_callbacks(desk, batch)
        desk.provider.acknowledge(batch)
        count += len(batch)
    return count
