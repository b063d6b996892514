"""Mapped tables of what the API keeps besides its objects: answers given, planning runs, papers that were seen."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base


class IdempotencyRow(Base):
    """One request that may come again. The row is written first and filled in the same transaction.

    ``answer_sealed`` is sealed because answers may hold personal values; rows live for a day or two.
    """

    __tablename__ = "idempotency"

    kanim: Mapped[str] = mapped_column(String(32), primary_key=True)
    actor: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(index=True)
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class PlanningRunRow(Base):
    """A plan that was asked for, and how far it is. The index lets one run at a time in an office.

    ``beat_at`` is renewed while the process that runs it lives; ``stop_asked_at`` is how others tell it to end.
    """

    __tablename__ = "planning_run"
    __table_args__ = (
        CheckConstraint("(state = 'running') = (beat_at IS NOT NULL)", name="what_runs_beats"),
        Index(
            "one_run_at_a_time",
            "kanim",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    time_limit_s: Mapped[int]
    seed: Mapped[int]
    started_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    stop_asked_at: Mapped[datetime | None]
    stage: Mapped[str | None] = mapped_column(String(16))
    objective: Mapped[float | None]
    bound: Mapped[float | None]
    people: Mapped[int | None]
    elapsed_s: Mapped[float | None]
    plan_version: Mapped[int | None]
    failure: Mapped[str | None] = mapped_column(Text)


class PaperRow(Base):
    """A paper of a person that somebody has seen. ``paper`` is the key of the sentence in ``eligibility.toml``."""

    __tablename__ = "paper"

    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"), primary_key=True)
    paper: Mapped[str] = mapped_column(String(16), primary_key=True)
    kanim: Mapped[str] = mapped_column(String(32))
    seen_at: Mapped[datetime]
    seen_by: Mapped[str] = mapped_column(String(64))
