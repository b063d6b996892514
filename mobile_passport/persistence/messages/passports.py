"""Passports of people who were served: awaited, ready, collected."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, and_, literal, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mobile_passport.domain.passport import PassportState
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence.messages.passport_table import PassportRow
from mobile_passport.persistence.tables import ApplicantRow, RequestRow


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPassport:
    """A passport that nobody collected yet."""

    person: UUID
    collect_by_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportStand:
    """How the passport of somebody stands who was served.

    Attributes
    ----------
    request, position
        Reference of the request, and the place in its list from 0.
    collect_by_date
        Last day to collect it; ``None`` while it is awaited.
    """

    person: UUID
    request: str
    position: int
    state: PassportState
    collect_by_date: date | None


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

    def page(
        self, state: PassportState, *, request: str | None, after: tuple[str, int] | None, limit: int
    ) -> tuple[PassportStand, ...]:
        """Return passports of one state by request and place in its list.

        Parameters
        ----------
        request
            Only of this request (a reference).
        after
            Request and position of the last one of the page before.
        """
        query = (
            select(ApplicantRow.id, RequestRow.reference, ApplicantRow.position, PassportRow.collect_by_date)
            .join(RequestRow, RequestRow.id == ApplicantRow.request_id)
            .outerjoin(PassportRow, PassportRow.applicant_id == ApplicantRow.id)
            .where(ApplicantRow.kanim == self._kanim, ApplicantRow.status == ApplicantStatus.SERVED, _is_in(state))
            .order_by(RequestRow.reference, ApplicantRow.position)
            .limit(limit)
        )
        if request is not None:
            query = query.where(RequestRow.reference == request)
        if after is not None:
            query = query.where(tuple_(RequestRow.reference, ApplicantRow.position) > tuple_(*map(literal, after)))
        return tuple(
            PassportStand(person=person, request=reference, position=position, state=state, collect_by_date=last_day)
            for person, reference, position, last_day in self._session.execute(query)
        )

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


def _is_in(state: PassportState) -> ColumnElement[bool]:
    match state:
        case PassportState.AWAITED:
            return PassportRow.applicant_id.is_(None)
        case PassportState.READY:
            return and_(PassportRow.applicant_id.is_not(None), PassportRow.collected_at.is_(None))
        case PassportState.COLLECTED:
            return PassportRow.collected_at.is_not(None)
