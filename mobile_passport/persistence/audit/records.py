"""Audit records and running numbers, written in the transaction that needs them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from mobile_passport.domain.audit_chain import AuditEntry, canonical_detail, moment_text
from mobile_passport.persistence.audit.audit_log import append_at_commit
from mobile_passport.persistence.audit.audit_table import AuditRow


def write_audit(
    session: Session, *, kanim: str, at: datetime, actor: str, action: str, subject: str, detail: dict[str, Any]
) -> None:
    """Append an audit record; it commits or vanishes together with what it tells of.

    It is chained to the record before it when the transaction commits, so nothing reads it earlier.

    Parameters
    ----------
    actor
        Account name, or ``"system"``.
    action
        Verb and object: ``"import_request"``, ``"publish_plan"``.
    subject, detail
        Identifiers and counts only: never a name, NIK, phone or health need.
    """
    moment_text(at)  # a moment without zone is refused here and not at the end of the transaction
    entry = AuditEntry(kanim=kanim, at=at, actor=actor, action=action, subject=subject, detail=canonical_detail(detail))
    append_at_commit(session, entry)


def first_time_of(session: Session, *, kanim: str, action: str) -> datetime | None:
    """Return when something was done for the first time, ``None`` when it never was."""
    return session.scalar(select(func.min(AuditRow.at)).where(AuditRow.kanim == kanim, AuditRow.action == action))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the log says of one deed."""

    at: datetime
    actor: str
    action: str
    detail: Mapping[str, Any]


def recorded_of(session: Session, *, kanim: str, subject: str, actions: Collection[str]) -> tuple[Recorded, ...]:
    """Return what was done to something, the newest first; what this transaction records is not yet told."""
    query = (
        select(AuditRow)
        .where(AuditRow.kanim == kanim, AuditRow.subject == subject, AuditRow.action.in_(actions))
        .order_by(AuditRow.seq.desc())
    )
    return tuple(map(_recorded, session.scalars(query)))


def recorded_since(session: Session, *, kanim: str, action: str, since: datetime) -> tuple[Recorded, ...]:
    """Return every time that something was done since a moment, the oldest first."""
    query = (
        select(AuditRow)
        .where(AuditRow.kanim == kanim, AuditRow.action == action, AuditRow.at >= since)
        .order_by(AuditRow.seq)
    )
    return tuple(map(_recorded, session.scalars(query)))


def count_audit(session: Session, *, kanim: str, actor: str, action: str, since: datetime) -> int:
    """Count how often somebody has done something since a moment; what this transaction records is not yet counted."""
    query = select(func.count()).where(
        AuditRow.kanim == kanim, AuditRow.actor == actor, AuditRow.action == action, AuditRow.at >= since
    )
    return session.scalar(query) or 0


def count_by_actor(session: Session, *, kanim: str, action: str, since: datetime) -> dict[str, int]:
    """Count how often everybody has done something since a moment."""
    query = (
        select(AuditRow.actor, func.count())
        .where(AuditRow.kanim == kanim, AuditRow.action == action, AuditRow.at >= since)
        .group_by(AuditRow.actor)
    )
    return dict(session.execute(query).all())


def next_number(session: Session, *, kanim: str, series: str) -> int:
    """Give out the next number of a series; concurrent callers wait for each other and get different ones."""
    statement = text(
        "INSERT INTO counter (kanim, series, value) VALUES (:kanim, :series, 1) "
        "ON CONFLICT (kanim, series) DO UPDATE SET value = counter.value + 1 RETURNING value"
    )
    number: int = session.execute(statement, {"kanim": kanim, "series": series}).scalar_one()
    return number


def _recorded(row: AuditRow) -> Recorded:
    return Recorded(at=row.at, actor=row.actor, action=row.action, detail=row.detail)
