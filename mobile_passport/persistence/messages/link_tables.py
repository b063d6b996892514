"""Mapped tables of links in messages, and of what people answered through them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base


class LinkRow(Base):
    """The link of one message. It opens what the people of the message are promised now; only its digest is kept."""

    __tablename__ = "link"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    kanim: Mapped[str] = mapped_column(String(32))
    intent_id: Mapped[UUID] = mapped_column(ForeignKey("sms_intent.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class LinkAnswerRow(Base):
    """What was last said about one revision of one person's appointment.

    ``actor`` is ``link``, or the login of the coordinator who spoke for a group.
    """

    __tablename__ = "link_answer"
    __table_args__ = (UniqueConstraint("applicant_id", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"))
    revision: Mapped[int]
    answer: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class MessageChoiceRow(Base):
    """Whether the owner of a number wants messages; the latest row counts. The number is that of the message."""

    __tablename__ = "message_choice"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    intent_id: Mapped[UUID] = mapped_column(ForeignKey("sms_intent.id"), index=True)
    wants_messages: Mapped[bool]
    at: Mapped[datetime]
