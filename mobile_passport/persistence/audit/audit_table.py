"""The audit log's table. Rows are only ever added; triggers refuse all else, and on PostgreSQL nobody has the right."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Dialect, Index, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.domain.audit_chain import canonical_detail
from mobile_passport.persistence.base import Base


class CanonicalJson(TypeDecorator[dict[str, Any]]):
    """A JSON object kept as the canonical text (RFC 8785) that hashes are made of."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        """Write it canonically."""
        return None if value is None else canonical_detail(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dict[str, Any] | None:
        """Read it back."""
        if value is None:
            return None
        read: dict[str, Any] = json.loads(value)
        return read


class AuditRow(Base):
    """Who did what to what, in the transaction that did it. Pseudonyms only: ids, never names or numbers.

    The unique predecessor refuses a fork: two records cannot follow the same one.
    """

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("kanim", "prev_hash"),
        CheckConstraint("seq >= 1", name="counts_from_one"),
        Index("ix_audit_action", "kanim", "action", "at"),
    )

    kanim: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
