"""Mapped table of the register of venues."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base


class VenueRow(Base):
    """One venue, as the register said last."""

    __tablename__ = "venue"
    __table_args__ = (
        UniqueConstraint("kanim", "code"),
        CheckConstraint("capacity_a_day >= 1", name="holds_somebody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(32))
    label: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    village_code: Mapped[str] = mapped_column(String(10))
    lat: Mapped[float]
    lon: Mapped[float]
    capacity_a_day: Mapped[int]
    step_free: Mapped[bool]
    power: Mapped[bool]
    internet: Mapped[bool]
    survey_state: Mapped[str] = mapped_column(String(16))
    surveyed_date: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300))
    changed_at: Mapped[datetime]
