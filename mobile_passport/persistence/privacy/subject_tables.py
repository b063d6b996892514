"""Mapped tables of the persons whose data is kept: a key for each, and what they asked of us."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base


class SubjectRow(Base):
    """A person. Applicants with one NIK are one subject; the contact of each request is one of its own.

    ``wrapped_key`` is the data key that seals everything about the person, itself sealed with the deployment's secret.
    Without it nothing can be read again: erasure takes it away, with ``nik_index``. It is also empty for persons from
    before there were such keys, until `keys rotate` gives them one.
    """

    __tablename__ = "subject"
    __table_args__ = (
        UniqueConstraint("kanim", "nik_index"),
        CheckConstraint("erased_at IS NULL OR (wrapped_key IS NULL AND nik_index IS NULL)", name="erased_is_gone"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    nik_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class SubjectCaseRow(Base):
    """What a person asked of us about their own data, with its clock. ``subject_id`` is empty when we hold nothing."""

    __tablename__ = "subject_case"
    __table_args__ = (
        UniqueConstraint("kanim", "number"),
        CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name="done_has_an_outcome"),
        Index("ix_subject_case_open", "kanim", "done_at", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[UUID | None] = mapped_column(ForeignKey("subject.id"), index=True)
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(32))
