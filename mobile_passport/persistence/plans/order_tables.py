"""Tables of the order of service: the facts that each plan's order was computed from, and overrides by two people."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base

_OPEN = "state IN ('proposed', 'approved')"


class PlanOrderRow(Base):
    """The order by which one plan was made, with every fact and figure it was computed from; never changed."""

    __tablename__ = "plan_order"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    kanim: Mapped[str] = mapped_column(String(32))
    rule_version: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    order_json: Mapped[str] = mapped_column(Text)


class OverrideRow(Base):
    """A place in the queue moved by two people. The kind is public. The reason may tell of an illness: the key of
    the request's contact seals it, and the erasure of anybody of the request takes it away.

    The constraints refuse an approval by the proposer, or by nobody, whatever the program does.
    """

    __tablename__ = "rank_override"
    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="two_people"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_by_somebody"),
        CheckConstraint("state <> 'approved' OR approved_by IS NOT NULL", name="approved_before_it_counts"),
        CheckConstraint("state IN ('proposed', 'approved', 'rejected', 'withdrawn')", name="known_state"),
        Index(
            "one_open_override",
            "request_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    request_id: Mapped[UUID] = mapped_column(ForeignKey("request.id"))
    kind: Mapped[str] = mapped_column(String(32))
    points: Mapped[float]
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(16))
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
