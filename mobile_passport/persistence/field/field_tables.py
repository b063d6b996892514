"""Mapped tables of what field teams report."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base


class FieldDeviceRow(Base):
    """A telephone of a team, or the desk of a supervisor: the desk has no key and its id is that of the account.

    ``watermark``: every operation up to this number is stored; written with the operations it counts.
    """

    __tablename__ = "field_device"
    __table_args__ = (CheckConstraint("watermark >= 0", name="watermark_counts_from_one"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kanim: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[UUID]
    team: Mapped[str | None] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(80))
    key_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    enrolled_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    watermark: Mapped[int]


class FieldOperationRow(Base):
    """One reported fact, kept as it came. Only ``state``, ``is_forced`` and what it is about are ever filled in later.

    ``clock_ahead_s``: clock of the device minus ours when it was received. ``applicant_id``, ``service_date`` and
    ``visit`` stay empty while the appointment is unknown.
    """

    __tablename__ = "field_operation"
    __table_args__ = (
        CheckConstraint("device_seq >= 1", name="sequence_counts_from_one"),
        Index("ix_field_operation_device", "device_id", "device_seq"),
        Index("ix_field_operation_person", "kanim", "applicant_id", "service_date"),
        Index("ix_field_operation_day", "kanim", "service_date", "visit"),
        Index("ix_field_operation_state", "kanim", "state"),
    )

    op_id: Mapped[UUID] = mapped_column(primary_key=True)
    kanim: Mapped[str] = mapped_column(String(32))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("field_device.id"))
    device_seq: Mapped[int]
    type: Mapped[str] = mapped_column(String(16))
    appointment_id: Mapped[UUID | None]
    applicant_id: Mapped[UUID | None] = mapped_column(ForeignKey("applicant.id"))
    service_date: Mapped[date | None]
    visit: Mapped[str | None] = mapped_column(String(64))
    base_version: Mapped[int]
    plan_version: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(32))
    decided_outcome: Mapped[str | None] = mapped_column(String(16))
    target_op_id: Mapped[UUID | None]
    named_op_ids: Mapped[list[str]] = mapped_column(JSON)
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    device_time: Mapped[datetime]
    received_at: Mapped[datetime]
    clock_ahead_s: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    is_forced: Mapped[bool]


class FieldOutcomeRow(Base):
    """What the operations about one person on one day come to; written anew whenever one is added."""

    __tablename__ = "field_outcome"
    __table_args__ = (Index("ix_field_outcome_day", "kanim", "service_date", "visit"),)

    kanim: Mapped[str] = mapped_column(String(32), primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"), primary_key=True)
    service_date: Mapped[date] = mapped_column(primary_key=True)
    visit: Mapped[str] = mapped_column(String(64))
    is_present: Mapped[bool]
    outcome: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    is_disputed: Mapped[bool]
    changed_at: Mapped[datetime]
