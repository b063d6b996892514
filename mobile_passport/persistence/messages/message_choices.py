"""Who wants no messages: what the owners of numbers chose, and what the provider told of them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mobile_passport.domain.message import IntentState
from mobile_passport.persistence.messages.link_tables import MessageChoiceRow
from mobile_passport.persistence.messages.message_tables import SmsIntentRow


class MessageChoices:
    """Choices of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def refuses(self, number: Collection[bytes]) -> bool:
        """Tell whether a number is not to be written to.

        What its owner chose last counts, and what the provider has said of messages that were made since.

        Parameters
        ----------
        number
            Its blind indexes.
        """
        of_number = (SmsIntentRow.kanim == self._kanim, SmsIntentRow.to_index.in_(number))
        chosen = self._session.execute(
            select(MessageChoiceRow.wants_messages, MessageChoiceRow.at)
            .join(SmsIntentRow, SmsIntentRow.id == MessageChoiceRow.intent_id)
            .where(*of_number)
            .order_by(MessageChoiceRow.at.desc())
            .limit(1)
        ).one_or_none()
        refused = select(func.count()).where(*of_number, SmsIntentRow.state == IntentState.OPTED_OUT)
        if chosen is not None:
            if not chosen.wants_messages:
                return True
            refused = refused.where(SmsIntentRow.created_at > chosen.at)
        return bool(self._session.scalar(refused))

    def note(self, intent_id: UUID, *, wants_messages: bool, now: datetime) -> None:
        """Keep what the owner of a message's number chose."""
        self._session.add(
            MessageChoiceRow(kanim=self._kanim, intent_id=intent_id, wants_messages=wants_messages, at=now)
        )
        self._session.flush()
