"""How the fake reports on what it took: signed posts over HTTP, in every order that goes wrong."""

import threading
from enum import StrEnum
from urllib.parse import urlencode, urlsplit

from mobile_passport.messaging.wire import exchange
from tests.fakes.twilio.books import Entry
from twilio.request_validator import RequestValidator


class Manner(StrEnum):
    """How reports come; all but ``NONE`` and ``FORGED`` end with the truth: "delivered", or "failed"."""

    NONE = "none"
    IN_ORDER = "in_order"
    EARLY = "early"
    """Before the answer to the create."""
    REPEATED = "repeated"
    REORDERED = "reordered"
    FORGED = "forged"
    """Signed with a wrong token."""


_ORDERS: dict[Manner, tuple[str, ...]] = {
    Manner.NONE: (),
    Manner.IN_ORDER: ("queued", "sent", "delivered"),
    Manner.EARLY: ("queued", "sent", "delivered"),
    Manner.REPEATED: ("queued", "sent", "sent", "delivered", "delivered", "delivered"),
    Manner.REORDERED: ("delivered", "sent", "queued"),
    Manner.FORGED: ("sent", "delivered", "failed"),
}


class Reporter:
    """Posts reports to a receiver, signed over the public address that the create named.

    Parameters
    ----------
    receiver
        Where the public address leads to in the test: scheme, host and port.

    Attributes
    ----------
    finished
        Set when every report on a message was answered.
    done
        Released once a message, then.
    """

    def __init__(self, manner: Manner, *, receiver: str, auth_token: str) -> None:
        self.manner = manner
        self._receiver = receiver
        self._auth_token = auth_token
        self.finished = threading.Event()
        self.done = threading.Semaphore(0)

    def report(self, entry: Entry) -> None:
        """Post every report on one message."""
        for status in _ORDERS[self.manner]:
            self._post(entry, status)
        self.finished.set()
        self.done.release()

    def _post(self, entry: Entry, status: str) -> None:
        code = {}
        if entry.error_code is not None and status == "delivered":
            entry.status = status = "failed"
            code = {"ErrorCode": str(entry.error_code)}
        if entry.to.startswith("whatsapp:"):
            code |= {"ChannelPrefix": "whatsapp", "EventType": status.upper()}
        fields = code | {
            "AccountSid": entry.account,
            "ApiVersion": "2010-04-01",
            "MessageSid": entry.sid,
            "MessageStatus": status,
            "MessagingServiceSid": entry.service,
            "SmsSid": entry.sid,
            "SmsStatus": status,
            "To": entry.to,
        }
        token = "not the token" if self.manner is Manner.FORGED else self._auth_token
        signature = RequestValidator(token).compute_signature(entry.callback, fields)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
        url = self._receiver + urlsplit(entry.callback).path
        exchange("POST", url, body=urlencode(fields), headers=headers)
