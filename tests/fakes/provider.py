"""A provider in memory that fails as scripted and keeps the truth about what it took."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mobile_passport.domain.message import Channel, ReceiptStatus
from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.provider import (
    Accepted,
    Callback,
    CannotList,
    DefiniteNo,
    ForgedCallback,
    ListedMessage,
    Listing,
    MalformedCallback,
    Outcome,
    Receipt,
    Refusal,
    SendOrder,
    Unknown,
)
from tests.fakes.timing import HandTiming


class Fault(StrEnum):
    """What goes wrong with one send; ``after`` means that the message was taken."""

    OK = "ok"
    REFUSE = "refuse"
    SLOW_DOWN = "429"
    LANDLINE = "21614"
    OPTED_OUT = "21610"
    SUSPENDED = "20003"
    ERROR_BEFORE = "500_before"
    ERROR_AFTER = "500_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    LATE_ACCEPT = "late_accept"
    BROKEN_ANSWER = "broken_201"
    NOT_ON_WHATSAPP = "63024"
    RETURNED = "returned_63024"
    """Taken, and reported later as not on WhatsApp."""


ON_WHATSAPP_ONLY = (Fault.NOT_ON_WHATSAPP, Fault.RETURNED)
"""With an SMS all goes well in their place."""
TAKEN_BUT_UNSEEN = (Fault.ERROR_AFTER, Fault.RESET_AFTER, Fault.HANG_AFTER, Fault.BROKEN_ANSWER)
NOT_TAKEN_UNSEEN = (Fault.ERROR_BEFORE, Fault.RESET_BEFORE, Fault.HANG_BEFORE)
_READ_TIMEOUT_S = 20
_REQUEST_S = 0.2
_LATE_S = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One message in the provider's books: the truth. What was returned has reached nobody."""

    sid: str
    channel: Channel
    to: str
    body: str
    token: str
    accepted_at: datetime
    cancelled: bool = False
    returned: bool = False


class ScriptedProvider:
    """Plays a script of faults, one a send; after its end everything goes well.

    Parameters
    ----------
    list_lag_s
        How long a message stays out of the list.
    posts_callbacks
        Whether a taken message is reported.
    on_send
        Called between the last check of the deadline and the answer: where a process may be frozen or killed.
    """

    def __init__(
        self,
        timing: HandTiming,
        script: Iterable[Fault] = (),
        *,
        list_lag_s: float = 0,
        posts_callbacks: bool = True,
        name: str = "twilio",
    ) -> None:
        self.name = name
        self.taken: list[Taken] = []
        self.requests = 0
        self.list_fails = False
        self.forget_fails = False
        self.forgotten: list[str] = []
        self.list_lag_s = list_lag_s
        self.before_write: Callable[[], None] = lambda: None
        self.after_write: Callable[[], None] = lambda: None
        self._timing = timing
        self._script: Iterator[Fault] = iter(script)
        self._posts_callbacks = posts_callbacks
        self._unreported: list[Taken] = []

    def send(self, order: SendOrder) -> Outcome:
        """Play the next fault."""
        self._timing.advance(_REQUEST_S)
        self.before_write()
        if not order.may_write():
            return DefiniteNo(refusal=Refusal.NOT_WRITTEN, code="deadline")
        fault = next(self._script, Fault.OK)
        if order.channel is Channel.SMS and fault in ON_WHATSAPP_ONLY:
            fault = Fault.OK
        refusals = {
            Fault.REFUSE: DefiniteNo(refusal=Refusal.SLOW_DOWN, code="connect"),
            Fault.SLOW_DOWN: DefiniteNo(refusal=Refusal.SLOW_DOWN, code="20429", retry_after_s=45),
            Fault.LANDLINE: DefiniteNo(refusal=Refusal.PERMANENT, code="21614"),
            Fault.OPTED_OUT: DefiniteNo(refusal=Refusal.OPTED_OUT, code="21610"),
            Fault.SUSPENDED: DefiniteNo(refusal=Refusal.SYSTEMIC, code="20003"),
            Fault.NOT_ON_WHATSAPP: DefiniteNo(refusal=Refusal.NOT_ON_CHANNEL, code="63024"),
        }
        if fault in refusals:
            return refusals[fault]
        self.requests += 1
        if fault in (Fault.HANG_BEFORE, Fault.HANG_AFTER):
            self._timing.advance(_READ_TIMEOUT_S)
        if fault in NOT_TAKEN_UNSEEN:
            self.after_write()
            return Unknown(code=fault)
        later_s = _LATE_S if fault is Fault.LATE_ACCEPT else 0
        sid = self._take(order, later_s=later_s, returned=fault is Fault.RETURNED)
        self.after_write()
        return Accepted(sid=sid) if fault in (Fault.OK, Fault.RETURNED) else Unknown(code=fault)

    def list_to(self, number: Secret[str], *, since: datetime, channel: Channel = Channel.SMS) -> Listing:
        """Return what is visible by now."""
        self._timing.advance(_REQUEST_S)
        if self.list_fails:
            raise CannotList
        visible_until = self._timing.wall() - timedelta(seconds=self.list_lag_s)
        return Listing(
            messages=tuple(
                ListedMessage(
                    sid=one.sid,
                    body=Secret(one.body),
                    created_at=one.accepted_at,
                    is_outbound=True,
                    can_be_cancelled=True,
                    is_returned=one.returned,
                )
                for one in self.taken
                if (one.to, one.channel) == (number.reveal(), channel)
                and since <= one.accepted_at <= visible_until
                and not one.cancelled
            )
        )

    def cancel(self, sid: str) -> bool:
        """Take a message back."""
        self.taken = [replace(one, cancelled=True) if one.sid == sid else one for one in self.taken]
        return True

    def forget(self, sid: str) -> bool:
        """Strike a message from the books, unless told to fail."""
        if not self.forget_fails:
            self.forgotten.append(sid)
            self.taken = [one for one in self.taken if one.sid != sid]
        return not self.forget_fails

    def read_callback(self, callback: Callback) -> Receipt:
        """Accept the signature "genuine"."""
        if callback.signature != "genuine":
            raise ForgedCallback
        fields = dict(callback.fields)
        try:
            status = ReceiptStatus(fields["status"])
            code = fields["code"]
            return Receipt(
                token=callback.token,
                sid=fields["sid"],
                status=status,
                code=code,
                may_repeat=code == "30003",
                is_returned=code == "63024",
            )
        except (KeyError, ValueError) as error:
            raise MalformedCallback from error

    def waiting_callbacks(self) -> tuple[Callback, ...]:
        """Report what was accepted by now."""
        due = [one for one in self._unreported if one.accepted_at <= self._timing.wall()]
        ends = {False: (ReceiptStatus.DELIVERED, ""), True: (ReceiptStatus.FAILED, "63024")}
        return tuple(genuine(one, *report) for one in due for report in ((ReceiptStatus.SENT, ""), ends[one.returned]))

    def acknowledge(self, callbacks: tuple[Callback, ...]) -> None:
        """Do not report these again."""
        tokens = {callback.token for callback in callbacks}
        self._unreported = [one for one in self._unreported if one.token not in tokens]

    def _take(self, order: SendOrder, *, later_s: float, returned: bool) -> str:
        sid = f"SM{len(self.taken):04x}{order.token[4:]}"
        one = Taken(
            sid=sid,
            channel=order.channel,
            to=order.to.reveal(),
            body=_text_of(order),
            token=order.token,
            accepted_at=self._timing.wall() + timedelta(seconds=later_s),
            returned=returned,
        )
        self.taken.append(one)
        if self._posts_callbacks:
            self._unreported.append(one)
        return sid


def _text_of(order: SendOrder) -> str:
    """Write what arrives: on WhatsApp the provider's own words around the gaps."""
    if order.template is None:
        return order.body.reveal()
    return "Dari WhatsApp: " + " / ".join(json.loads(order.template.variables.reveal()).values()) + "."


def genuine(one: Taken, status: ReceiptStatus, code: str = "") -> Callback:
    """Write the callback that the provider would post."""
    fields = (("sid", one.sid), ("status", status.value), ("code", code))
    return Callback(token=one.token, fields=fields, signature="genuine")
