"""Mapped table of the editions of rules."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base


class RuleEditionRow(Base):
    """One edition of a document of the rules, whole, as JSON. Rows are added and never changed: triggers refuse it.

    Number 0 is what the file said before the first change; the highest number holds.
    """

    __tablename__ = "rule_edition"
    __table_args__ = (
        UniqueConstraint("kanim", "document", "number"),
        CheckConstraint("number >= 0", name="counts_from_the_file"),
        CheckConstraint("number = 0 OR reason <> ''", name="a_change_has_a_reason"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    document: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(500))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
