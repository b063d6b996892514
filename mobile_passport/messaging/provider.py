"""What the sender needs of a provider of messages. A new one is one file beside this one that keeps this protocol."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from mobile_passport.domain.message import Channel, ReceiptStatus
from mobile_passport.domain.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A text on WhatsApp that the provider has, with numbered gaps.

    Attributes
    ----------
    sender
        Who sends it, in the provider's words: a service or an address.
    content_sid
        The provider's name for the text.
    variables
        What fills the gaps: a JSON object, ``{"1": "Siti"}``.
    """

    sender: str
    content_sid: str
    variables: Secret[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOrder:
    """One message to hand over, once.

    Attributes
    ----------
    to
        E.164, whatever the channel.
    body
        The text as an SMS. On WhatsApp the template says the same.
    token
        Of the attempt; the provider's callbacks carry it.
    validity_s
        How long the provider may keep trying.
    may_write
        Asked at the last moment before the first byte of the request: False means that it is too late.
    template
        Sends the message to WhatsApp; ``None`` for SMS.
    """

    to: Secret[str]
    body: Secret[str]
    token: str
    validity_s: int
    may_write: Callable[[], bool]
    template: Template | None = None

    @property
    def channel(self) -> Channel:
        """The way it goes."""
        return Channel.SMS if self.template is None else Channel.WHATSAPP


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider has the message and named it."""

    sid: str


class Refusal(StrEnum):
    """What a certain "no" means for this message and for the next."""

    NOT_WRITTEN = "not_written"
    """No byte of the request left: no connection, or the deadline came first."""
    TEMPORARY = "temporary"
    """Later it may go."""
    SLOW_DOWN = "slow_down"
    """Everything has to wait."""
    PERMANENT = "permanent"
    """This number or text never."""
    NOT_ON_CHANNEL = "not_on_channel"
    """This number or text not on WhatsApp; by SMS it may go."""
    OPTED_OUT = "opted_out"
    SYSTEMIC = "systemic"
    """The account, the sender or our own set-up: nothing goes until a person has looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefiniteNo:
    """The message was certainly not taken.

    Attributes
    ----------
    code
        The provider's own, or what broke.
    retry_after_s
        The provider's wish, if it had one.
    """

    refusal: Refusal
    code: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The request was written, and nobody can tell what became of it."""

    code: str


type Outcome = Accepted | DefiniteNo | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMessage:
    """A message in the provider's books.

    Attributes
    ----------
    can_be_cancelled
        Not yet on its way.
    is_returned
        It has certainly reached nobody on its channel, and may go by another.
    """

    sid: str
    body: Secret[str]
    created_at: datetime
    is_outbound: bool
    can_be_cancelled: bool
    is_returned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Everything the provider has for one number on one channel.

    Attributes
    ----------
    complete_until
        The list certainly holds everything accepted up to then; ``None`` when the provider promises nothing, so that
        freshness has to be shown by another message of ours.
    """

    messages: tuple[ListedMessage, ...]
    complete_until: datetime | None = None


class CannotList(Exception):
    """The provider did not answer a look-up, or not wholly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What came in at the callback address, unchecked.

    Attributes
    ----------
    token
        Last part of the path.
    fields
        Form fields in the order received.
    signature
        Of the header; empty when there was none.
    """

    token: str
    fields: tuple[tuple[str, str], ...]
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A checked report on one attempt.

    Attributes
    ----------
    may_repeat
        It did not arrive for a cause that passes, as a handset that is switched off.
    is_returned
        It has certainly reached nobody on its channel, as a number that is not on WhatsApp, and may go by another.
    """

    token: str
    sid: str
    status: ReceiptStatus
    code: str
    may_repeat: bool = False
    is_returned: bool = False


class ForgedCallback(Exception):
    """The signature does not fit: not from the provider, or altered."""


class MalformedCallback(Exception):
    """Signed, but without what a report needs."""


class SmsProvider(Protocol):
    """Carries messages. Every method does its own I/O; none is called inside a transaction."""

    @property
    def name(self) -> str:
        """Short name, as in ``messages.toml`` and in the tables."""
        ...

    def send(self, order: SendOrder) -> Outcome:
        """Write the request at most once. Never raises for what the network or the provider does."""
        ...

    def list_to(self, number: Secret[str], *, since: datetime, channel: Channel = Channel.SMS) -> Listing:
        """Return all messages to a number on a channel that were created at or after ``since``, sent or not.

        Parameters
        ----------
        number
            E.164, whatever the channel.

        Raises
        ------
        CannotList
            When any part of the answer is missing.
        """
        ...

    def cancel(self, sid: str) -> bool:
        """Take a message back; False when it is too late or nobody can tell."""
        ...

    def forget(self, sid: str) -> bool:
        """Destroy the provider's copy of a message; False when it may still be there. One that is gone is forgotten."""
        ...

    def read_callback(self, callback: Callback) -> Receipt:
        """Check a callback's signature and read it.

        Raises
        ------
        ForgedCallback
            When the signature does not fit.
        MalformedCallback
            When a field is missing or unknown.
        """
        ...

    def waiting_callbacks(self) -> tuple[Callback, ...]:
        """Hand over some callbacks here, for a provider without HTTP; one that posts them has none.

        They come again until they are acknowledged.
        """
        ...

    def acknowledge(self, callbacks: tuple[Callback, ...]) -> None:
        """Say that callbacks handed over here were taken."""
        ...
