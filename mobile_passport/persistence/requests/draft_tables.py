"""Mapped tables of what somebody has typed and not handed in yet. Each row is one account's own, and lives for days."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base


class GroupDraftRow(Base):
    """A request in the making. ``content_sealed`` holds names and NIKs; it is empty once ``handed_in_as`` says so."""

    __tablename__ = "group_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]
    changed_at: Mapped[datetime]
    handed_in_as: Mapped[str | None] = mapped_column(String(32))


class KeptFormRow(Base):
    """A form that was sent when its session had ended, until its sender has signed in again."""

    __tablename__ = "kept_form"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    path: Mapped[str] = mapped_column(String(255))
    fields_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]
