"""Mapped tables of places on service days."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base

_LIVE = "state IN ('waiting', 'held', 'booked')"


class ServiceDayRow(Base):
    """A day with its places. ``booked`` is the sum of the held and booked rows, kept in the transaction of each.

    ``planned`` may exceed what is left: the plan decides by minutes, not by places.
    """

    __tablename__ = "service_day"
    __table_args__ = (
        UniqueConstraint("kanim", "date"),
        CheckConstraint("booked >= 0 AND booked <= capacity", name="never_oversold"),
        CheckConstraint("planned >= 0", name="planned_counts_people"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    date: Mapped[date]
    capacity: Mapped[int]
    booked: Mapped[int]
    planned: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    is_set_by_hand: Mapped[bool]


class BookingRow(Base):
    """Places of one group on one day. A group has one live row a day."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("places >= 1", name="places_at_least_one"),
        CheckConstraint("state <> 'held' OR expires_at IS NOT NULL", name="a_hold_expires"),
        CheckConstraint("state <> 'booked' OR request_id IS NOT NULL", name="a_booking_has_people"),
        Index("ix_booking_day", "service_day_id", "state"),
        Index(
            "one_live_row_a_request_and_day",
            "request_id",
            "service_day_id",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    service_day_id: Mapped[UUID] = mapped_column(ForeignKey("service_day.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    places: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    category: Mapped[str] = mapped_column(String(16))
    deadline_date: Mapped[date | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("request.id"))
