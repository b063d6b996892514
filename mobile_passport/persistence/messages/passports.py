"""Passports that are ready, and which of them still wait."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mobile_passport.persistence.messages.passport_table import PassportRow


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPassport:
    """A passport that nobody collected yet."""

    person: UUID
    collect_by_date: date


class Passports:
    """Passports of the people of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def mark_ready(self, person: UUID, *, collect_by_date: date, by: str, now: datetime) -> bool:
        """Note that a passport is ready; False when that was noted before, which then stays."""
        dialect = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        values = {
            "applicant_id": person,
            "kanim": self._kanim,
            "ready_at": now,
            "marked_by": by,
            "collect_by_date": collect_by_date,
            "collected_at": None,
        }
        insert = dialect.insert(PassportRow).values(values).on_conflict_do_nothing()
        return self._session.execute(insert.returning(PassportRow.applicant_id)).first() is not None

    def mark_collected(self, person: UUID, *, now: datetime) -> bool:
        """Note that a passport was collected; False when none of the person's waits."""
        change = (
            update(PassportRow)
            .where(
                PassportRow.kanim == self._kanim,
                PassportRow.applicant_id == person,
                PassportRow.collected_at.is_(None),
            )
            .values(collected_at=now)
        )
        return cast("CursorResult[Any]", self._session.execute(change)).rowcount == 1

    def waiting(self, *, first: date, last: date) -> tuple[WaitingPassport, ...]:
        """Return passports that wait, whose last day is between ``first`` and ``last``, both included."""
        query = (
            select(PassportRow)
            .where(
                PassportRow.kanim == self._kanim,
                PassportRow.collected_at.is_(None),
                PassportRow.collect_by_date.between(first, last),
            )
            .order_by(PassportRow.collect_by_date, PassportRow.applicant_id)
        )
        return tuple(
            WaitingPassport(person=row.applicant_id, collect_by_date=row.collect_by_date)
            for row in self._session.scalars(query)
        )
