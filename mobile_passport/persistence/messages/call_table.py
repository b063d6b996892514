"""The mapped table of calls that were made."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base


class CallMadeRow(Base):
    """One call for an entry of the call list, only ever added. The last one about an entry counts.

    ``applicant_id`` is empty for calls to the contact of the request.
    """

    __tablename__ = "call_made"
    __table_args__ = (
        CheckConstraint("(outcome = 'try_again') = (again_date IS NOT NULL)", name="trying_again_has_a_date"),
        Index("ix_call_made_entry", "kanim", "entry", "made_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    request_id: Mapped[UUID] = mapped_column(ForeignKey("request.id"))
    applicant_id: Mapped[UUID | None] = mapped_column(ForeignKey("applicant.id"))
    entry: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(80))
    revision: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(String(24))
    again_date: Mapped[date | None]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))
