"""The mapped table of passports that are ready."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base


class PassportRow(Base):
    """A person's passport that lies at the office. ``collect_by_date`` is the last day before it may be cancelled."""

    __tablename__ = "passport"
    __table_args__ = (Index("ix_passport_waiting", "kanim", "collected_at", "collect_by_date"),)

    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"), primary_key=True)
    kanim: Mapped[str] = mapped_column(String(32))
    ready_at: Mapped[datetime]
    marked_by: Mapped[str] = mapped_column(String(64))
    collect_by_date: Mapped[date]
    collected_at: Mapped[datetime | None]
