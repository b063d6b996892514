"""A provider that delivers to nobody: the default, for trials and demonstrations.

It keeps books of its own and reports through signed callbacks, so that everything around it runs as with a real one.
"""

import hmac
import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from mobile_passport.domain.message import Channel, ReceiptStatus
from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.desk import Transactions
from mobile_passport.messaging.provider import (
    Accepted,
    Callback,
    DefiniteNo,
    ForgedCallback,
    ListedMessage,
    Listing,
    MalformedCallback,
    Outcome,
    Receipt,
    Refusal,
    SendOrder,
)
from mobile_passport.messaging.timing import Timing
from mobile_passport.persistence.messages.sealed import phone_index
from mobile_passport.persistence.messages.simulated_sms import SimulatedLedger, SimulatedSms
from mobile_passport.persistence.privacy.vault import Vault

NAME = "simulated"
_UNREACHABLE_ONE_IN = 40
_UNREACHABLE_CODE = "30003"
_NOT_ON_WHATSAPP_ONE_IN = 10
_NOT_ON_WHATSAPP_CODE = "63024"
_BATCH = 100


class SimulatedProvider:
    """Accepts all SMS; one number in forty, always the same ones, turns out to be unreachable.

    One number in ten is not on WhatsApp.
    """

    def __init__(self, *, database: Transactions, vault: Vault, kanim: str, timing: Timing) -> None:
        self._database = database
        self._vault = vault
        self._kanim = kanim
        self._timing = timing

    @property
    def name(self) -> str:
        """Short name, as in ``messages.toml`` and in the tables."""
        return NAME

    def send(self, order: SendOrder) -> Outcome:
        """Accept the message, unless its deadline has passed."""
        if not order.may_write():
            return DefiniteNo(refusal=Refusal.NOT_WRITTEN, code="deadline")
        if order.channel is Channel.WHATSAPP and self._is_one_in(_NOT_ON_WHATSAPP_ONE_IN, order.to):
            return DefiniteNo(refusal=Refusal.NOT_ON_CHANNEL, code=_NOT_ON_WHATSAPP_CODE)
        sid = f"SIM{secrets.token_hex(16)}"
        with self._database.transaction() as session:
            self._ledger(session).add(
                sid=sid,
                token=order.token,
                channel=order.channel,
                to=order.to,
                body=order.body,
                now=self._timing.wall(),
            )
        return Accepted(sid=sid)

    def list_to(self, number: Secret[str], *, since: datetime, channel: Channel = Channel.SMS) -> Listing:
        """Return the messages to a number on a channel; the books are always up to date."""
        complete_until = self._timing.wall()
        with self._database.transaction() as session:
            found = self._ledger(session).to_number(number, channel, since)
        messages = tuple(
            ListedMessage(
                sid=one.sid, body=one.body, created_at=one.created_at, is_outbound=True, can_be_cancelled=False
            )
            for one in found
        )
        return Listing(messages=messages, complete_until=complete_until)

    def cancel(self, sid: str) -> bool:
        """Refuse: what was accepted here is on its way at once."""
        return False

    def forget(self, sid: str) -> bool:
        """Strike a message from the books."""
        with self._database.transaction() as session:
            self._ledger(session).strike(sid)
        return True

    def read_callback(self, callback: Callback) -> Receipt:
        """Check the signature and read the report."""
        if not hmac.compare_digest(callback.signature, self._sign(callback.token, callback.fields)):
            raise ForgedCallback
        fields = dict(callback.fields)
        try:
            status = ReceiptStatus(fields["status"])
            return Receipt(token=callback.token, sid=fields["sid"], status=status, code=fields["code"])
        except (KeyError, ValueError) as error:
            raise MalformedCallback from error

    def waiting_callbacks(self) -> tuple[Callback, ...]:
        """Report on some of what was accepted: handed to the operator, and what became of it."""
        with self._database.transaction() as session:
            batch = self._ledger(session).unreported(_BATCH)
        reports = []
        for one in batch:
            reports.append(self._callback(one, ReceiptStatus.SENT, ""))
            reports.append(self._callback(one, *self._fate(one.to)))
        return tuple(reports)

    def acknowledge(self, callbacks: tuple[Callback, ...]) -> None:
        """Do not report these again."""
        sids = {value for callback in callbacks for key, value in callback.fields if key == "sid"}
        with self._database.transaction() as session:
            self._ledger(session).mark_reported(sids, "reported")

    def first_messages(self, limit: int) -> tuple[SimulatedSms, ...]:
        """Return the first messages accepted, for showing them in full."""
        with self._database.transaction() as session:
            return self._ledger(session).first(limit)

    def _fate(self, number: Secret[str]) -> tuple[ReceiptStatus, str]:
        if self._is_one_in(_UNREACHABLE_ONE_IN, number):
            return ReceiptStatus.UNDELIVERED, _UNREACHABLE_CODE
        return ReceiptStatus.DELIVERED, ""

    def _is_one_in(self, count: int, number: Secret[str]) -> bool:
        return int.from_bytes(phone_index(self._vault, number)) % count == 0

    def _callback(self, one: SimulatedSms, status: ReceiptStatus, code: str) -> Callback:
        fields = (("sid", one.sid), ("status", status.value), ("code", code))
        return Callback(token=one.token, fields=fields, signature=self._sign(one.token, fields))

    def _sign(self, token: str, fields: tuple[tuple[str, str], ...]) -> str:
        signed = "|".join([token, *(f"{key}={value}" for key, value in fields)])
        return self._vault.blind_index(signed, "simulated-callback").hex()

    def _ledger(self, session: Session) -> SimulatedLedger:
        return SimulatedLedger(session, self._vault, self._kanim)
