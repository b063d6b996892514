"""The books of the simulated provider. They stand for another company's: nothing of ours joins them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.message import Channel
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.messages.message_tables import SimulatedSmsRow
from mobile_passport.persistence.messages.sealed import phone_index, phone_indexes
from mobile_passport.persistence.privacy.vault import Vault

_TO_COLUMN = "simulated_sms.to"
_BODY_COLUMN = "simulated_sms.body"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedSms:
    """One message in the books.

    Attributes
    ----------
    reported
        Last status that was reported; ``None`` when none was.
    """

    sid: str
    token: str
    to: Secret[str]
    body: Secret[str]
    created_at: datetime
    reported: str | None


class SimulatedLedger:
    """Messages that the simulated provider accepted, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim

    def strike(self, sid: str) -> None:
        """Take a message out of the books, if it is there."""
        self._session.execute(
            delete(SimulatedSmsRow).where(SimulatedSmsRow.kanim == self._kanim, SimulatedSmsRow.sid == sid)
        )

    def add(self, *, sid: str, token: str, channel: Channel, to: Secret[str], body: Secret[str], now: datetime) -> None:
        """Accept a message."""
        values = {
            "sid": sid,
            "kanim": self._kanim,
            "token": token,
            "channel": channel,
            "to_index": phone_index(self._vault, to),
            "to_sealed": self._vault.seal(to.reveal(), _TO_COLUMN),
            "body_sealed": self._vault.seal(body.reveal(), _BODY_COLUMN),
            "created_at": now,
            "reported": None,
        }
        self._session.execute(insert(SimulatedSmsRow), [values])

    def to_number(self, number: Secret[str], channel: Channel, since: datetime) -> tuple[SimulatedSms, ...]:
        """Return messages to a number on a channel, oldest first."""
        query = (
            select(SimulatedSmsRow)
            .where(
                SimulatedSmsRow.kanim == self._kanim,
                SimulatedSmsRow.channel == channel,
                SimulatedSmsRow.to_index.in_(phone_indexes(self._vault, number)),
                SimulatedSmsRow.created_at >= since,
            )
            .order_by(SimulatedSmsRow.created_at, SimulatedSmsRow.sid)
        )
        return tuple(self._opened(row) for row in self._session.scalars(query))

    def first(self, limit: int) -> tuple[SimulatedSms, ...]:
        """Return the first messages ever, to be shown."""
        query = (
            select(SimulatedSmsRow)
            .where(SimulatedSmsRow.kanim == self._kanim)
            .order_by(SimulatedSmsRow.created_at, SimulatedSmsRow.sid)
            .limit(limit)
        )
        return tuple(self._opened(row) for row in self._session.scalars(query))

    def unreported(self, limit: int) -> tuple[SimulatedSms, ...]:
        """Return messages of which nothing was reported yet, oldest first."""
        query = (
            select(SimulatedSmsRow)
            .where(SimulatedSmsRow.kanim == self._kanim, SimulatedSmsRow.reported.is_(None))
            .order_by(SimulatedSmsRow.created_at, SimulatedSmsRow.sid)
            .limit(limit)
        )
        return tuple(self._opened(row) for row in self._session.scalars(query))

    def mark_reported(self, sids: Collection[str], status: str) -> None:
        """Remember what was reported."""
        self._session.execute(
            update(SimulatedSmsRow).where(SimulatedSmsRow.sid.in_(sids)).values(reported=status),
            execution_options={"synchronize_session": False},
        )

    def _opened(self, row: SimulatedSmsRow) -> SimulatedSms:
        return SimulatedSms(
            sid=row.sid,
            token=row.token,
            to=Secret(self._vault.open(row.to_sealed, _TO_COLUMN)),
            body=Secret(self._vault.open(row.body_sealed, _BODY_COLUMN)),
            created_at=row.created_at,
            reported=row.reported,
        )
