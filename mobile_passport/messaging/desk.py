"""What every step of sending works with."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from mobile_passport.messaging.outbox import Outbox
from mobile_passport.messaging.provider import SmsProvider
from mobile_passport.messaging.timing import Timing
from mobile_passport.persistence.messages.message_attempts import Attempts
from mobile_passport.persistence.messages.messages import Messages
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.rules.messages import MessageRules, SenderPace
from mobile_passport.rules.office import Office


class Transactions(Protocol):
    """The part of a database that sending needs."""

    def transaction(self) -> AbstractContextManager[Session]:
        """Open one transaction; commit at the end of the block, roll back on any exception."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The message desk of one office: its rules and keys, the database, the provider and the clocks.

    Attributes
    ----------
    public_url
        Where people reach the service: links in messages begin with it.
    """

    kanim: str
    office: Office
    rules: MessageRules
    vault: Vault
    database: Transactions
    provider: SmsProvider
    timing: Timing
    public_url: str
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        """Make the outbox of the same office, once: it checks the wording."""
        outbox = Outbox(
            kanim=self.kanim, office=self.office, rules=self.rules, vault=self.vault, public_url=self.public_url
        )
        object.__setattr__(self, "outbox", outbox)

    @property
    def pace(self) -> SenderPace:
        """How the provider in use is fed."""
        return self.rules.pace(self.provider.name)

    def messages(self, session: Session) -> Messages:
        """Return the intents, in a transaction."""
        return Messages(session, self.vault, self.kanim)

    def attempts(self, session: Session) -> Attempts:
        """Return queue and attempts, in a transaction."""
        return Attempts(session, self.vault, self.kanim)

    def now(self, session: Session) -> datetime:
        """Return the moment by the database's clock where it has one, so that two machines agree."""
        return self.attempts(session).database_now() or self.timing.wall()
